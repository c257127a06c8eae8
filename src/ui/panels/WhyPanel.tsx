/** The card that answers "Why is nothing learning?". */
import { outcomeOf, outcomeWords } from '../../store/results/outcome';
import { useRuns } from '../../store/runs/runs';
import { useApp } from '../appContext';
import { findObstacles } from './whyNothing';

export function WhyPanel(): React.JSX.Element {
  const { catalogue } = useApp();
  const run = useRuns(
    (state) => state.runs.find((candidate) => candidate.id === state.activeId) ?? state.runs.at(-1) ?? null,
  );
  if (!run || run.rows.length < 2)
    return (
      <p className="empty">
        After a few rollouts this card says what stands in the way of learning, if something does.
      </p>
    );
  const findings = findObstacles(run, catalogue.algorithms);
  const outcome = outcomeOf([run], null);
  const said = outcome && <p>{outcomeWords(outcome)}</p>;
  if (findings.length === 0) {
    return (
      <div className="why">
        {said}
        <p>
          <b>Nothing stands in the way.</b> Against its start the run has lost nothing beyond noise; answers end in
          time, entropy is alive and the clip is not everywhere.
        </p>
        <p className="muted">
          The policy loss is no sign of progress: watch right answers, Pass@k and entropy. Small batches make NSR noisy:
          give it ten rollouts.
        </p>
      </div>
    );
  }
  return (
    <div className="why">
      {said}
      <ul>
        {findings.map((finding) => (
          <li key={finding.what}>
            <b>{finding.what}</b> {finding.advice}
          </li>
        ))}
      </ul>
    </div>
  );
}
