/** Rollout phase of one step: seeded prompts, sampled answers, verdicts, and for DAPO the refill of dropped groups. */
import { droppedGroups } from '../objective/batchAdvantages';
import type { ResolvedObjective } from '../objective/resolveObjective';
import type { DropGroups, Experiment } from '../experiment/types';
import { deriveSeed } from '../lib/rng';
import type { RolloutWatch } from '../model/policy';
import { promptOrder } from './promptOrder';
import { gradedRollouts, type AnswerWorld, type GradedRollout } from './rollouts';

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

export interface CollectRequest {
  readonly experiment: Pick<Experiment, 'batch' | 'sampling' | 'seed'>;
  /** That of `experiment`: says which groups are dropped, and how often they may be refilled. */
  readonly objective: ResolvedObjective;
  readonly step: number;
  /** Position in the prompt sequence before this batch. */
  readonly dataCursor: number;
  readonly temperature: number;
  readonly onToken?: RolloutWatch;
}

/** Samples one rollout batch. (seed, step, generation) decide prompts and draws, so nothing needs to be remembered but the cursor. */
export async function collectBatch(world: AnswerWorld, request: CollectRequest): Promise<CollectedBatch> {
  const { experiment, objective, step, dataCursor, temperature, onToken } = request;
  const { batch, sampling, seed } = experiment;
  const { train } = world.task;
  const shared = {
    groupSize: batch.groupSize,
    maxNewTokens: sampling.maxNewTokens,
    temperature,
    topK: sampling.topK,
    topP: sampling.topP,
    greedy: false,
    seed: deriveSeed(seed, 'rollout'),
  };
  const cap = Math.min(streamsPerStep, objective.generationCap);
  const all: GradedRollout[] = [];
  let kept: GradedRollout[];
  let generations = 0;
  let cursor = dataCursor;
  do {
    const problems = promptOrder(train.length, seed, cursor, batch.promptsPerStep).flatMap(
      (index) => train[index] ?? [],
    );
    const fresh = await gradedRollouts(world, {
      problems,
      sampling: { ...shared, stream: step * streamsPerStep + generations },
      firstGroup: generations * batch.promptsPerStep,
      ...(onToken && { onToken }),
    });
    cursor += problems.length;
    generations++;
    all.push(...fresh);
    kept = cap > 1 ? withoutDropped(all, objective.settings.objective.dropGroups) : all;
  } while (generations < cap && kept.length < batch.promptsPerStep * batch.groupSize);
  return { all, train: kept.slice(0, batch.promptsPerStep * batch.groupSize), generations, dataCursor: cursor };
}

function withoutDropped(rollouts: readonly GradedRollout[], rule: DropGroups): GradedRollout[] {
  const dropped = droppedGroups(
    rollouts.map(({ group, grade }) => ({ group, reward: grade.reward })),
    rule,
  );
  return rollouts.filter(({ group }) => !dropped.has(group));
}
