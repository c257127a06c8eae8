import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TensorType } from '../kernels/tensor';
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
      { adapter: lora, base: 'bf16' },
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
