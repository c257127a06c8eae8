import type { ConfidenceSpec } from '../experiment/types';
import { mean } from '../lib/stats';
import { evaluateMapping } from '../confidence/parts/registry';
import type { PenaltyWeights, ScoredRollout } from '../confidence/parts/types';
import { exp } from '../lib/transcendental';

/**
 * Confidence and penalty weight of every rollout of a batch (docs/algorithms.md; CW-NSR of arXiv 2605.07137).
 * The confidence is the length-normalised likelihood under the policy that sampled it, without a gradient through it.
 * Right answers always weigh 1. Scope `token` (our choice) maps each token's own probability instead.
 * `normalize` (our choice) divides by the mean weight over the wrong samples, so that the total penalty equals that of
 * plain NSR: over wrong answers for scope `sequence`, over their tokens for scope `token`.
 * Without a spec every weight is 1. An empty completion has confidence 1 (the likelihood of nothing).
 */
export function penaltyWeights(rollouts: readonly ScoredRollout[], spec: ConfidenceSpec | null): PenaltyWeights {
  const confidence = Float64Array.from(rollouts, ({ oldLogp }) => exp(mean(oldLogp)));
  const raw = rollouts.map(({ reward, oldLogp }, index) => {
    if (spec === null || reward > 0) return new Float64Array(oldLogp.length).fill(1);
    if (spec.scope === 'token') return Float64Array.from(oldLogp, (logp) => evaluateMapping(spec, exp(logp)));
    return new Float64Array(oldLogp.length).fill(evaluateMapping(spec, confidence[index] ?? 1));
  });
  const scale = spec?.normalize === true ? budgetScale(rollouts, raw, spec.scope === 'token') : 1;
  const tokenWeight = raw.map((weights, index) =>
    (rollouts[index]?.reward ?? 0) > 0 ? weights : weights.map((weight) => weight * scale),
  );
  const weight = Float64Array.from(tokenWeight, (weights) => (weights.length === 0 ? 1 : mean(weights)));
  return { confidence, weight, tokenWeight };
}

/** 1 / mean weight of the wrong samples; 1 where there is none, or where all of them weigh nothing. */
function budgetScale(rollouts: readonly ScoredRollout[], raw: readonly Float64Array[], perToken: boolean): number {
  const wrong = raw.filter((weights, index) => (rollouts[index]?.reward ?? 0) <= 0 && weights.length > 0);
  const average = mean(wrong.flatMap((weights) => (perToken ? Array.from(weights) : [mean(weights)])));
  return average > 0 ? 1 / average : 1;
}
