/** Every shader that the engine uses compiles, for both kernel variants and all architectures: the whole engine runs on
 * Dawn's null backend, which checks WGSL, bindings and limits and computes nothing. */
import { create, globals } from 'webgpu';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { shaderSources } from '../gpu/shaderSources';
import { gpuVariant, softwareVariant } from '../kernels/variant';
import { adapterTargets } from './adapter/adapterConfig';
import { initialAdapter } from './adapter/initialAdapter';
import { createCritic } from './criticModel';
import {
  loss,
  mixedPrompts,
  randomBatch,
  randomWeights,
  request,
  smallConfigs,
  wideConfigs,
  adam,
  bfloat16,
} from './engine.fixture';
import { createPolicy } from './policyModel';

/** Kept by the module: Dawn crashes when its instance is collected. */
const instance = create(['backend=null']);
let gpu: Gpu;
const compiled = new Set<string>();

beforeAll(async () => {
  Object.assign(globalThis, globals);
  vi.stubGlobal('navigator', { gpu: instance });
  gpu = await openDevice();
  const get = gpu.pipelines.get.bind(gpu.pipelines);
  gpu.pipelines.get = (shader, constants) => {
    compiled.add(shader);
    return get(shader, constants);
  };
});
afterAll(() => {
  gpu.destroy();
  vi.unstubAllGlobals();
});

const variants = { software: softwareVariant, gpu: gpuVariant };
const configs = {
  ...smallConfigs,
  // the rotary embedding is part of the q | k | v product, and heads are vectors
  wide: { ...smallConfigs.llama, headDim: 8, hiddenSize: 64, intermediateSize: 64, vocabularySize: 130 },
  ...wideConfigs,
  // the head is swept in windows
  'large vocabulary': { ...smallConfigs.llama, vocabularySize: 4097 },
};
const rows = Object.entries(variants).flatMap(([name, variant]) =>
  Object.entries(configs).map(([kind, config]) => [name, kind, variant, config] as const),
);
const batch = randomBatch(smallConfigs.llama);

/** What the null backend gives to read is rubbish; only what the GPU refuses counts here. */
function ignoreRubbish(error: unknown): void {
  if (error instanceof RangeError || (error instanceof Error && error.name === 'InvariantError')) return;
  throw error;
}

it.each(rows)('%s kernels for scoring and sampling: %s', async (_name, _kind, variant, config) => {
  const policy = await createPolicy(gpu, config, randomWeights(config), { variant });
  await policy.score(batch, 1);
  await policy.rollout(request(mixedPrompts, { maxNewTokens: 1 })).catch(ignoreRubbish);
  policy.dispose();
  gpu.check();
});

// This backend offers the eight storage buffers that WebGPU promises, and the 16 KiB of work group memory.
it.each(rows)('%s kernels for training: %s', async (_name, _kind, variant, config) => {
  const policy = await createPolicy(gpu, config, randomWeights(config), { variant });
  await policy.update(batch, loss, adam);
  policy.dispose();
  gpu.check();
});

const adapted = rows.filter(([, , , { headDim }]) => headDim % 4 === 0);
it.each(adapted)('%s kernels for an adapter over 16-bit weights: %s', async (_name, _kind, variant, config) => {
  const lora = { rank: 4, alpha: 8, targets: adapterTargets, rankStabilised: false };
  const adapter = initialAdapter(config, lora, 1);
  const policy = await createPolicy(gpu, config, bfloat16(randomWeights(config)), { variant, adapter });
  await policy.score(batch, 1, true);
  await policy.rollout(request(mixedPrompts, { maxNewTokens: 1 })).catch(ignoreRubbish);
  await policy.update(batch, loss, adam);
  policy.dispose();
  gpu.check();
});

it.each(Object.entries(variants))(
  '%s kernels for quantised weights and for matrices in several buffers',
  async (_, variant) => {
    const { vocabularySize } = smallConfigs.llama;
    const config = { ...smallConfigs.llama, headDim: 8, hiddenSize: 64, intermediateSize: 160, vocabularySize };
    const lora = { rank: 4, alpha: 8, targets: adapterTargets, rankStabilised: false };
    const adapter = initialAdapter(config, lora, 1);
    // 64 rows of the widest
    const cut = { maxShardBytes: 64 * 160 * 4 };
    for (const options of [cut, { ...cut, adapter }, { adapter, base: 'q8' }, { adapter, base: 'q4' }] as const) {
      const policy = await createPolicy(gpu, config, randomWeights(config), { variant, ...options });
      await policy.rollout(request(mixedPrompts, { maxNewTokens: 1 })).catch(ignoreRubbish);
      await policy.update(batch, loss, adam);
      policy.dispose();
    }
    gpu.check();
  },
);

it.each(Object.entries(variants))('%s kernels for the critic', async (_, variant) => {
  const config = smallConfigs.llama;
  const critic = await createCritic(gpu, config, randomWeights(config), { variant });
  await critic.values(batch);
  const targets = batch.map(({ prompt, completion, oldLogp, policyWeight }) => {
    return { prompt, completion, target: oldLogp, oldValue: oldLogp, weight: policyWeight };
  });
  await critic.update(targets, 0.5, adam);
  critic.dispose();
  gpu.check();
});

it('no kernel was forgotten', () => {
  const kernels = [...shaderSources.keys()].filter((name) => !name.includes('/'));
  expect(kernels.filter((name) => !compiled.has(name))).toEqual([]);
});
