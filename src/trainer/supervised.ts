/** Supervised warm-up: makes a base model out of demonstrations, with the same engine and loss kernel as the rest. */
import { createRng } from '../lib/rng';
import { sum } from '../lib/numeric';
import type { OptimizerOptions, UpdateResult } from '../model/policy';
import type { LossOptions, WeightedSequence } from '../records/weighted';
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

/** Cross-entropy in the terms of the policy loss: the k1 estimate of the KL to a reference of log-probability 0 is the
 * token's own log-probability, and weight -1/tokens on it makes the loss -mean log p. Nothing is clipped. */
const crossEntropy: LossOptions = {
  temperature: 1,
  clipLow: Infinity,
  clipHigh: Infinity,
  dualClip: null,
  klEstimator: 'k1',
};

/** One step on seeded train problems, each with one of its right answers drawn at random; the loss is on answer and end
 * token. Resolves to the mean cross-entropy in nats before the update. */
export async function supervisedStep(
  { policy, task, codec }: AnswerWorld,
  { step, learningRate, batch, seed, optimizer }: SupervisedOptions,
): Promise<{ readonly lossNats: number; readonly update: UpdateResult }> {
  const rng = createRng(seed, 'demonstrations', step);
  const pairs = promptOrder(task.train.length, seed, step * batch, batch).flatMap((index) => {
    const problem = task.train[index];
    if (problem === undefined) return [];
    const answer = codec.encode(task.demonstrate(problem, rng));
    return [{ prompt: codec.encode(problem.prompt), completion: [...answer, policy.eosTokenId] }];
  });
  const tokens = pairs.reduce((total, { completion }) => total + completion.length, 0);
  const sequences = pairs.map((pair) => demonstration(pair, tokens));
  const update = await policy.update(sequences, crossEntropy, { ...optimizer, learningRate });
  return { lossNats: -sum(update.kl.map(sum)) / tokens, update };
}

function demonstration(
  { prompt, completion }: { readonly prompt: readonly number[]; readonly completion: readonly number[] },
  tokens: number,
): WeightedSequence {
  const zeros = new Float32Array(completion.length);
  return {
    prompt,
    completion,
    oldLogp: zeros,
    refLogp: zeros,
    advantage: zeros,
    policyWeight: zeros,
    entropyWeight: zeros,
    klWeight: new Float32Array(completion.length).fill(-1 / tokens),
  };
}

/** Linear warm-up, then constant or linear down to 0 at `steps`. `step` is 0-based. */
export function warmUpRate(step: number, steps: number, peak: number, warmUpSteps: number, decay: boolean): number {
  const rise = Math.min(1, (step + 1) / Math.max(1, warmUpSteps));
  const fall = decay && step >= warmUpSteps ? (steps - step) / Math.max(1, steps - warmUpSteps) : 1;
  return peak * rise * fall;
}
