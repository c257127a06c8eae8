/** What the objective asks of the engine: how much each token of a mini-batch counts, and how its loss is clipped. */

/** One sequence of a mini-batch; the arrays have one entry per completion token. Token t adds to the loss
 * `policyWeight * surrogate(advantage, rho) - entropyWeight * H + klWeight * KL(ref)`. */
export interface WeightedSequence {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  readonly oldLogp: Float32Array;
  /** Null when no klWeight is set. */
  readonly refLogp: Float32Array | null;
  readonly advantage: Float32Array;
  readonly policyWeight: Float32Array;
  readonly entropyWeight: Float32Array;
  readonly klWeight: Float32Array;
}

export interface LossOptions {
  readonly temperature: number;
  /** `clipped` (the default): max(-A rho, -A clip(rho)). `likelihood`: -A log pi(y), which at A = 1 is cross-entropy; `oldLogp`
   * and the clip are not read. */
  readonly surrogate?: 'clipped' | 'likelihood';
  /** Infinity switches a side of the clip off. */
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly dualClip: number | null;
  readonly klEstimator: 'k1' | 'k3';
}
