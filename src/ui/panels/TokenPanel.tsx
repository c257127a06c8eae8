/** One token under the lens: the distribution before and after the updates, the part that came from right and from wrong answers, predicted against real. */
import { useEffect, useState } from 'react';
import { useRuns } from '../../store/runs';
import type { TokenForm, TokenReport } from '../../worker/protocol';
import { useApp } from '../appContext';
import { HelpTip } from '../controls/HelpTip';
import { inspectToken } from './tokenChoice';
import { SCROLLABLE } from './scrollable';

export function TokenPanel(): React.JSX.Element {
  const { training } = useApp();
  const { sample, position } = inspectToken();
  const step = useRuns((state) => state.runs.find((run) => run.id === state.activeId)?.status.step ?? 0);
  const known = useRuns((state) => state.samples.some((candidate) => candidate.index === sample));
  const [report, setReport] = useState<TokenReport | null>(null);
  const [problem, setProblem] = useState('');
  const [shownForm, setForm] = useState<'ratio' | 'probability'>('ratio');

  useEffect(() => {
    if (sample === null || !known) return;
    let current = true;
    void training.ask<TokenReport | null>({ type: 'inspect', sample, position }).then((reply) => {
      if (!current) return;
      if (reply.ok) setReport(reply.value);
      setProblem(reply.ok ? '' : reply.error.message);
    });
    return () => {
      current = false;
    };
  }, [training, sample, position, step, known]);

  if (sample === null)
    return (
      <p className="empty">
        Choose a token in the answers: its distribution before and after the update appears here, split into what right
        and what wrong answers did to it.
      </p>
    );
  if (problem) return <p className="empty">{problem}</p>;
  if (!report) return <p className="empty">Looking…</p>;
  const form = report[shownForm];
  return (
    <div className="token-panel">
      <p className="token-head">
        <span>
          After <code>{report.context}</code> at rollout {report.step + 1}, {report.answers}{' '}
          {report.answers === 1 ? 'answer' : 'answers'} passed here: entropy {report.entropyBefore.toFixed(3)}
          {report.entropyAfter !== null && ` → ${report.entropyAfter.toFixed(3)}`} nats (predicted{' '}
          {form.entropyPredicted.toFixed(3)})
          {form.agreement !== null && `; direction agrees ${form.agreement.toFixed(2)}`}
        </span>
        <HelpTip
          label="the token view"
          text="Where live, the chosen token's logit moves by A(1 − π) and every other by −A π: NSR pushes the chosen one down and hands the mass to the others in proportion to what they had. The paper's probability form has one more factor π of the chosen token. Predicted: these pushes alone, at the step size that fits best; momentum and other contexts that share weights move the row too."
          formula={
            shownForm === 'ratio' ? 'Δz_y = A (1 − π_y), Δz_v = −A π_v' : 'Δz_y = A π_y (1 − π_y), Δz_v = −A π_y π_v'
          }
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
      </p>
      <TokenTable form={form} />
    </div>
  );
}

const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(4));

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
                {share.text} {share.chosen && <span className="tag">sampled</span>}
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
              <td className="number">{shown(share.fromRight)}</td>
              <td className="number">{shown(share.fromWrong)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
