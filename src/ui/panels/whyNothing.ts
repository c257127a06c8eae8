/** "Why is nothing learning?": reads the metrics of a run and says what stands in the way, worst first. Pure. */
import type { MetricKey } from '../../records/rows';
import type { AlgorithmEntry } from '../../experiment/catalogue';
import type { Run } from '../../store/runs/runs';

export interface Finding {
  readonly what: string;
  readonly advice: string;
}

const WINDOW = 5;

function recent(run: Run, key: MetricKey): number | null {
  const values = run.rows.slice(-WINDOW).flatMap((row) => (Number.isFinite(row[key]) ? [Number(row[key])] : []));
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

export function findObstacles(run: Run, algorithms: readonly AlgorithmEntry[]): Finding[] {
  if (run.rows.length < 2) return [];
  const findings: Finding[] = [];
  const say = (condition: boolean, what: string, advice: string): void => {
    if (condition) findings.push({ what, advice });
  };
  const value = (key: MetricKey, fallback: number): number => recent(run, key) ?? fallback;
  const algorithm = algorithms.find(({ id }) => id === run.experiment.objective.algorithm);
  /** λ and β play no part: answers count against their group. */
  const group = algorithm?.uses.includes('negativeWeight') === false;
  const lambda = value('positiveWeight', 0);
  const beta = value('negativeWeight', 0);
  say(
    run.status.error?.kind === 'not-finite',
    'A number was not finite and the run stopped.',
    'Lower the learning rate, or switch clipping on, and start again.',
  );
  say(
    value('skippedUpdates', 0) > 0,
    'Updates were skipped because a number in them was not finite; they changed no weight.',
    'Lower the learning rate or the weight decay.',
  );
  say(value('learningRate', 1) === 0, 'The learning rate is 0.', 'Raise it: 1e-4 is a good start for these models.');
  say(
    !group && lambda === 0 && beta === 0,
    'λ and β are both 0: no answer is pushed either way.',
    'Raise one of the two curves.',
  );
  say(
    !group && lambda === 0 && value('correctRatio', 0) > 0.97,
    'Nearly every answer is right and λ is 0: there is nothing left to punish.',
    'Take a harder task, or raise λ.',
  );
  say(
    !group && beta === 0 && value('correctRatio', 1) < 0.03,
    'Nearly every answer is wrong and β is 0: there is nothing to reward.',
    'Raise β, or start from a stronger model.',
  );
  say(
    group && value('mixedGroups', 1) < 0.05,
    'All answers within a group have the same reward, so group advantages are 0.',
    'Use larger groups, other prompts, or a method of the signed family.',
  );
  say(value('truncatedShare', 0) > 0.5, 'Most answers are cut off before their end.', 'Raise the longest answer.');
  say(
    value('entropyNats', 1) < 0.02,
    'Entropy has collapsed: the model says the same thing every time.',
    'Go back to an earlier point; lower the learning rate or λ, raise β.',
  );
  say(
    Math.max(value('clipLowNegative', 0), value('clipHighPositive', 0)) > 0.6,
    'Most tokens are clipped.',
    'Lower the learning rate, or use fewer updates per rollout.',
  );
  say(
    value('gradNorm', 1) === 0 && findings.length === 0,
    'The gradient is exactly 0.',
    'Every advantage is 0 or every token is clipped: look at the answers below.',
  );
  return findings;
}
