/** Steps on a slow device: split over submits within the budget, the same bits, no more than two in flight. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { adam, flatten, loss, randomBatch, randomWeights, smallConfigs } from './engine.fixture';
import { createPolicy } from './policyModel';

/** Milliseconds by which the clock moves each time that it is read. */
let pace = 0;
let now = 0;
vi.mock('../lib/clock', () => ({ monotonicClock: () => (now += pace) }));

const config = smallConfigs.llama;
const batch = [1, 2, 3, 4].flatMap((seed) => randomBatch(config, { seed }));
let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

/** Parameters after three steps of several micro-batches, and the submits of the last. */
async function threeSteps(millisecondsPerStep: number): Promise<{ parameters: Float32Array; submits: number }> {
  pace = millisecondsPerStep;
  const policy = await createPolicy(gpu, config, randomWeights(config), { maxRows: 64 });
  await policy.update(batch, loss, adam);
  await policy.update(batch, loss, adam);
  const before = gpu.counts.submits;
  await policy.update(batch, loss, adam);
  const submits = gpu.counts.submits - before;
  const parameters = flatten((await policy.save()).parameters);
  policy.dispose();
  return { parameters, submits };
}

it('a step that takes longer than the budget is split over submits and gives the same bits', async () => {
  const fast = await threeSteps(1);
  expect(fast.submits).toBe(1);
  const slow = await threeSteps(gpu.submitBudgetMs * 4);
  expect(slow.submits).toBeGreaterThanOrEqual(3);
  expect([...slow.parameters]).toEqual([...fast.parameters]);
});

it('holds back the third step until the first is read back', async () => {
  pace = 0;
  const policy = await createPolicy(gpu, config, randomWeights(config));
  const packed = await policy.packUpdate(batch);
  await policy.submitUpdate(packed, loss, adam);
  const before = gpu.counts.submits;
  const steps = [1, 2, 3, 4].map(() => policy.submitUpdate(packed, loss, adam));
  expect(gpu.counts.submits - before).toBe(2);
  await Promise.all(steps);
  expect(gpu.counts.submits - before).toBe(4);
  policy.dispose();
});
