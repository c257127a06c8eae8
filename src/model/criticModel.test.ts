import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clippedValueLoss } from '../algorithms/parts/gae';
import { openDevice, type Gpu } from '../gpu/device';
import { gpuVariant, type KernelVariant } from '../kernels/variant';
import { at } from '../lib/invariant';
import { relativeError, sum } from '../lib/numeric';
import { createRng } from '../lib/rng';
import type { ModelConfig } from './config';
import type { CriticTarget } from './critic';
import { createCritic } from './criticModel';
import { hiddenStates, type Weights } from './decoder.fixture';
import { elementCount, expectedParameters } from './parameters';
import type { NamedWeights } from './weights/tensorImage';

const llama: ModelConfig = {
  architecture: 'llama',
  hiddenSize: 6,
  layers: 2,
  heads: 2,
  kvHeads: 1,
  headDim: 4,
  intermediateSize: 10,
  vocabularySize: 9,
  rmsNormEps: 1e-5,
  ropeTheta: 1e4,
  tiedEmbeddings: true,
  qkvBias: false,
  qkNorm: false,
  maxPositions: 32,
  bosTokenId: null,
  eosTokenIds: [0],
  padTokenId: null,
};
const configs: [string, ModelConfig, KernelVariant?][] = [
  ['llama, tied', llama],
  ['llama, tied, GPU kernels', llama, gpuVariant],
  ['qwen2, untied', { ...llama, architecture: 'qwen2', qkvBias: true, tiedEmbeddings: false }],
  ['qwen3, tied', { ...llama, architecture: 'qwen3', qkNorm: true, layers: 1 }],
];

function randomWeights(config: ModelConfig): Map<string, NamedWeights> {
  const rng = createRng(7, 'critic test');
  const named = [...expectedParameters(config, 'value'), ...expectedParameters({ ...config, tiedEmbeddings: false })];
  return new Map(
    named.map(({ name, shape }) => {
      const centre = shape.length === 1 ? 1 : 0;
      const data = Float32Array.from({ length: elementCount(shape) }, () => centre + 0.5 * rng.nextGaussian());
      return [name, { shape, data }];
    }),
  );
}

/** Two answers to one prompt and one to another; weights, one of them 0; old values near and far, so that the clip acts on some. */
const sequences = [
  { prompt: [3, 4, 5], completion: [1, 2, 0] },
  { prompt: [3, 4, 5], completion: [6, 0] },
  { prompt: [8, 1], completion: [7, 7, 2, 4, 0] },
];
function targetsFor(values: readonly Float32Array[]): CriticTarget[] {
  const rng = createRng(3, 'targets');
  return sequences.map((sequence, index) => {
    const value = at(values, index);
    const draw = () => Float32Array.from(value, (own) => own + rng.nextGaussian());
    return {
      ...sequence,
      oldValue: draw(),
      target: draw(),
      weight: Float32Array.from(value, (_, token) => (index === 2 && token === 1 ? 0 : 0.1 + 0.05 * token)),
    };
  });
}

function referenceValues(config: ModelConfig, weights: Weights): number[][] {
  const score = Array.from(weights.get('score.weight') ?? []);
  return sequences.map(({ prompt, completion }) =>
    hiddenStates(config, weights, [...prompt, ...completion.slice(0, -1)])
      .slice(prompt.length - 1)
      .map((hidden) => sum(hidden.map((value, i) => value * at(score, i)))),
  );
}

const clip = 0.5;
function referenceLoss(config: ModelConfig, weights: Weights, targets: readonly CriticTarget[]): number {
  const values = referenceValues(config, weights);
  const losses = targets.flatMap(({ oldValue, target, weight }, index) =>
    at(values, index).map(
      (value, t) => at(weight, t) * clippedValueLoss(value, at(oldValue, t), at(target, t), clip).loss,
    ),
  );
  return sum(losses);
}

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => gpu.destroy());

const optimizer = { learningRate: 1e-2, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0, maxGradNorm: 1 };

/** Every so many entries of a large tensor are moved for its finite differences. */
const strideOf = ({ length }: ArrayLike<number>) => (length > 40 ? 5 : 1);

