import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { softwareVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import type { ModelConfig } from './config';
import { openDevice, type Gpu } from '../gpu/device';
import { adapterTargets, type AdapterConfig } from './adapter/adapterConfig';
import { initialAdapter } from './adapter/initialAdapter';
import { adam, bfloat16, loss, penalised, randomWeights } from './engine.fixture';
import { checkMemory, forecastMemory, planMemory } from './memoryPlan';
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

/** Bytes that a device has given out and not got back: what is really taken, whoever counts. */
function countBytes(gpu: Gpu): () => number {
  let bytes = 0;
  const { device } = gpu;
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    bytes += descriptor.size;
    buffer.destroy = () => {
      bytes -= descriptor.size;
      destroy();
    };
    return buffer;
  };
  return () => bytes;
}

describe('an adapter run', () => {
  let gpu: Gpu;
  let taken: () => number;
  beforeAll(async () => {
    gpu = await openDevice();
    taken = countBytes(gpu);
  });
  afterAll(() => {
    gpu.destroy();
  });

  it.each([
    ['all activations kept', false, 8],
    ['activations computed again', true, 8],
    ['answers of several pages', true, 40],
  ])('is forecast within 5 %% of what the device gives: %s', async (_, recompute, newTokens) => {
    // the shape of a small Llama, eight times as narrow and with windows of the vocabulary
    const model: ModelConfig = {
    ...config, hiddenSize: 72, layers: 6, heads: 3, kvHeads: 1, headDim: 24, vocabularySize: 6144, maxPositions: 64, eosTokenIds: [],
  }; // prettier-ignore
    const lora: AdapterConfig = { rank: 4, alpha: 8, targets: adapterTargets, rankStabilised: false };
    const adapter = initialAdapter(model, lora, 1);
    const policy = await createPolicy(gpu, model, bfloat16(randomWeights(model)), { adapter, recompute });
    const [prompts, groupSize, promptTokens] = [4, 4, 6];
    const prompt = (p: number) => Array.from({ length: promptTokens }, (_unused, t) => p + t);
    const { sequences } = await policy.rollout({
    prompts: Array.from({ length: prompts }, (_unused, p) => prompt(p)),
    groupSize, maxNewTokens: newTokens, temperature: 1, topK: 0, topP: 1, greedy: false, seed: 0, stream: 0,
  }); // prettier-ignore
    await policy.update(sequences.map((sequence) => penalised(prompt(sequence.promptIndex), sequence)), loss, adam); // prettier-ignore
    const forecast = forecastMemory(
      model,
      softwareVariant,
      {
        rows: prompts * (promptTokens + groupSize * (newTokens - 1)),
        headRows: prompts * groupSize * newTokens,
        microBatches: 1,
        sequences: prompts * groupSize,
        newTokens,
        promptRows: prompts * (promptTokens - 1),
        longestPrompt: promptTokens - 1,
        contextLength: model.maxPositions,
        recompute,
      },
      { adapter: lora, weightBytes: 2 },
    );
    // what is read back goes through buffers that the host maps
    const counted = Object.values(policy.memory()).reduce((sum, bytes) => sum + bytes, 0);
    expect(counted).toBeLessThanOrEqual(taken());
    expect(forecast.total / taken()).toBeGreaterThan(0.95);
    expect(forecast.total / taken()).toBeLessThan(1.05);
    policy.dispose();
    expect(taken()).toBe(0);
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
  const batch = sequences.map((sequence) => penalised(prompt(sequence.promptIndex), sequence));
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
