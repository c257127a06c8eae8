import { afterAll, beforeAll, expect, it } from 'vitest';
import { clippedValueLoss } from '../algorithms/parts/gae';
import { BufferPool } from '../gpu/buffers';
import { openDevice, type Gpu } from '../gpu/device';
import { Plan } from '../gpu/plan';
import { ReadbackRing } from '../gpu/readback';
import { at } from '../lib/invariant';
import { relativeError } from '../lib/numeric';
import { createRng } from '../lib/rng';
import { batchUniformBytes } from './batchUniform';
import { batchUniform } from './kernelBench.fixture';
import { valueLoss } from './valueLoss';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => gpu.destroy());

const rows = 150;
const clip = 0.5;

/** Values as the head wrote them, with rubbish in the padding; the padding's gradient must still be 0. */
async function runKernel(gradient: boolean) {
  const rng = createRng(5, 'value loss');
  const samples = Array.from({ length: rows }, () => {
    const draw = () => Math.fround(rng.nextGaussian());
    return { value: draw(), oldValue: draw(), target: draw(), weight: Math.fround(rng.nextFloat()) };
  });
  const pool = new BufferPool(gpu, 'test');
  const ring = new ReadbackRing(gpu, 'test');
  const { queue } = gpu.device;
  const buffers = {
    batch: pool.uniform('batch', batchUniformBytes),
    headRows: pool.storage('tables', 'head rows', rows * 8),
    values: pool.storage('activations', 'values', rows * 4),
    result: pool.storage('activations', 'result', rows * 4),
    rowDot: pool.storage('activations', 'row dots', rows),
  };
  const uniform = batchUniform({ rows, headRows: rows, valueClip: clip });
  queue.writeBuffer(buffers.batch, 0, uniform);
  const table = samples.flatMap(({ oldValue, target, weight }) => [0, 0, oldValue, target, weight, 0, 0, 0]);
  queue.writeBuffer(buffers.headRows, 0, new Float32Array(table));
  queue.writeBuffer(buffers.values, 0, new Float32Array(samples.flatMap(({ value }) => [value, 7, 8, 9])));
  const call = valueLoss({
    batch: { buffer: buffers.batch },
    headRows: { buffer: buffers.headRows },
    values: { buffer: buffers.values },
    result: { buffer: buffers.result },
    rowDot: gradient ? { buffer: buffers.rowDot } : null,
  });
  const plan = await Plan.build(gpu, 'value loss', [call]);
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  plan.encode(pass, { headRows: rows });
  pass.end();
  const readback = ring.reserve(rows * 36);
  readback.copy(encoder, buffers.values, 0, 0, rows * 16);
  readback.copy(encoder, buffers.result, 0, rows * 16, rows * 16);
  readback.copy(encoder, buffers.rowDot, 0, rows * 32, rows * 4);
  queue.submit([encoder.finish()]);
  const words = new Float32Array(await readback.read());
  pool.dispose();
  ring.dispose();
  return {
    samples,
    values: words.subarray(0, rows * 4),
    result: words.subarray(rows * 4, rows * 8),
    rowDot: words.subarray(rows * 8),
  };
}

it('gives the clipped loss and its gradient of the float64 reference', async () => {
  const { samples, values, result, rowDot } = await runKernel(true);
  const expected = samples.map(({ value, oldValue, target, weight }) => {
    const { loss, slope } = clippedValueLoss(value, oldValue, target, clip);
    return { loss: weight * loss, slope: weight * slope, dot: weight * slope * value };
  });
  expect(expected.filter(({ slope }) => slope === 0).length).toBeGreaterThan(10);
  const every = (words: Float32Array, column: number) => samples.map((_, row) => at(words, row * 4 + column));
  expect(every(result, 0)).toEqual(samples.map(({ value }) => value));
  expect(
    relativeError(
      every(result, 1),
      expected.map(({ loss }) => loss),
    ),
  ).toBeLessThan(1e-6);
  expect(
    relativeError(
      every(values, 0),
      expected.map(({ slope }) => slope),
    ),
  ).toBeLessThan(1e-6);
  for (const padding of [1, 2, 3]) expect(every(values, padding).every((slope) => slope === 0)).toBe(true);
  expect(
    relativeError(
      rowDot,
      expected.map(({ dot }) => dot),
    ),
  ).toBeLessThan(1e-6);
});

it('without a gradient leaves the values alone', async () => {
  const { samples, values, result } = await runKernel(false);
  expect(Array.from(values)).toEqual(samples.flatMap(({ value }) => [value, 7, 8, 9]));
  expect(at(result, 0)).toBe(at(samples, 0).value);
});
