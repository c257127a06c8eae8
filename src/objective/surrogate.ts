/** The policy loss and the KL term of one token in plain float64: the reference for tests and the source of the clip metrics. */
import { clamp } from '../lib/numeric';
import { exp } from '../lib/transcendental';

export interface ClipOptions {
  /** Infinity switches a side off. */
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly dualClip: number | null;
}

export interface SurrogateValue {
  /** l = max(-A rho, -A clip(rho, 1 - low, 1 + high)), at most -A c for A < 0 under a dual clip c. Minimised. */
  readonly loss: number;
  /** d l / d rho: -A where live, else 0. */
  readonly slope: number;
}

/** Largest |log rho| before the exponential, algorithms.md section 1. */
const logRatioLimit = 20;

/** rho = exp(clamp(logp - oldLogp, -20, 20)). */
export function probabilityRatio(logp: number, oldLogp: number): number {
  return exp(clamp(logp - oldLogp, -logRatioLimit, logRatioLimit));
}

/** Clipped surrogate (PPO, arXiv 1707.06347, equation 7) with the optional dual clip of arXiv 1912.09729. */
export function surrogate(
  advantage: number,
  ratio: number,
  { clipLow, clipHigh, dualClip }: ClipOptions,
): SurrogateValue {
  // Not -0.
  if (advantage === 0) return { loss: 0, slope: 0 };
  const plain = -advantage * ratio;
  const clipped = -advantage * clamp(ratio, 1 - clipLow, 1 + clipHigh);
  const loss = Math.max(plain, clipped);
  if (advantage < 0 && dualClip !== null && loss > -advantage * dualClip)
    return { loss: -advantage * dualClip, slope: 0 };
  const live = advantage > 0 ? ratio < 1 + clipHigh : ratio > 1 - clipLow;
  return { loss, slope: live ? -advantage : 0 };
}

/** KL to the reference at one sampled token, nats. k3 = e^d - d - 1 with d = clamp(ref - logp, -20, 20), value clamped to +-10;
 * k1 = logp - ref (Schulman, "Approximating KL divergence", 2020). */
export function klEstimate(logp: number, refLogp: number, estimator: 'k1' | 'k3'): number {
  if (estimator === 'k1') return logp - refLogp;
  const difference = clamp(refLogp - logp, -logRatioLimit, logRatioLimit);
  return clamp(exp(difference) - difference - 1, -10, 10);
}
