/** What the token inspector says of one position of one answer. */

export interface TokenShare {
  readonly text: string;
  readonly before: number;
  /** After the updates of this rollout step; null when the weights before them were not kept. */
  readonly after: number | null;
  /** By the push alone, at the step size that fits best. */
  readonly predicted: number;
  /** Sum over the answers that passed through this very context: how they push this token's logit. */
  readonly fromRight: number;
  readonly fromWrong: number;
  readonly chosen: boolean;
}

/** The same position by the gradient that is implemented (ratio) or by the paper's (probability: one more factor pi_y). */
export interface TokenForm {
  readonly entropyPredicted: number;
  /** Cosine between predicted and actual change of the logits. */
  readonly agreement: number | null;
  /** Likeliest first. */
  readonly shares: readonly TokenShare[];
}

/** Where the probability goes that a pushed-down token gives up (or comes from that a pushed-up one gains): shares that add up to 1. */
export interface HandedOn {
  /** Leads to right answers: exact. */
  readonly right: number;
  /** The rest, split as sampled continuations that were not right split. Both null where none was sampled. */
  readonly sampledWrong: number | null;
  readonly sampledMalformed: number | null;
}

export interface TokenReport {
  readonly sample: number;
  readonly position: number;
  readonly step: number;
  readonly context: string;
  /** Answers that passed through this context. */
  readonly answers: number;
  readonly entropyBefore: number;
  readonly entropyAfter: number | null;
  readonly ratio: TokenForm;
  readonly probability: TokenForm;
}
