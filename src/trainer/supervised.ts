/** Supervised warm-up: makes a base model out of demonstrations, with the same engine and loss kernel as the rest. */
import { createRng } from '../lib/rng';
import { at } from '../lib/invariant';
import { sum } from '../lib/numeric';
import { crossEntropy, demonstration } from '../model/crossEntropy';
import type { OptimizerOptions, UpdateResult } from '../model/policy';
import { promptOrder } from './promptOrder';
import type { AnswerWorld } from './rollouts';

export interface SupervisedOptions {
  /** 0-based; decides the demonstrations, with `seed`. */
  readonly step: number;
  readonly learningRate: number;
  /** Demonstrations per step. */
  readonly batch: number;
  readonly seed: number;
  readonly optimizer: Omit<OptimizerOptions, 'learningRate'>;
}

/** One step on seeded train problems, each with one of its right answers drawn at random; the loss is on answer and end
 * token. Resolves to the mean cross-entropy in nats before the update. */
export async function supervisedStep(
  { policy, task, codec }: AnswerWorld,
  { step, learningRate, batch, seed, optimizer }: SupervisedOptions,
): Promise<{ readonly lossNats: number; readonly update: UpdateResult }> {
  const rng = createRng(seed, 'demonstrations', step);
  const problems = promptOrder(task.train.length, seed, step * batch, batch).map((index) => at(task.train, index));
  const prompts = await codec.encodePrompts(problems.map(({ prompt }) => prompt));
  const answers = await codec.encode(problems.map((problem) => task.demonstrate(problem, rng)));
  const pairs = prompts.map((prompt, index) => ({
    prompt,
    completion: [...at(answers, index), policy.eosTokenId],
  }));
  const tokens = pairs.reduce((total, { completion }) => total + completion.length, 0);
  const sequences = pairs.map(({ prompt, completion }) => demonstration(prompt, completion, 1 / tokens));
  const update = await policy.update(sequences, crossEntropy, { ...optimizer, learningRate });
  return { lossNats: -sum(update.logp.map(sum)) / tokens, update };
}

/** Linear warm-up, then constant, then linear down to 0 over the last `decaySteps` of `steps` (warm-up, stable, decay: Hu et al. 2024,
 * arXiv 2404.06395, section 4): a run that was stopped before the decay can be given another end. `step` is 0-based. */
export function warmUpRate(step: number, peak: number, warmUpSteps: number, steps: number, decaySteps: number): number {
  const rise = Math.min(1, (step + 1) / Math.max(1, warmUpSteps));
  const fall = Math.min(1, (steps - step) / Math.max(1, decaySteps));
  return peak * rise * fall;
}
