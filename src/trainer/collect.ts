/** Rollout phase of one step: seeded prompts, sampled answers, verdicts, and for DAPO the refill of dropped groups. */
import { droppedGroups } from '../objective/batchAdvantages';
import { findAlgorithm } from '../algorithms/parts/registry';
import type { Experiment } from '../experiment/types';
import { deriveSeed } from '../lib/rng';
import type { Policy } from '../model/policy';
import type { Task } from '../tasks/parts/types';
import { promptOrder } from './promptOrder';
import { gradedRollouts, type GradedRollout, type TextCodec } from './rollouts';

export interface CollectedBatch {
  /** Everything generated, refills included: what accuracy, entropy and group shares are measured on. */
  readonly all: readonly GradedRollout[];
  /** What is trained on: the same, or without refilling's dropped and surplus groups. */
  readonly train: readonly GradedRollout[];
  readonly generations: number;
  /** Position in the prompt sequence after this batch. */
  readonly dataCursor: number;
}

/** Most generations that one step can make; keeps the sampling streams of different steps apart. */
const streamsPerStep = 16;

/** Samples one rollout batch. (seed, step, generation) decide prompts and draws, so nothing needs to be remembered but the cursor. */
export async function collectBatch(
  policy: Policy,
  task: Task,
  codec: TextCodec,
  experiment: Experiment,
  step: number,
  dataCursor: number,
  temperature: number,
  onToken?: (done: number, total: number) => void,
): Promise<CollectedBatch> {
  const { batch, sampling, objective, seed } = experiment;
  const request = {
    groupSize: batch.groupSize,
    maxNewTokens: sampling.maxNewTokens,
    temperature,
    topK: sampling.topK,
    topP: sampling.topP,
    greedy: false,
    seed: deriveSeed(seed, 'rollout'),
  };
  const cap = Math.min(streamsPerStep, findAlgorithm(objective.algorithm).generationCap(objective.params));
  const all: GradedRollout[] = [];
  let kept: GradedRollout[];
  let generations = 0;
  let cursor = dataCursor;
  do {
    const problems = promptOrder(task.train.length, seed, cursor, batch.promptsPerStep).flatMap(
      (index) => task.train[index] ?? [],
    );
    const stream = step * streamsPerStep + generations;
    const fresh = await gradedRollouts(
      policy,
      task,
      codec,
      problems,
      { ...request, stream },
      generations * batch.promptsPerStep,
      onToken,
    );
    cursor += problems.length;
    generations++;
    all.push(...fresh);
    kept = cap > 1 ? withoutDropped(all, objective.dropGroups) : all;
  } while (generations < cap && kept.length < batch.promptsPerStep * batch.groupSize);
  return { all, train: kept.slice(0, batch.promptsPerStep * batch.groupSize), generations, dataCursor: cursor };
}

function withoutDropped(
  rollouts: readonly GradedRollout[],
  rule: Experiment['objective']['dropGroups'],
): GradedRollout[] {
  const dropped = droppedGroups(
    rollouts.map(({ group, grade }) => ({ group, reward: grade.reward })),
    rule,
  );
  return rollouts.filter(({ group }) => !dropped.has(group));
}
