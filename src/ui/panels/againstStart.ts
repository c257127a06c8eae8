/** A run against its own start: has it lost what its model could do, gone to pieces, or scattered its answers? Pure.
 * The thresholds are told from the recorded runs of the study (docs/runs), which the test beside this file reads. */
import type { MetricKey } from '../../records/rows';
import type { Run } from '../../store/runs/runs';

/** Rollouts that a mean is taken over. */
export const WINDOW = 5;

/** Mean over the last rollouts; null where nothing was measured. */
export function recent(run: Run, key: MetricKey): number | null {
  const values = run.rows.slice(-WINDOW).flatMap((row) => (Number.isFinite(row[key]) ? [Number(row[key])] : []));
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** Before the first update. */
const atStart = (run: Run, key: MetricKey): number | null => {
  const value = run.rows[0]?.step === 0 ? run.rows[0][key] : undefined;
  return value !== undefined && Number.isFinite(value) ? value : null;
};

export interface Loss {
  readonly what: 'pass@1' | 'right answers';
  readonly before: number;
  readonly now: number;
}

export interface AgainstStart {
  /** Null while nothing is lost beyond noise. */
  readonly loss: Loss | null;
  /** Hardly a right answer is left of those that there were. */
  readonly collapsed: boolean;
  /** Recent entropy in units of the start's, where it grew out of hand; null otherwise. */
  readonly entropyGrowth: number | null;
  /** Most answers do not end any more, though they did. */
  readonly endless: boolean;
  /** The largest mean of rho - 1 - log rho of any rollout, nats. */
  readonly largestMove: number;
}

/** A tenth of what was right, at least so much. */
const COLLAPSED = 0.1;
/** Recorded: 2.1 on the way into a collapse, at most 1.25 in every run that kept its answers. */
const EXPLODED = 1.5;
/** z of a fall that is no noise. */
const CERTAIN = 3;
/** Answers to one prompt are alike: the variance of a share of them is so much larger than of independent ones. */
const ALIKE = 2.5;

export function againstStart(run: Run): AgainstStart {
  const losses = [passLoss(run), rightLoss(run)].flatMap((loss) => loss ?? []);
  const [loss = null] = losses.sort((a, b) => a.now / a.before - b.now / b.before);
  const [entropy0, entropy] = [atStart(run, 'entropyNats'), recent(run, 'entropyNats')];
  const growth = entropy0 !== null && entropy !== null && entropy0 > 0 ? entropy / entropy0 : 1;
  const [cut0, cut] = [atStart(run, 'truncatedShare'), recent(run, 'truncatedShare')];
  return {
    loss,
    collapsed: loss !== null && loss.now < COLLAPSED * loss.before,
    entropyGrowth: growth > EXPLODED ? growth : null,
    endless: cut0 !== null && cut !== null && cut > 0.5 && cut0 < cut / 2,
    largestMove: run.rows.reduce((most, row) => Math.max(most, row.approximateKl ?? 0), 0),
  };
}

/** Held-out problems: the 95 % bands do not touch. */
function passLoss(run: Run): Loss | null {
  const start = run.evaluations.find(({ step }) => step === 0)?.passAtK.find(({ k }) => k === 1);
  const last = run.evaluations.at(-1)?.passAtK.find(({ k }) => k === 1);
  if (!start || !last || last.high >= start.low) return null;
  return { what: 'pass@1', before: start.mean, now: last.mean };
}

/** The run's own answers: the fall from the first rollout is more than `CERTAIN` standard errors. */
function rightLoss(run: Run): Loss | null {
  const [before, now] = [atStart(run, 'correctRatio'), recent(run, 'correctRatio')];
  if (before === null || now === null || run.rows.length <= WINDOW) return null;
  const { promptsPerStep, groupSize } = run.experiment.batch;
  const answers = promptsPerStep * groupSize;
  // As if nothing had changed: both shares estimate one.
  const share = (before + WINDOW * now) / (1 + WINDOW);
  const variance = (ALIKE * share * (1 - share) * (1 + 1 / WINDOW)) / answers;
  return before - now > CERTAIN * Math.sqrt(variance) ? { what: 'right answers', before, now } : null;
}
