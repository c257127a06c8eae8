/** Between rollout and updates: reference scores, critic values, penalty weights, advantages. */
import { batchAdvantages } from '../objective/batchAdvantages';
import { findAlgorithm } from '../algorithms/parts/registry';
import { penaltyWeights } from '../objective/penaltyWeights';
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import { invariant } from '../lib/invariant';
import type { Policy } from '../model/policy';
import type { Coefficients } from '../objective/coefficients';
import type { Critic } from '../model/critic';
import type { GradedRollout } from './rollouts';

/** A rollout with all that an update needs; arrays have one entry per completion token. */
export interface PreparedRollout {
  readonly rollout: GradedRollout;
  readonly confidence: number;
  /** Penalty weight; mean over tokens where it differs per token. */
  readonly weight: number;
  readonly dropped: boolean;
  readonly advantage: Float32Array;
  readonly refLogp: Float32Array | null;
  /** Critic's values before the updates, and what they should have been. */
  readonly values: Float32Array | null;
  readonly returns: Float32Array | null;
}

/** The models beside the policy; a reference is made only when first needed. */
export interface SideModels {
  readonly reference: (() => Promise<Policy>) | null;
  readonly critic: Critic | null;
}

/** Advantages of one rollout batch. Throws `InputError` where the objective needs a model that this run lacks. */
export async function prepareBatch(
  experiment: Experiment,
  rollouts: readonly GradedRollout[],
  coefficients: Coefficients,
  temperature: number,
  models: SideModels,
): Promise<PreparedRollout[]> {
  const { objective, sampling } = experiment;
  const algorithm = findAlgorithm(objective.algorithm);
  const scoredByReference = coefficients.klCoef > 0 || algorithm.needsReference(objective.params);
  const scores = scoredByReference ? await (await referenceOf(models)).score(rollouts, temperature) : null;
  const reference = scores?.logp ?? null;
  const values = algorithm.needsCritic ? await criticOf(models).values(rollouts) : null;

  const samples = rollouts.map(({ group, grade, logp }, index) => ({
    group,
    reward: grade.reward,
    oldLogp: logp,
    refLogp: reference?.[index] ?? null,
    values: values?.[index] ?? null,
  }));
  const penalties = penaltyWeights(samples, algorithm.uses.includes('confidence') ? objective.confidence : null);
  const { advantage, returns, dropped } = batchAdvantages(objective, {
    samples,
    positiveWeight: coefficients.positiveWeight,
    negativeWeight: coefficients.negativeWeight,
    tokenWeight: penalties.tokenWeight,
    maxNewTokens: sampling.maxNewTokens,
  });
  return rollouts.map((rollout, index) => ({
    rollout,
    confidence: penalties.confidence[index] ?? 1,
    weight: penalties.weight[index] ?? 1,
    dropped: dropped[index] ?? false,
    advantage: advantage[index] ?? new Float32Array(rollout.completion.length),
    refLogp: reference?.[index] ?? null,
    values: values?.[index] ?? null,
    returns: returns?.[index] ?? null,
  }));
}

function referenceOf({ reference }: SideModels): Promise<Policy> {
  if (reference === null)
    throw new InputError('objective.klCoef', 'a KL term', 'none: this run has no starting model to compare with');
  return reference();
}

function criticOf({ critic }: SideModels): Critic {
  invariant(critic !== null, 'an algorithm with a critic was given one');
  return critic;
}
