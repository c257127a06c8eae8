/** One row of numbers per rollout step and per evaluation, as they travel to the page: the scalars of the trainer's rows under the same names, and when they came. */

export type MetricsRow = {
  readonly step: number;
  /** Training tokens sampled so far. */
  readonly tokens: number;
  /** Training time so far, pauses not counted. */
  readonly seconds: number;
} & Readonly<Record<string, number>>;

export interface PassAtK {
  readonly k: number;
  readonly mean: number;
  /** 95 % band, bootstrap over problems. */
  readonly low: number;
  readonly high: number;
}

/** Measured before the update of rollout step `step`. */
export interface EvaluationRow {
  readonly step: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly passAtK: readonly PassAtK[];
  readonly greedyAccuracy: number;
  readonly entropyNats: number;
  /** Different right answers among the samples of a prompt, mean over prompts. */
  readonly distinctCorrect: number;
  readonly problems: number;
  readonly samples: number;
  /** Right answers of the samples, per problem: for paired comparisons. Empty in an exact evaluation, and where a run came without. */
  readonly correct: readonly number[];
  /** p(right) per problem: of an exact evaluation only. */
  readonly rightProbability?: readonly number[] | undefined;
  readonly problemIds: readonly string[];
}