it.each(configs)('%s: values, loss and gradients are those of a float64 decoder', async (_, config, variant) => {
  const tensors = randomWeights(config);
  const critic = await createCritic(gpu, config, tensors, variant ? { variant } : {});
  const weights = new Map([...tensors].map(([name, { data }]) => [name, Float64Array.from(data)]));
  const values = await critic.values(sequences);
  const expected = referenceValues(config, weights);
  values.forEach((own, index) => expect(relativeError(own, at(expected, index))).toBeLessThan(1e-5));

  const targets = targetsFor(values);
  const { loss, gradients } = await critic.gradients(targets, clip);
  expect(relativeError([loss], [referenceLoss(config, weights, targets)])).toBeLessThan(1e-5);
  expect(gradients.map(({ name }) => name)).toEqual(expectedParameters(config, 'value').map(({ name }) => name));
  const everyFew = (row: ArrayLike<number>) => Array.from(row).filter((_value, i) => i % strideOf(row) === 0);
  for (const { name, data } of gradients) {
    const parameter = weights.get(name) ?? new Float64Array();
    const differences = everyFew(parameter).map((value, few) => {
      const lossAt = (moved: number) => {
        parameter[few * strideOf(parameter)] = moved;
        return referenceLoss(config, weights, targets);
      };
      const step = 1e-5;
      const slope = (lossAt(value + step) - lossAt(value - step)) / (2 * step);
      parameter[few * strideOf(parameter)] = value;
      return slope;
    });
    expect(relativeError(everyFew(data), differences), name).toBeLessThan(1e-4);
  }
  critic.dispose();
});

describe('the critic', () => {
  it('values everything 0 at first, and then learns what it is told', async () => {
    const tensors = randomWeights(llama);
    tensors.delete('score.weight');
    const critic = await createCritic(gpu, llama, tensors);
    const before = await critic.values(sequences);
    expect(before.flatMap((row) => Array.from(row)).every((value) => value === 0)).toBe(true);
    const targets = sequences.map((sequence, index) => {
      const { length } = sequence.completion;
      const target = new Float32Array(length).fill(index === 1 ? 0 : 1);
      return { ...sequence, target, oldValue: new Float32Array(length), weight: new Float32Array(length).fill(0.1) };
    });
    const losses = [];
    for (let step = 0; step < 40; step++) losses.push((await critic.update(targets, 100, optimizer)).loss);
    expect(at(losses, 0)).toBeCloseTo(0.4, 5);
    expect(at(losses, 39)).toBeLessThan(0.04);
    critic.dispose();
  });

  it('gives the same bits twice, and after save and load; a split of the mini-batch changes next to nothing', async () => {
    const tensors = randomWeights(llama);
    const whole = await createCritic(gpu, llama, tensors);
    const targets = targetsFor(await whole.values(sequences));
    const steps = async (critic: typeof whole, count: number) => {
      const results = [];
      for (let step = 0; step < count; step++) results.push(await critic.update(targets, clip, optimizer));
      return results;
    };
    await steps(whole, 2);
    const middle = await whole.save();
    const rest = await steps(whole, 3);
    const end = await whole.save();
    expect(end.optimizerStep).toBe(5);

    const again = await createCritic(gpu, llama, tensors);
    await steps(again, 5);
    expect(await again.save()).toEqual(end);
    await again.load(middle);
    expect(await steps(again, 3)).toEqual(rest);
    expect(await again.save()).toEqual(end);

    const many = Array.from({ length: 12 }, () => targets).flat();
    const one = await whole.gradients(many, clip);
    const split = await createCritic(gpu, llama, new Map(end.parameters.map((tensor) => [tensor.name, tensor])), {
      maxRows: 64,
    });
    const parts = await split.gradients(many, clip);
    expect(relativeError([parts.loss], [one.loss])).toBeLessThan(1e-6);
    parts.gradients.forEach(({ data, name }, index) =>
      expect(relativeError(data, at(one.gradients, index).data), name).toBeLessThan(1e-5),
    );
    for (const critic of [whole, again, split]) critic.dispose();
  });

  it('takes no step on a loss that is not finite, and none without weights', async () => {
    const critic = await createCritic(gpu, llama, randomWeights(llama));
    const [target] = targetsFor(await critic.values(sequences));
    if (!target) throw new Error('no target');
    const broken = { ...target, target: new Float32Array(3).fill(Infinity) };
    const before = (await critic.save()).parameters;
    expect(await critic.update([broken], clip, optimizer)).toMatchObject({ skipped: true });
    expect(await critic.update([{ ...target, weight: new Float32Array(3) }], clip, optimizer)).toEqual({
      loss: 0,
      gradNorm: 0,
      skipped: false,
    });
    expect((await critic.save()).parameters).toEqual(before);
    critic.dispose();
  });

  it('refuses what its context cannot hold', async () => {
    const critic = await createCritic(gpu, llama, randomWeights(llama));
    const long = { prompt: [1], completion: new Array<number>(40).fill(1) };
    await expect(critic.values([long])).rejects.toThrow('at most 32 tokens');
    critic.dispose();
  });
});
