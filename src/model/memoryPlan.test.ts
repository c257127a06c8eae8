import { expect, it } from 'vitest';
import { gpuVariant, softwareVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import type { ModelConfig } from './config';
import { checkMemory, planMemory } from './memoryPlan';

const config: ModelConfig = {
  architecture: 'llama', hiddenSize: 64, layers: 3, heads: 4, kvHeads: 4, headDim: 16, intermediateSize: 192, vocabularySize: 16,
  rmsNormEps: 1e-5, ropeTheta: 1e4, tiedEmbeddings: true, qkvBias: false, qkNorm: false, maxPositions: 16, bosTokenId: null,
  eosTokenIds: [0], padTokenId: null,
}; // prettier-ignore
const limits = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 };

it('counts weights, transposes, gradients and moments of every parameter', () => {
  const plan = planMemory(config, softwareVariant, true);
  // 161,216 parameters, no padding in these widths; the tied head keeps a gradient of its own until the end of the step
  expect(plan.roles.weights).toBe(161_216 * 4);
  expect(plan.roles.optimizer).toBe(161_216 * 8);
  expect(plan.roles.gradients).toBe((161_216 + 16 * 64) * 4);
  expect(planMemory(config, gpuVariant, true).roles.gradients).toBe(8 * plan.roles.gradients);
  expect(planMemory(config, softwareVariant, false).total).toBe(plan.roles.weights + plan.roles['folded weights']);
});

it('lets a model pass that fits', () => {
  expect(() => {
    checkMemory({ limits }, config, softwareVariant, 2 ** 30);
  }).not.toThrow();
});

it('refuses a buffer over the limit of the device and a total over the budget, with numbers', () => {
  const large = { ...config, hiddenSize: 4096, intermediateSize: 8192, headDim: 1024 };
  const refusal = (budget: number | null, model: ModelConfig) => () => {
    checkMemory({ limits }, model, softwareVariant, budget);
  };
  expect(refusal(null, large)).toThrow(InputError);
  expect(refusal(null, large)).toThrow(/no buffer over 128\.0 MiB/);
  expect(refusal(2 ** 20, config)).toThrow(/at most 1\.0 MiB in all; this takes/);
});
