/** The policy loss and the KL term of one token in plain float64: the reference for tests and the source of the clip metrics. */
import type { Objective } from '../experiment/types';
import { clamp } from '../lib/numeric';
import { exp } from '../lib/transcendental';
import type { LossOptions } from '../records/weighted';

/** How far the ratio may leave 1; Infinity switches a side off. */
export type ClipOptions = Pick<LossOptions, 'clipLow' | 'clipHigh' | 'dualClip'>;

/** The clip of an objective as the loss takes it. `clip: false` opens both sides; a dual clip stays, since it bounds another thing. */
export function clipOptions({ clip, clipLow, clipHigh, dualClip }: Objective): ClipOptions {
  return { clipLow: clip ? clipLow : Infinity, clipHigh: clip ? clipHigh : Infinity, dualClip };
}

/** Ratios between which nothing is clipped: 1 - clipLow and 1 + clipHigh. */
export function clipRange({ clipLow, clipHigh }: ClipOptions): { readonly least: number; readonly most: number } {
  return { least: 1 - clipLow, most: 1 + clipHigh };
}

export interface SurrogateValue {
  /** l = max(-A rho, -A clip(rho, 1 - low, 1 + high)), at most -A c for A < 0 under a dual clip c. Minimised. */
  readonly loss: number;
  /** d l / d rho: -A where live, else 0. */
  readonly slope: number;
}

/** Largest |log rho| before the exponential (docs/algorithms.md). */
const logRatioLimit = 20;

/** rho = exp(clamp(logp - oldLogp, -20, 20)). */
export function probabilityRatio(logp: number, oldLogp: number): number {
  return exp(clamp(logp - oldLogp, -logRatioLimit, logRatioLimit));
}

/** Clipped surrogate (PPO, arXiv 1707.06347, equation 7) with the optional dual clip of arXiv 1912.09729. */
export function surrogate(advantage: number, ratio: number, options: ClipOptions): SurrogateValue {
  // Not -0.
  if (advantage === 0) return { loss: 0, slope: 0 };
  const { dualClip } = options;
  const { least, most } = clipRange(options);
  const plain = -advantage * ratio;
  const clipped = -advantage * clamp(ratio, least, most);
  const loss = Math.max(plain, clipped);
  if (advantage < 0 && dualClip !== null && loss > -advantage * dualClip)
    return { loss: -advantage * dualClip, slope: 0 };
  const live = advantage > 0 ? ratio < most : ratio > least;
  return { loss, slope: live ? -advantage : 0 };
}

/** KL to the reference at one sampled token, nats. k3 = e^d - d - 1 with d = clamp(ref - logp, -20, 20), value clamped to +-10;
 * k1 = logp - ref (Schulman, "Approximating KL divergence", 2020). */
export function klEstimate(logp: number, refLogp: number, estimator: 'k1' | 'k3'): number {
  if (estimator === 'k1') return logp - refLogp;
  const difference = clamp(refLogp - logp, -logRatioLimit, logRatioLimit);
  return clamp(exp(difference) - difference - 1, -10, 10);
}
