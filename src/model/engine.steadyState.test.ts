/** The steady state creates nothing, submits once, and stays within the dispatch budget; dispose gives everything back. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { subtractCounts, type GpuCounts } from '../gpu/counting';
import { openDevice, type Gpu } from '../gpu/device';
import { adam, loss, mixedPrompts, randomBatch, randomWeights, request, smallConfigs } from './engine.fixture';
import { createPolicy } from './policyModel';

// Submits are sized by measured time: a clock that stands still makes them as large as they get, however busy the machine.
vi.mock('../lib/clock', () => ({ monotonicClock: () => 0 }));

/** Upper bounds at 4 layers. */
const dispatchesPerMicroBatch = 60;
const dispatchesPerToken = 23;

// without an end of sequence, every token is decoded
const config = { ...smallConfigs.llama, headDim: 8, layers: 4, eosTokenIds: [] };
let gpu: Gpu;
/** Buffers that were created and not yet destroyed. */
const live = new Set<GPUBuffer>();
beforeAll(async () => {
  gpu = await openDevice();
  const create = gpu.device.createBuffer.bind(gpu.device);
  gpu.device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    live.add(buffer);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
      return undefined;
    };
    return buffer;
  };
});
afterAll(() => {
  gpu.destroy();
});

async function counted(work: () => Promise<unknown>): Promise<GpuCounts> {
  const before = { ...gpu.counts };
  await work();
  return subtractCounts(gpu.counts, before);
}
const nothingNew = { buffers: 0, bytes: 0, bindGroups: 0, pipelines: 0 };

it('updates and rollouts after the first create nothing and submit once', async () => {
  const policy = await createPolicy(gpu, config, randomWeights(config));
  const batch = randomBatch(config);
  const rollout = () => policy.rollout(request(mixedPrompts, { maxNewTokens: 48 }));
  for (let round = 0; round < 2; round++) {
    await rollout();
    await policy.update(batch, loss, adam);
  }

  const update = await counted(() => policy.update(batch, loss, adam));
  expect(update).toMatchObject({ ...nothingNew, submits: 1 });
  expect(update.dispatches).toBeLessThanOrEqual(dispatchesPerMicroBatch);

  const decoded = await counted(rollout);
  expect(decoded).toMatchObject(nothingNew);
  // one submit per 16 tokens or more, and one for the results
  expect(decoded.submits).toBeLessThanOrEqual(48 / 16 + 1);
  expect(policy.decodeDispatches()).toBeLessThanOrEqual(dispatchesPerToken);

  // one rollout after another kind of work still creates nothing
  await policy.score(batch, 1);
  expect(await counted(rollout)).toMatchObject(nothingNew);
  expect(await counted(() => policy.update(batch, loss, adam))).toMatchObject({ ...nothingNew, submits: 1 });
  policy.dispose();
});

it('micro-batches of one step share its submit', async () => {
  const policy = await createPolicy(gpu, config, randomWeights(config), { maxRows: 64 });
  const batch = [1, 2, 3, 4].flatMap((seed) => randomBatch(config, { seed }));
  await policy.update(batch, loss, adam);
  const update = await counted(() => policy.update(batch, loss, adam));
  expect(update).toMatchObject({ ...nothingNew, submits: 1 });
  expect(update.passes).toBeGreaterThan(2);
  policy.dispose();
});

it('a larger mini-batch gets larger buffers and no new kernel', async () => {
  const policy = await createPolicy(gpu, config, randomWeights(config));
  await policy.update(randomBatch(config), loss, adam);
  const more = [1, 2, 3, 4].flatMap((seed) => randomBatch(config, { seed }));
  const grown = await counted(() => policy.update(more, loss, adam));
  expect(grown.buffers).toBeGreaterThan(0);
  expect(grown.pipelines).toBe(0);
  policy.dispose();
});

it('dispose destroys every buffer', async () => {
  live.clear();
  const policy = await createPolicy(gpu, config, randomWeights(config));
  await policy.rollout(request(mixedPrompts));
  await policy.update(randomBatch(config), loss, adam);
  await policy.update(
    [1, 2, 3, 4, 5].flatMap((seed) => randomBatch(config, { seed })),
    loss,
    adam,
  );
  await policy.rollout(request([...mixedPrompts, [5, 5, 5]], { groupSize: 30 }));
  await policy.save();
  expect(live.size).toBeGreaterThan(20);
  policy.dispose();
  expect([...live].map(({ label }) => label)).toEqual([]);
});
