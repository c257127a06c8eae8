/** One row of numbers per rollout step and per evaluation, as they travel to the page. */

export type MetricsRow = {
  readonly step: number;
  /** Training tokens sampled so far. */
  readonly tokens: number;
  /** Training time so far. */
  readonly seconds: number;
} & Readonly<Record<string, number>>;

export interface PassAtK {
  readonly k: number;
  readonly value: number;
  /** 95 % band, bootstrap over problems. */
  readonly low: number;
  readonly high: number;
}

export interface EvaluationRow {
  readonly step: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly passAtK: readonly PassAtK[];
  readonly greedy: number;
  readonly entropyNats: number;
  /** Distinct right answers per prompt, mean. */
  readonly distinct: number;
  readonly problems: number;
  readonly samples: number;
}
