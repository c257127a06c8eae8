import { describe, expect, it } from 'vitest';
import type { TensorType } from '../kernels/tensor';
import { softwareVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import type { ModelConfig } from './config';
import { openDevice } from '../gpu/device';
import { adapterTargets } from './adapter/adapterConfig';
import { adam, loss, randomWeights } from './engine.fixture';
import { checkMemory, forecastMemory, planMemory } from './memoryPlan';
import type { WeightedSequence } from '../records/weighted';
import { createPolicy } from './policyModel';

const config: ModelConfig = {
  architecture: 'llama', hiddenSize: 64, layers: 3, heads: 4, kvHeads: 4, headDim: 16, intermediateSize: 192, vocabularySize: 16,
  rmsNormEps: 1e-5, ropeTheta: 1e4, tiedEmbeddings: true, qkvBias: false, qkNorm: false, maxPositions: 16, bosTokenId: null,
  eosTokenIds: [0], padTokenId: null,
}; // prettier-ignore
const limits = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 };

it('counts weights, transposes, gradients and moments of every parameter', () => {
  const plan = planMemory(config, true);
  // 161,216 parameters, no padding in these widths; the tied head keeps a gradient of its own until the end of the step
  expect(plan.roles.weights).toBe(161_216 * 4);
  expect(plan.roles.optimizer).toBe(161_216 * 8);
  expect(plan.roles.gradients).toBe((161_216 + 16 * 64) * 4);
  expect(planMemory(config, false).total).toBe(plan.roles.weights + plan.roles['folded weights']);
});

it('lets a model pass that fits', () => {
  expect(() => {
    checkMemory({ limits }, config, 2 ** 30);
  }).not.toThrow();
});

it('refuses a buffer over the limit of the device and a total over the budget, with numbers', () => {
  // a window of 4,096 tokens is 256 MiB
  const large = { ...config, hiddenSize: 16_384, headDim: 4096, vocabularySize: 8192 };
  const refusal = (budget: number | null, model: ModelConfig) => () => {
    checkMemory({ limits }, model, budget);
  };
  expect(refusal(null, large)).toThrow(InputError);
  expect(refusal(null, large)).toThrow(/no buffer over 128\.0 MiB/);
  expect(refusal(2 ** 20, config)).toThrow(/at most 1\.0 MiB in all; this takes/);
});

it('lets a matrix pass that lies in several buffers', () => {
  // gate and up: 2 x 8,192 x 4,096 x 4 bytes
  expect(() => {
    checkMemory({ limits }, { ...config, hiddenSize: 4096, intermediateSize: 8192, headDim: 1024 }, null);
  }).not.toThrow();
});

describe('weights in fewer bits', () => {
  const adapter = { rank: 16, alpha: 32, targets: adapterTargets, rankStabilised: false };
  const wide = { ...config, hiddenSize: 512, headDim: 128, intermediateSize: 2048, vocabularySize: 1024 };
  const weightsOf = (base: TensorType) => planMemory(wide, true, { adapter, base }).roles.weights;

  it('take 8.5 and 4.5 bits each, and 4-bit models 8.5 in the embedding', () => {
    const [table, inLayers] = [1024 * 512, 3 * (4 * 512 * 512 + 3 * 2048 * 512)];
    const vectors = 4 * 7 * 512;
    expect(weightsOf('q8')).toBe(((table + inLayers) * 8.5) / 8 + vectors);
    expect(weightsOf('q4')).toBe((table * 8.5 + inLayers * 4.5) / 8 + vectors);
  });

  it('are what is named next where a model does not fit', () => {
    const refusal = (base: TensorType, next: TensorType) => () => {
      const budget = planMemory(wide, true, { adapter, base: next }).total;
      checkMemory({ limits }, wide, budget, { adapter, base });
    };
    expect(refusal('f32', 'f16')).toThrow(/an adapter of rank 16 over 16-bit weights would take/);
    expect(refusal('bf16', 'q8')).toThrow(/an adapter of rank 16 over 8-bit weights would take/);
    expect(refusal('f16', 'q4')).toThrow(/an adapter of rank 16 over 4-bit weights would take/);
    expect(() => {
      checkMemory({ limits }, wide, 2 ** 20, { adapter, base: 'q4' });
    }).toThrow(/no smaller setting fits either/);
  });
});

const shapes = {
  'the shipped model': {},
  'grouped heads, biases, a wide vocabulary': { kvHeads: 2, qkvBias: true, vocabularySize: 300, tiedEmbeddings: false },
  'a vocabulary of several windows': { hiddenSize: 32, layers: 1, vocabularySize: 9001 },
  'q and k norms, one narrow layer': { qkNorm: true, hiddenSize: 30, layers: 1, intermediateSize: 50, headDim: 8 },
} as const;

it.each(Object.entries(shapes))('forecasts what a policy takes within 5 %%: %s', async (_, changes) => {
  const model = { ...config, ...changes, eosTokenIds: [] };
  const gpu = await openDevice();
  const policy = await createPolicy(gpu, model, randomWeights(model));
  const [prompts, groupSize, promptTokens, newTokens] = [8, 8, 6, 8];
  const prompt = (p: number) => Array.from({ length: promptTokens }, (_unused, t) => (p + t) % model.vocabularySize);
  const { sequences } = await policy.rollout({
    prompts: Array.from({ length: prompts }, (_unused, p) => prompt(p)),
    groupSize, maxNewTokens: newTokens, temperature: 1, topK: 0, topP: 1, greedy: false, seed: 0, stream: 0,
  }); // prettier-ignore
  const filled = (value: number) => new Float32Array(newTokens).fill(value);
  const batch = sequences.map(
    ({ promptIndex, completion, logp }): WeightedSequence => ({
      prompt: prompt(promptIndex), completion, oldLogp: logp, refLogp: null, advantage: filled(1), policyWeight: filled(1),
      entropyWeight: filled(0), klWeight: filled(0),
    }),
  ); // prettier-ignore
  await policy.update(batch, loss, adam);
  const taken = policy.memory();
  const forecast = forecastMemory(model, softwareVariant, {
    rows: prompts * (promptTokens + groupSize * (newTokens - 1)),
    headRows: prompts * groupSize * newTokens,
    microBatches: 1,
    sequences: prompts * groupSize,
    newTokens,
    promptRows: prompts * (promptTokens - 1),
    longestPrompt: promptTokens - 1,
    contextLength: model.maxPositions,
  });
  const total = Object.values(taken).reduce((sum, bytes) => sum + bytes, 0);
  expect(forecast.total / total).toBeGreaterThan(0.95);
  expect(forecast.total / total).toBeLessThan(1.05);
  for (const role of ['weights', 'optimizer', 'activations', 'kv cache'])
    expect((forecast[role] ?? 0) / (taken[role] ?? NaN), role).toBeCloseTo(1, 1);
  policy.dispose();
  gpu.destroy();
});
