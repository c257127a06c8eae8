/** Small rollout batches for tests. */
import type { Objective } from '../../experiment/types';
import { batchAdvantages, type BatchAdvantages } from '../../objective/batchAdvantages';
import { findAlgorithm } from './registry';
import type { AlgorithmInput, RolloutSample } from './types';

export function sample(group: number, reward: 0 | 1, length = 2, logp = -1): RolloutSample {
  const oldLogp = new Float64Array(length).fill(logp);
  return {
    group,
    reward,
    oldLogp,
    refLogp: oldLogp.map((value) => value - 0.1),
    values: oldLogp.map((value, token) => value + token),
  };
}

/** One group of `size` with the first `right` answers right. */
export function group(size: number, right: number, id = 0): RolloutSample[] {
  return Array.from({ length: size }, (_, index) => sample(id, index < right ? 1 : 0));
}

export function advantagesOf(
  algorithm: string,
  samples: readonly RolloutSample[],
  input: Partial<AlgorithmInput> = {},
  objective: Partial<Objective> = {},
): BatchAdvantages {
  const definition = findAlgorithm(algorithm);
  const chosen = {
    dropGroups: 'none',
    virtualMaxReward: false,
    params: {},
    ...definition.defaults,
    ...objective,
  } as const;
  const tokenWeight = samples.map(({ oldLogp }) => new Float64Array(oldLogp.length).fill(1));
  return batchAdvantages(definition, chosen, {
    samples,
    positiveWeight: 1,
    negativeWeight: 1,
    tokenWeight,
    maxNewTokens: 8,
    ...input,
  });
}

/** First token's advantage of each sample. */
export function firstAdvantages(...request: Parameters<typeof advantagesOf>): number[] {
  return advantagesOf(...request).advantage.map((row) => row[0] ?? NaN);
}
