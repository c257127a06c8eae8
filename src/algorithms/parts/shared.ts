import type { NumberSpec } from '../../experiment/paramSpec';
import { InputError } from '../../lib/errors';
import { mean, sampleStd } from '../../lib/stats';
import type { AlgorithmInput, AlgorithmOutput, RolloutSample } from './types';

/** What most algorithms answer: no critic, no reference, no refill. */
export const plain = { critic: null, needsReference: () => false, generationCap: () => 1 } as const;

/** One advantage per sample, spread over its tokens. */
export function spread(
  samples: readonly RolloutSample[],
  advantageOf: (sample: RolloutSample, index: number) => number,
): AlgorithmOutput {
  const advantage = samples.map((sample, index) =>
    new Float32Array(sample.oldLogp.length).fill(advantageOf(sample, index)),
  );
  return { advantage, returns: null };
}

export interface GroupStatistics {
  readonly size: number;
  readonly mean: number;
  /** Deviation with ddof 1; 0 for one reward. */
  readonly std: number;
}

/** Mean and deviation of each group's rewards, with one more virtual reward of 1 where asked (NGRPO). */
export function groupStatistics(
  samples: readonly RolloutSample[],
  rewards: readonly number[],
  virtualMaxReward: boolean,
): ReadonlyMap<number, GroupStatistics> {
  const byGroup = new Map<number, number[]>();
  samples.forEach(({ group }, index) => {
    const members = byGroup.get(group) ?? [];
    members.push(rewards[index] ?? 0);
    byGroup.set(group, members);
  });
  return new Map(
    Array.from(byGroup, ([group, members]) => {
      // Sorted, so that the rounding does not depend on the order of the samples.
      const all = [...members, ...(virtualMaxReward ? [1] : [])].sort((a, b) => a - b);
      return [group, { size: members.length, mean: mean(all), std: sampleStd(all) }] as const;
    }),
  );
}

/** (r - mean) / (std + 1e-6) of each sample's group; exactly 0 where all rewards are equal. */
export function standardized(
  input: AlgorithmInput,
  rewards: readonly number[] = input.samples.map(({ reward }) => reward),
): AlgorithmOutput {
  const statistics = groupStatistics(input.samples, rewards, input.virtualMaxReward);
  return spread(input.samples, ({ group }, index) => {
    const { mean: centre, std } = statistics.get(group) ?? { mean: 0, std: 0 };
    return std === 0 ? 0 : ((rewards[index] ?? 0) - centre) / (std + 1e-6);
  });
}

/** Reads one of an algorithm's own parameters, its default where the experiment leaves it out. */
export function readParam(params: AlgorithmInput['params'], spec: NumberSpec): number {
  const value = params[spec.key] ?? spec.default;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new InputError(`objective.params.${spec.key}`, value, `a number from ${spec.min} to ${spec.max}`);
  return value;
}
