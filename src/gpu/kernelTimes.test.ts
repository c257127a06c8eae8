import { expect, it } from 'vitest';
import { BufferPool } from './buffers';
import { openDevice } from './device';
import { timeKernels } from './kernelTimes';
import { grid1d, Plan, type KernelCall } from './plan';

it('times every dispatch under its label, and leaves results and counts as they are', async () => {
  const gpu = await openDevice();
  const pool = new BufferPool(gpu, 'test');
  const buffer = (label: string) => ({ buffer: pool.storage('test', label, 4 * 65_536) });
  const scale = { buffer: pool.storage('test', 'scale', 4) };
  const copy: KernelCall = {
    label: 'copy',
    shader: 'bench/copy.wgsl',
    constants: { WG: 64 },
    bindings: [buffer('from'), buffer('to')],
    grid: () => grid1d(1024),
  };
  const chains: KernelCall = {
    label: 'chains',
    shader: 'bench/fma_chain.wgsl',
    constants: { WG: 64, ROUNDS: 64 },
    bindings: [scale, buffer('out')],
    grid: () => grid1d(256),
  };
  const plan = await Plan.build(gpu, 'test', [copy, chains, copy]);
  const run = async () => {
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    plan.encode(pass, {});
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    await gpu.device.queue.onSubmittedWorkDone();
  };
  await run();
  const before = gpu.counts.dispatches;
  const times = await timeKernels(gpu, run);
  expect(gpu.counts.dispatches - before).toBe(3);
  expect(times?.map(({ label, dispatches }) => [label, dispatches]).sort()).toEqual([['chains', 1], ['copy', 2]]); // prettier-ignore
  expect(times?.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
  await run();
  gpu.check();
  pool.dispose();
  gpu.destroy();
});
