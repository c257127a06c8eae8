/** Float64 reference of token_loss.wgsl: one row of logits and the scalars of its token. */
import { clamp, entropyNats, logSumExp, softmax } from '../lib/numeric';
import type { RowLossOptions } from './batchUniform';

export interface LossToken {
  readonly label: number;
  readonly oldLogp: number;
  readonly advantage: number;
  readonly policyWeight: number;
  readonly entropyWeight: number;
  readonly klWeight: number;
  readonly refLogp: number;
}

export type LossShape = Omit<RowLossOptions, 'valueClip'>;

export interface TokenTerms {
  readonly logp: number;
  readonly entropy: number;
  readonly surrogate: number;
  readonly kl: number;
  /** policyWeight * surrogate - entropyWeight * H + klWeight * KL. */
  readonly loss: number;
}

/** The token's share of the loss (docs/algorithms.md section 1). */
export function tokenTerms(logits: ArrayLike<number>, token: LossToken, shape: LossShape): TokenTerms {
  const z = Float64Array.from(logits, (logit) => logit / shape.temperature);
  const logp = (z[token.label] ?? NaN) - logSumExp(z);
  const entropy = entropyNats(softmax(z));
  const ratio = Math.exp(clamp(logp - token.oldLogp, -20, 20));
  const clipped = clamp(ratio, 1 - shape.clipLow, 1 + shape.clipHigh);
  let surrogate = Math.max(-token.advantage * ratio, -token.advantage * clipped);
  if (shape.dualClip !== null && token.advantage < 0)
    surrogate = Math.min(surrogate, -token.advantage * shape.dualClip);
  if (shape.surrogate === 'likelihood') surrogate = -token.advantage * logp;
  const d = clamp(token.refLogp - logp, -20, 20);
  const kl = shape.klEstimator === 'k1' ? logp - token.refLogp : clamp(Math.exp(d) - d - 1, -10, 10);
  const loss = token.policyWeight * surrogate - token.entropyWeight * entropy + token.klWeight * kl;
  return { logp, entropy, surrogate, kl, loss };
}

/** d loss / d logits: the scalar slopes of the loss in log-probability and entropy, times
 * d logp / dz_v = 1[v = y] - pi_v and dH / dz_v = -pi_v (log pi_v + H), over the temperature. */
export function tokenGradient(logits: ArrayLike<number>, token: LossToken, shape: LossShape): Float64Array {
  const { logp, entropy } = tokenTerms(logits, token, shape);
  const pi = softmax(logits, shape.temperature);
  const slope = policySlope(logp, token, shape) + klSlope(logp, token, shape);
  return pi.map((p, v) => {
    const dLogp = (v === token.label ? 1 : 0) - p;
    const dEntropy = p === 0 ? 0 : -p * (Math.log(p) + entropy);
    return (slope * dLogp - token.entropyWeight * dEntropy) / shape.temperature;
  });
}

/** d (policyWeight * surrogate) / d logp: -A rho where the clipped surrogate is live, -A of the likelihood. */
function policySlope(logp: number, { oldLogp, advantage, policyWeight }: LossToken, shape: LossShape): number {
  if (shape.surrogate === 'likelihood') return -policyWeight * advantage;
  const ratio = Math.exp(clamp(logp - oldLogp, -20, 20));
  const inRange = Math.abs(logp - oldLogp) < 20;
  const live = advantage >= 0 ? ratio < 1 + shape.clipHigh : ratio > 1 - shape.clipLow;
  const capped = advantage < 0 && shape.dualClip !== null && ratio > shape.dualClip;
  return inRange && live && !capped ? -policyWeight * advantage * ratio : 0;
}

function klSlope(logp: number, { refLogp, klWeight }: LossToken, shape: LossShape): number {
  if (shape.klEstimator === 'k1') return klWeight;
  const d = refLogp - logp;
  return Math.abs(d) < 20 && Math.exp(d) - d - 1 < 10 ? klWeight * (1 - Math.exp(d)) : 0;
}
