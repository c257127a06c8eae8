import { expect, it } from 'vitest';
import { softwareVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import type { ModelConfig } from './config';
import { openDevice } from '../gpu/device';
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
  const large = { ...config, hiddenSize: 4096, intermediateSize: 8192, headDim: 1024 };
  const refusal = (budget: number | null, model: ModelConfig) => () => {
    checkMemory({ limits }, model, budget);
  };
  expect(refusal(null, large)).toThrow(InputError);
  expect(refusal(null, large)).toThrow(/no buffer over 128\.0 MiB/);
  expect(refusal(2 ** 20, config)).toThrow(/at most 1\.0 MiB in all; this takes/);
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
