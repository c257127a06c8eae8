/** One token under the lens: the distribution before and after the updates, the part that came from right and from wrong answers, predicted against real. */
import { useState } from 'react';
import { useRuns } from '../../store/runs/runs';
import type { TokenForm, TokenReport } from '../../records/tokenReport';
import { HelpTip } from '../controls/HelpTip';
import { tokenForms } from '../explain/formulas';
import { FoldedText } from './FoldedText';
import { SCROLLABLE } from './scrollable';
import { TokenAnatomy } from './TokenAnatomy';
import { TokenStrip } from './TokenStrip';
import { useTokenReport } from './useTokenReport';
import { visibleToken } from './visibleToken';
import { WatchRecorded } from './WatchRecorded';

export function TokenPanel(): React.JSX.Element {
  const { sample, position, report, problem } = useTokenReport();
  const running = useRuns((state) => state.activeId !== null);
  const [shownForm, setForm] = useState<'ratio' | 'probability'>('ratio');

  if (sample === null)
    return (
      <div className="empty">
        <p>
          Choose a token in the answers (tab Rollouts): its distribution before and after the update appears here, split
          into what right and what wrong answers did to it.
        </p>
        {!running && <WatchRecorded />}
      </div>
    );
  if (problem) return <p className="empty">{problem}</p>;
  if (!report) return <p className="empty">Looking…</p>;
  const form = report[shownForm];
  return (
    <div className="token-panel">
      <div className="token-head">
        <code>
          <FoldedText text={sample.prompt} what="prompt" />
        </code>
        <TokenStrip sample={sample} inspectable chosen={position} />
        <HelpTip
          label="the token view"
          text="Where live, the chosen token's logit moves by A(1 − π) and every other by −A π: NSR pushes the chosen one down and hands the mass to the others in proportion to what they had. The paper's probability form has one more factor π of the chosen token. Predicted: these pushes alone, at the step size that fits best; momentum and other contexts that share weights move the row too."
          formula={tokenForms[shownForm].text}
          mathml={tokenForms[shownForm].mathml}
        />
        <span className="spacer" />
        <span className="toolbar-pair" role="group" aria-label="Form of the gradient">
          {(['ratio', 'probability'] as const).map((name) => (
            <button
              key={name}
              type="button"
              className="button button-small"
              aria-pressed={name === shownForm}
              onClick={() => setForm(name)}
            >
              {name}
            </button>
          ))}
        </span>
      </div>
      <p className="token-words">{describe(report, form)}</p>
      <TokenAnatomy sample={sample} position={position} />
      <TokenTable form={form} />
    </div>
  );
}

function describe(report: TokenReport, form: TokenForm): string {
  const { entropyBefore, entropyAfter, answers } = report;
  const after = entropyAfter === null ? '' : ` → ${entropyAfter.toFixed(3)}`;
  const agreement =
    form.agreement === null ? '' : ` Predicted and real direction agree to ${real(form.agreement, 2)} (cosine).`;
  return `Rollout ${report.step + 1}, ${answers} ${answers === 1 ? 'answer' : 'answers'} passed here. Entropy ${entropyBefore.toFixed(3)}${after} nats, predicted ${form.entropyPredicted.toFixed(3)}.${agreement}`;
}

/** With a real minus sign. */
const real = (value: number, digits: number): string => value.toFixed(digits).replace('-', '−');

const shown = (value: number | null): string => (value === null ? '–' : real(value, 4));

/** Pushes carry the weight of one token in its mini-batch, which may be tiny. */
const push = (value: number): string => (value === 0 ? '0' : value.toPrecision(3).replaceAll('-', '−'));

function TokenTable({ form }: { readonly form: TokenForm }): React.JSX.Element {
  const largest = Math.max(...form.shares.map((share) => Math.max(share.before, share.after ?? 0)), 1e-9);
  const width = (value: number): React.CSSProperties => ({ width: `${((value / largest) * 100).toFixed(1)}%` });
  return (
    <div className="sample-table" role="region" aria-label="Tokens" tabIndex={SCROLLABLE}>
      <table>
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">Before and after</th>
            <th scope="col" className="number">
              Before
            </th>
            <th scope="col" className="number">
              After
            </th>
            <th scope="col" className="number">
              Predicted
            </th>
            <th scope="col" className="number positive">
              from right
            </th>
            <th scope="col" className="number negative">
              from wrong
            </th>
          </tr>
        </thead>
        <tbody>
          {form.shares.map((share, index) => (
            <tr key={`${share.text}-${index}`} className={share.chosen ? 'chosen' : ''}>
              <td className="mono">
                {visibleToken(share.text)} {share.chosen && <span className="tag">sampled</span>}
              </td>
              <td className="bar-cell">
                <span className="bar bar-before" style={width(share.before)} />
                {share.after !== null && (
                  <span
                    className={`bar ${share.after >= share.before ? 'bar-up' : 'bar-down'}`}
                    style={width(share.after)}
                  />
                )}
              </td>
              <td className="number">{shown(share.before)}</td>
              <td className="number">{shown(share.after)}</td>
              <td className="number">{shown(share.predicted)}</td>
              <td className="number">{push(share.fromRight)}</td>
              <td className="number">{push(share.fromWrong)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
