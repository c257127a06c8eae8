/** Rollouts of one step as they are looked at: answers with what pushed each token, and where confidences and penalties lie. */

export interface SampleToken {
  readonly text: string;
  /** log pi_old of the token, nats. */
  readonly logp: number;
  readonly entropyNats: number;
  /** Advantage of this token. */
  readonly advantage: number;
  /** How far its own logit is pushed: A (1 - pi), ratio form (docs/algorithms.md). */
  readonly push: number;
}

/** One answer of the last rollout with everything that decided its push. */
export interface Sample {
  readonly index: number;
  readonly group: number;
  readonly prompt: string;
  readonly completion: string;
  readonly reward: number;
  readonly reason: string;
  readonly truncated: boolean;
  readonly confidence: number;
  readonly weight: number;
  readonly advantage: number;
  readonly tokens: readonly SampleToken[];
}

/** Confidences of the last rollout in equal bins over 0..1. */
export interface ConfidenceHistogram {
  readonly wrong: readonly number[];
  readonly right: readonly number[];
  /** Where the penalty goes: weight x |A| summed over the wrong answers of each bin. */
  readonly penaltyMass: readonly number[];
}
