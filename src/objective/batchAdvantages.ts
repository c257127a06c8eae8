/** Stage one: a whole rollout batch -> advantages per token and the groups that are left out. */
import type { DropGroups, Objective } from '../experiment/types';
import type { AlgorithmDefinition, AlgorithmInput, AlgorithmOutput, RolloutSample } from '../algorithms/parts/types';

export interface BatchAdvantages extends AlgorithmOutput {
  /** Per sample: its group is left out of the update, and its advantage is 0. */
  readonly dropped: readonly boolean[];
}

/** Groups that `rule` leaves out, judged by the verifier's verdicts (not by shaped rewards). */
export function droppedGroups(
  samples: readonly Pick<RolloutSample, 'group' | 'reward'>[],
  rule: DropGroups,
): ReadonlySet<number> {
  if (rule === 'none') return new Set();
  const counts = new Map<number, { right: number; wrong: number }>();
  for (const { group, reward } of samples) {
    const count = counts.get(group) ?? { right: 0, wrong: 0 };
    if (reward > 0) count.right++;
    else count.wrong++;
    counts.set(group, count);
  }
  const dropped = Array.from(counts).filter(
    ([, { right, wrong }]) => wrong === 0 || (rule === 'homogeneous' && right === 0),
  );
  return new Set(dropped.map(([group]) => group));
}

/** Advantages of a rollout batch under an algorithm. Schedules and penalty weights come evaluated, since curves and mappings
 * are folders of their own. */
export function batchAdvantages(
  algorithm: Pick<AlgorithmDefinition, 'advantages'>,
  objective: Pick<Objective, 'dropGroups' | 'virtualMaxReward' | 'params'>,
  input: Omit<AlgorithmInput, 'virtualMaxReward' | 'params'>,
): BatchAdvantages {
  const { virtualMaxReward, params } = objective;
  const out = algorithm.advantages({ ...input, virtualMaxReward, params });
  const left = droppedGroups(input.samples, objective.dropGroups);
  const dropped = input.samples.map(({ group }) => left.has(group));
  return {
    ...out,
    advantage: out.advantage.map((row, index) => (dropped[index] === true ? new Float32Array(row.length) : row)),
    dropped,
  };
}
