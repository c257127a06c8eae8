import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { defaultProductTile, productKey, productTileNames, type ProductTileName } from './productTile';
import { tunedProducts, tuneProducts } from './tuneProducts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

const shape = { rows: 100, k: 20, n: 72 };
const first = defaultProductTile(true, shape);

/** A clock under which a submit of the named tile takes a tenth of every other's time. */
function clockThatLikes(name: ProductTileName): () => number {
  let now = 0;
  let cost = 0;
  const create = gpu.device.createCommandEncoder.bind(gpu.device);
  vi.spyOn(gpu.device, 'createCommandEncoder').mockImplementation((descriptor) => {
    cost = descriptor?.label?.endsWith(name) ? 1 : 10;
    return create(descriptor);
  });
  return () => (now += cost);
}

describe('tuning of matrix products', () => {
  it('finds every tile right on this adapter and chooses the fastest', async () => {
    const wanted = productTileNames.at(-1) ?? first;
    const options = { clock: clockThatLikes(wanted), rounds: 2, roundMs: 0 };
    const [found] = await tuneProducts(gpu, [shape], options);
    vi.restoreAllMocks();
    expect(found).toMatchObject({ ...shape, chosen: wanted });
    expect(Object.keys(found?.ms ?? {}).sort()).toEqual([...productTileNames].sort());
    expect(Object.values(found?.ms ?? {})).not.toContain(null);
    expect(tunedProducts(found ? [found] : [])).toEqual({ [productKey(shape)]: wanted });
  });

  it('begins with the dearest shape and stops when the budget is used up', async () => {
    let now = 0;
    const shapes = [shape, { ...shape, rows: 130 }, { ...shape, rows: 120 }];
    const found = await tuneProducts(gpu, shapes, { clock: () => (now += 1), rounds: 1, roundMs: 0, budgetMs: 25 });
    expect(found.map(({ rows }) => rows)).toEqual([130, 120]);
  });

  it('keeps the default where no tile is clearly faster', async () => {
    let now = 0;
    const [found] = await tuneProducts(gpu, [shape], { clock: () => (now += 1), rounds: 1, roundMs: 0 });
    expect(found?.chosen).toBe(first);
  });

  it('refuses a tile whose bits differ, however fast', async () => {
    const wrong: ProductTileName = 'staged 32x64, 32 threads';
    const get = gpu.pipelines.get.bind(gpu.pipelines);
    // the tile of 32 threads multiplies one term too few
    vi.spyOn(gpu.pipelines, 'get').mockImplementation((shader, constants) =>
      get(shader, constants['WY'] === 4 && constants['STAGED'] === 1 ? { ...constants, K: 19 } : constants),
    );
    const [found] = await tuneProducts(gpu, [shape], { clock: clockThatLikes(wrong), rounds: 1, roundMs: 0 });
    vi.restoreAllMocks();
    expect(found?.ms[wrong]).toBeNull();
    expect(found?.chosen).toBe(first);
  });

  it('refuses to tune where the default itself is wrong', async () => {
    const get = gpu.pipelines.get.bind(gpu.pipelines);
    vi.spyOn(gpu.pipelines, 'get').mockImplementation((shader, constants) => get(shader, { ...constants, K: 19 }));
    await expect(tuneProducts(gpu, [shape], { clock: () => 0, rounds: 1, roundMs: 0 })).rejects.toThrow(
      'the product 100 x 20 x 72 is wrong at',
    );
    vi.restoreAllMocks();
  });
});
