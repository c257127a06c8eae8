/** Stage one for a whole rollout batch: how confident, how heavily punished, kept or dropped, and the advantage of every token. Pure. */
import type { RolloutSample } from '../algorithms/parts/types';
import { batchAdvantages } from './batchAdvantages';
import { penaltyWeights } from './penaltyWeights';
import type { StepObjective } from './resolveObjective';

/** One rollout as the objective sees it; arrays have one entry per completion token, EOS included. */
export interface ObjectiveRollout extends RolloutSample {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  readonly oldLogp: Float32Array;
  readonly refLogp: Float32Array | null;
  readonly values: Float32Array | null;
}

export interface Rating {
  /** exp(mean log pi_old). */
  readonly confidence: number;
  /** Penalty weight; mean over tokens where it differs per token. */
  readonly weight: number;
  /** Its group is left out of the update. */
  readonly dropped: boolean;
  readonly advantage: Float32Array;
  /** What the critic's values should have been; null without a critic. */
  readonly returns: Float32Array | null;
}

/** Rates every rollout of a batch, in order. Mappings of the confidence act only where the algorithm reads them. */
export function rateRollouts<Rollout extends ObjectiveRollout>(
  at: StepObjective,
  rollouts: readonly Rollout[],
): (Rollout & Rating)[] {
  const { algorithm, objective, coefficients, maxNewTokens } = at;
  const penalties = penaltyWeights(rollouts, algorithm.uses.includes('confidence') ? objective.confidence : null);
  const { positiveWeight, negativeWeight } = coefficients;
  const { tokenWeight } = penalties;
  const input = { samples: rollouts, positiveWeight, negativeWeight, tokenWeight, maxNewTokens };
  const { advantage, returns, dropped } = batchAdvantages(algorithm, objective, input);
  return rollouts.map((rollout, index) => ({
    ...rollout,
    confidence: penalties.confidence[index] ?? 1,
    weight: penalties.weight[index] ?? 1,
    dropped: dropped[index] ?? false,
    advantage: advantage[index] ?? new Float32Array(rollout.completion.length),
    returns: returns?.[index] ?? null,
  }));
}
