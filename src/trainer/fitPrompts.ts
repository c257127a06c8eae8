/** Problems of a data set that a model's context can hold. */
import type { Problem, Task } from '../tasks/parts/types';
import type { TextCodec } from './rollouts';

export interface FittedTask {
  readonly task: Task;
  /** Remembers the prompts that were encoded: a run asks for each many times. */
  readonly codec: TextCodec;
  /** Problems left out, because prompt and longest answer together pass the context. */
  readonly leftOut: number;
}

/** Encodes every prompt once, and leaves out those of more than `mostTokens` tokens: a step would stop at them. */
export async function fitPrompts(task: Task, codec: TextCodec, mostTokens: number): Promise<FittedTask> {
  const problems = [...task.train, ...task.heldOut];
  const ids = await codec.encodePrompts(problems.map(({ prompt }) => prompt));
  const known = new Map(problems.map(({ prompt }, index) => [prompt, ids[index] ?? []]));
  const fits = ({ prompt }: Problem): boolean => (known.get(prompt)?.length ?? 0) <= mostTokens;
  const [train, heldOut] = [task.train.filter(fits), task.heldOut.filter(fits)];
  return {
    task: { ...task, train, heldOut },
    codec: { ...codec, encodePrompts: (prompts) => fromKnown(known, codec, prompts) },
    leftOut: problems.length - train.length - heldOut.length,
  };
}

async function fromKnown(
  known: ReadonlyMap<string, readonly number[]>,
  codec: TextCodec,
  prompts: readonly string[],
): Promise<readonly (readonly number[])[]> {
  const missing = [...new Set(prompts)].filter((prompt) => !known.has(prompt));
  const fresh = missing.length === 0 ? [] : await codec.encodePrompts(missing);
  const added = new Map(missing.map((prompt, index) => [prompt, fresh[index] ?? []]));
  return prompts.map((prompt) => known.get(prompt) ?? added.get(prompt) ?? []);
}
