import { at } from '../lib/invariant';
import type { Policy, RolloutRequest, RolloutWatch } from '../model/policy';
import type { Grade, Problem, Task } from '../tasks/parts/types';
import { gradeAnswers } from './gradeAnswers';
import type { GradeRows } from './gradeRows';

/** Text <-> token ids; `decode` leaves special tokens out. */
export interface TextCodec {
  /** Problems as the run puts them to the model (`promptCodec.ts`). Rejects with `InputError` on a text that its tokenizer cannot write. */
  encodePrompts(prompts: readonly string[]): Promise<readonly (readonly number[])[]>;
  /** Texts as they are. */
  encode(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
  decode(ids: readonly number[]): string;
  /** Prompts and texts alike at once, where every token is one character; null where one text may have several tokenisations. */
  readonly spell: ((text: string) => readonly number[]) | null;
}

/** One sampled answer with its verdict. */
export interface GradedRollout {
  /** Rollouts of one prompt of this step share a group. */
  readonly group: number;
  readonly problem: Problem;
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  readonly text: string;
  /** Per completion token: log pi_old and entropy at the sampling temperature, nats. */
  readonly logp: Float32Array;
  readonly entropy: Float32Array;
  readonly truncated: boolean;
  readonly grade: Grade;
}

/** Who answers, and who asks and judges. */
export interface AnswerWorld {
  readonly policy: Policy;
  readonly task: Task;
  readonly codec: TextCodec;
  /** Grades where it can be killed; null: here, as tasks are whose grading cannot hang. */
  readonly gradeRows?: GradeRows | null;
}

export interface AnswerRequest {
  readonly problems: readonly Problem[];
  readonly sampling: Omit<RolloutRequest, 'prompts'>;
  /** Groups count from here (0). */
  readonly firstGroup?: number;
  readonly onToken?: RolloutWatch;
}

/** Samples and grades answers; ordered by problem, then by sample. */
export async function gradedRollouts(
  world: AnswerWorld,
  { problems, sampling, firstGroup = 0, onToken }: AnswerRequest,
): Promise<GradedRollout[]> {
  const { policy, codec } = world;
  const prompts = await codec.encodePrompts(problems.map(({ prompt }) => prompt));
  const { sequences } = await policy.rollout({ ...sampling, prompts }, onToken);
  const answers = sequences.map((sequence) => {
    const problem = at(problems, sequence.promptIndex);
    const prompt = at(prompts, sequence.promptIndex);
    const { completion, logp, entropy, truncated } = sequence;
    const text = codec.decode(completion);
    return { group: firstGroup + sequence.promptIndex, problem, prompt, completion, text, logp, entropy, truncated };
  });
  const grades = await gradeAnswers(world, answers);
  return answers.map((answer, index) => ({ ...answer, grade: at(grades, index) }));
}

/** Different right answers per group, mean over groups; 0 for no rollouts. */
export function distinctCorrect(rollouts: readonly GradedRollout[]): number {
  const answers = new Map<number, Set<string>>();
  for (const { group, grade } of rollouts) {
    const seen = answers.get(group) ?? new Set();
    if (grade.canonical !== null) seen.add(grade.canonical);
    answers.set(group, seen);
  }
  let total = 0;
  for (const seen of answers.values()) total += seen.size;
  return answers.size === 0 ? 0 : total / answers.size;
}

/** Mean entropy over all completion tokens, nats. */
export function meanEntropy(rollouts: readonly GradedRollout[]): number {
  let total = 0;
  let count = 0;
  for (const { entropy } of rollouts) {
    for (const value of entropy) total += value;
    count += entropy.length;
  }
  return count === 0 ? 0 : total / count;
}
