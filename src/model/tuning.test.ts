import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { productKey, type ProductTileName } from '../kernels/productTile';
import { kernelVariant } from '../kernels/variant';
import { adam, flatten, loss, randomBatch, randomWeights, smallConfigs } from './engine.fixture';
import { createPolicy } from './policyModel';
import { adoptTuning, ensureTuned, parseTuning, productShapes, tune, tuningKey, type TuningStorage } from './tuning';

const shape = { rows: 64, k: 8, n: 64 };
const key = productKey(shape);
const tile: ProductTileName = 'staged 32x64, 32 threads';

let gpu: Gpu;
beforeEach(async () => {
  gpu = await openDevice();
});
afterEach(() => {
  gpu.destroy();
});

function memory(): TuningStorage & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    read: async (name) => texts.get(name) ?? null,
    write: async (name, text) => void texts.set(name, text),
  };
}

/** The same device, described as a GPU. */
const hardware = (): Gpu => ({ ...gpu, adapter: { ...gpu.adapter, software: false } });

describe('tunings', () => {
  it('are kept beside what was kept before, for this adapter and kernel only', async () => {
    const storage = memory();
    await storage.write(await tuningKey(gpu), JSON.stringify({ '64x8x128': tile, '64x8x256': 'of a later build' }));
    await tune(gpu, [shape], storage);
    expect(Object.keys(gpu.products).sort()).toEqual(['64x8x128', key].sort());
    expect(JSON.parse(storage.texts.get(await tuningKey(gpu)) ?? '')).toEqual(gpu.products);
    expect(await tuningKey(hardware())).toBe(await tuningKey(gpu));
    const other = { ...gpu, adapter: { ...gpu.adapter, description: 'another' } };
    expect(await tuningKey(other)).not.toBe(await tuningKey(gpu));
  });

  it('are made on a GPU where they are missing, and only there', async () => {
    const storage = memory();
    await ensureTuned(gpu, [shape], storage);
    expect(storage.texts.size).toBe(0);
    const onGpu = hardware();
    await ensureTuned(onGpu, [shape], storage);
    expect(onGpu.products[key]).toBeDefined();
    const before = onGpu.counts.submits;
    await ensureTuned(onGpu, [shape], storage);
    expect(onGpu.counts.submits).toBe(before);
  });

  it('survive a storage that fails or holds rubbish', async () => {
    const failing: TuningStorage = {
      read: () => Promise.reject(new Error('no disk')),
      write: () => Promise.reject(new Error('no disk')),
    };
    await adoptTuning(gpu, failing);
    await tune(gpu, [shape], failing);
    expect(gpu.products[key]).toBeDefined();
    expect([parseTuning('rubbish'), parseTuning('null'), parseTuning('{"64x8x64": 3}')]).toEqual([{}, {}, {}]);
  });

  it('cover every product of a model that is at least a tile wide', () => {
    const config = { ...smallConfigs.llama, hiddenSize: 64, intermediateSize: 192, vocabularySize: 24, headDim: 32 };
    const shapes = productShapes(config).filter(({ rows }) => rows === 512);
    expect(shapes.map(({ k, n }) => `${k}x${n}`).sort()).toEqual(
      ['64x128', '128x64', '64x64', '64x384', '384x64', '192x64', '64x192', '24x64'].sort(),
    );
  });

  it('cover the windows of a large vocabulary, not the whole of it', () => {
    const config = { ...smallConfigs.llama, hiddenSize: 64, vocabularySize: 151_936 };
    const heads = productShapes(config).filter(({ rows, k, n }) => rows === 512 && Math.max(k, n) >= 384);
    expect(heads.map(({ k, n }) => `${k}x${n}`).sort()).toEqual(['64x4096', '4096x64', '64x384', '384x64'].sort());
  });
});

it('a tuned model takes the tiles and trains to the same bits', async () => {
  const config = { ...smallConfigs.llama, hiddenSize: 64, headDim: 24, kvHeads: 1, heads: 1 };
  const batch = randomBatch(config);
  const trained = async () => {
    const policy = await createPolicy(gpu, config, randomWeights(config));
    for (let step = 0; step < 2; step++) await policy.update(batch, loss, adam);
    const parameters = flatten((await policy.save()).parameters);
    policy.dispose();
    return [...parameters];
  };
  const untuned = await trained();
  const pipelines = gpu.counts.pipelines;
  // q, k, v of every layer; compiling all products anew takes lavapipe half a minute
  const qkv = productKey({ rows: 64, k: 64, n: 24 * 3 });
  gpu.products[qkv] = tile;
  expect(kernelVariant(gpu).products[qkv]).toBe(tile);
  expect(await trained()).toEqual(untuned);
  expect(gpu.counts.pipelines).toBeGreaterThan(pipelines);
});
