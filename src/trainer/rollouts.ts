import type { Policy, RolloutRequest, RolloutWatch } from '../model/policy';
import type { Grade, Problem, Task } from '../tasks/parts/types';

/** Text <-> token ids; `decode` leaves special tokens out. Every tokenizer of `model/` is one. */
export interface TextCodec {
  encode(text: string): readonly number[];
  decode(ids: readonly number[]): string;
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
  { policy, task, codec }: AnswerWorld,
  { problems, sampling, firstGroup = 0, onToken }: AnswerRequest,
): Promise<GradedRollout[]> {
  const prompts = problems.map(({ prompt }) => codec.encode(prompt));
  const { sequences } = await policy.rollout({ ...sampling, prompts }, onToken);
  return sequences.flatMap((sequence) => {
    const problem = problems[sequence.promptIndex];
    const prompt = prompts[sequence.promptIndex];
    if (problem === undefined || prompt === undefined) return [];
    const text = codec.decode(sequence.completion);
    const { completion, logp, entropy, truncated } = sequence;
    const grade = task.grade(problem, text);
    return [
      { group: firstGroup + sequence.promptIndex, problem, prompt, completion, text, logp, entropy, truncated, grade },
    ];
  });
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
