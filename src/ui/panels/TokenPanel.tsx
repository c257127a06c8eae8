/** One token under the lens: the distribution before and after the updates, the part that came from right and from wrong answers, predicted against real. */
import { useEffect, useState } from 'react';
import { useRuns } from '../../store/runs';
import type { TokenReport } from '../../worker/protocol';
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

  useEffect(() => {
    if (sample === null || !known) return;
    let current = true;
    void training.ask<TokenReport>({ type: 'inspect', sample, position }).then((reply) => {
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
  const largest = Math.max(...report.shares.map((share) => Math.max(share.before, share.after)), 1e-9);
  return (
    <div className="token-panel">
      <p>
        After <code>{report.context}</code> at rollout {report.step + 1}: entropy {report.entropyBefore.toFixed(3)} →{' '}
        {report.entropyAfter.toFixed(3)} nats
        <HelpTip
          label="the token view"
          text="Where live, the chosen token's logit moves by A(1 − π) and every other by −A π: NSR pushes the chosen one down and hands the mass to the others in proportion to what they had. The paper's probability form has one more factor π of the chosen token. Each row of logit changes sums to 0."
          formula="Δz_chosen = A (1 − π), Δz_v = −A π_v"
        />
      </p>
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
              <th scope="col" className="number positive">
                from right
              </th>
              <th scope="col" className="number negative">
                from wrong
              </th>
              <th scope="col" className="number">
                predicted
              </th>
            </tr>
          </thead>
          <tbody>
            {report.shares.map((share) => (
              <tr key={share.text} className={share.chosen ? 'chosen' : ''}>
                <td className="mono">
                  {share.text} {share.chosen && <span className="tag">sampled</span>}
                </td>
                <td className="bar-cell">
                  <span className="bar bar-before" style={{ width: `${(share.before / largest) * 100}%` }} />
                  <span
                    className={`bar ${share.after >= share.before ? 'bar-up' : 'bar-down'}`}
                    style={{ width: `${(share.after / largest) * 100}%` }}
                  />
                </td>
                <td className="number">{share.before.toFixed(4)}</td>
                <td className="number">{share.after.toFixed(4)}</td>
                <td className="number">{share.fromRight.toFixed(4)}</td>
                <td className="number">{share.fromWrong.toFixed(4)}</td>
                <td className="number">{share.fromRight + share.fromWrong >= 0 ? '▲' : '▼'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
