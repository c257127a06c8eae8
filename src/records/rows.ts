/** The trainer's rows as they travel to the page, are kept and drawn: their scalars under the same names, and when they came. */
import type { MetricsRow as TrainerRow, SampledEvaluation } from './metrics';

type ScalarKeys<Row> = { [Key in keyof Row]-?: Row[Key] extends number | null ? Key : never }[keyof Row];

/** Names of the numbers that a rollout step leaves behind. */
export type MetricKey = ScalarKeys<TrainerRow>;

/** Where a row stands on each of the charts' axes. */
export type Stamp = {
  readonly step: number;
  /** Training tokens sampled so far. */
  readonly tokens: number;
  /** Training time so far, pauses not counted. */
  readonly seconds: number;
};

/** One row per rollout step. NaN where the trainer has null; a row from a link or from an older file may lack numbers. */
export type MetricsRow = Stamp & { readonly [Key in MetricKey]?: number };

/** Measured before the update of rollout step `step`. `correct` is empty in an exact evaluation, and where a run came without. */
export type EvaluationRow = Stamp &
  Omit<SampledEvaluation, 'step' | 'temperature' | 'truncatedShare' | 'crossoverK'> & {
    /** Left out: sampled. */
    readonly method?: 'exact' | undefined;
    /** p(right) per problem: of an exact evaluation only. */
    readonly rightProbability?: readonly number[] | undefined;
    readonly effectiveSolutions?: number | undefined;
    /** Shares of all answers, from the few that an exact evaluation samples. */
    readonly wrongShare?: number | undefined;
    readonly malformedShare?: number | undefined;
    /** How many were asked. */
    readonly problems: number;
  };

/** Names of what an evaluation says in one number. */
export type EvaluationKey =
  | Extract<ScalarKeys<EvaluationRow>, ScalarKeys<SampledEvaluation>>
  | 'effectiveSolutions'
  | 'wrongShare'
  | 'malformedShare';

/** "exact", or how many answers of each problem were sampled; null where a row does not tell (curves out of a link). */
export function methodWords({ method, samples }: Pick<EvaluationRow, 'method' | 'samples'>): string | null {
  if (method === 'exact') return 'exact';
  return samples > 0 ? `${samples} samples` : null;
}

/** Every metric, in the trainer's order: one left out or misspelt does not compile. */
const metrics: Readonly<Record<MetricKey, true>> = {
  step: true,
  tokens: true,
  positiveWeight: true,
  negativeWeight: true,
  learningRate: true,
  entropyCoef: true,
  klCoef: true,
  temperature: true,
  correctRatio: true,
  solvedGroups: true,
  unsolvedGroups: true,
  mixedGroups: true,
  entropyNats: true,
  clipLowNegative: true,
  clipHighNegative: true,
  clipLowPositive: true,
  clipHighPositive: true,
  samplerGapMean: true,
  samplerGapMax: true,
  approximateKl: true,
  referenceKl: true,
  gradNorm: true,
  policyLoss: true,
  updates: true,
  emptyUpdates: true,
  skippedUpdates: true,
  responseLength: true,
  truncatedShare: true,
  distinctCorrect: true,
  generations: true,
  trainedGroups: true,
  valueLoss: true,
  criticGradNorm: true,
};
export const metricKeys = Object.keys(metrics) as readonly MetricKey[];

/** The metrics among `values`, null (what JSON makes of NaN) as NaN; whatever else is there is left out. */
export function metricsRow(
  values: { readonly [Key in MetricKey]?: unknown },
  { step, tokens, seconds }: Stamp,
): MetricsRow {
  const numbers = metricKeys.flatMap((key): [MetricKey, number][] => {
    const value = values[key];
    return typeof value === 'number' ? [[key, value]] : value === null ? [[key, NaN]] : [];
  });
  return { ...(Object.fromEntries(numbers) as { readonly [Key in MetricKey]?: number }), step, tokens, seconds };
}
