/** Next-token cross-entropy in the terms of the policy loss: the likelihood surrogate at advantage 1. */
import type { LossOptions, WeightedSequence } from '../records/weighted';

export const crossEntropy: LossOptions = {
  temperature: 1, surrogate: 'likelihood', clipLow: Infinity, clipHigh: Infinity, dualClip: null, klEstimator: 'k3',
}; // prettier-ignore

/** Adds `weight * -log pi(y)` to the loss for each token of the completion. */
export function demonstration(
  prompt: readonly number[],
  completion: readonly number[],
  weight: number,
): WeightedSequence {
  const filled = (value: number) => new Float32Array(completion.length).fill(value);
  const zeros = filled(0);
  return {
    prompt, completion, oldLogp: zeros, refLogp: null, advantage: filled(1), policyWeight: filled(weight), entropyWeight: zeros,
    klWeight: zeros,
  }; // prettier-ignore
}
