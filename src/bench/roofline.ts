/** What the machine can do at all, measured before anything is compared with it. */
import { BufferPool } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { grid1d, Plan, type KernelCall } from '../gpu/plan';
import { ReadbackRing } from '../gpu/readback';
import { measureInterleaved, type Work } from './measure';

export interface Roofline {
  /** Best of the rounds. */
  readonly gflops: number;
  /** Operations per second of processor time, all cores taken together as one: software adapters, in Node. */
  readonly gflopsPerCore: number | null;
  /** Read plus written. */
  readonly copyGbPerSecond: number;
  /** Encoding, and encoding plus running, of one empty dispatch among a thousand. */
  readonly encodeUs: number;
  readonly dispatchUs: number;
  readonly submitUs: number;
  /** 16 bytes, submitted and mapped. */
  readonly readbackMs: number;
}

const workGroup = 64;
const chainFlops = 64;
const dispatchesPerPass = 1000;
const submits = 100;

export async function measureRoofline(gpu: Gpu, rounds: number): Promise<Roofline> {
  const pool = new BufferPool(gpu, 'roofline');
  const ring = new ReadbackRing(gpu, 'roofline');
  const { software } = gpu.adapter;
  const threads = software ? 8192 : 1 << 20;
  const chainRounds = software ? 512 : 2048;
  const vectors = (software ? 32 : 128) * 2 ** 16;
  const buffer = (label: string, count: number) => ({ buffer: pool.storage('roofline', label, count) });
  try {
    const scale = buffer('scale', 4);
    gpu.device.queue.writeBuffer(scale.buffer, 0, new Float32Array(4).fill(0.999));
    const chains = (label: string, count: number, fmaRounds: number): KernelCall => ({
      label,
      shader: 'bench/fma_chain.wgsl',
      constants: { WG: workGroup, ROUNDS: fmaRounds },
      bindings: [scale, buffer(label, count * 4)],
      grid: () => grid1d(count / workGroup),
    });
    const fma = await Plan.build(gpu, 'fma', [chains('fma chain', threads, chainRounds)]);
    const empty = await Plan.build(gpu, 'empty', [chains('empty', workGroup, 1)]);
    const copy = await Plan.build(gpu, 'copy', [
      {
        label: 'copy',
        shader: 'bench/copy.wgsl',
        constants: { WG: workGroup },
        bindings: [buffer('from', vectors * 4), buffer('to', vectors * 4)],
        grid: () => grid1d(vectors / workGroup),
      },
    ]);
    let encodeMs = Infinity;
    const works: Work[] = [
      async (times) => submitPass(gpu, fma, times),
      async (times) => submitPass(gpu, copy, times),
      async (times) => {
        const start = performance.now();
        submitPass(gpu, empty, times * dispatchesPerPass);
        encodeMs = Math.min(encodeMs, (performance.now() - start) / times);
      },
      async (times) => {
        for (let i = 0; i < times * submits; i++) submitPass(gpu, empty, 1);
      },
      async (times) => {
        for (let i = 0; i < times; i++) {
          const readback = ring.reserve(16);
          const encoder = gpu.device.createCommandEncoder();
          readback.copy(encoder, scale.buffer, 0, 0, 16);
          gpu.device.queue.submit([encoder.finish()]);
          await readback.read();
        }
      },
    ];
    const [chain, copied, dispatched, submitted, read] = await measureInterleaved(gpu, works, rounds, 20);
    const best = (measured: typeof chain) => measured?.ms.low ?? Infinity;
    const median = (measured: typeof chain) => measured?.ms.median ?? Infinity;
    const chainOperations = threads * chainRounds * chainFlops;
    return {
      gflopsPerCore: software && chain?.cpuMs ? chainOperations / chain.cpuMs.median / 1e6 : null,
      gflops: chainOperations / best(chain) / 1e6,
      copyGbPerSecond: (vectors * 32) / best(copied) / 1e6,
      encodeUs: (encodeMs * 1000) / dispatchesPerPass,
      dispatchUs: (median(dispatched) * 1000) / dispatchesPerPass,
      submitUs: (median(submitted) * 1000) / submits,
      readbackMs: median(read),
    };
  } finally {
    ring.dispose();
    pool.dispose();
  }
}

/** One submit of one pass that holds the plan `times` times. */
function submitPass(gpu: Gpu, plan: Plan, times: number): void {
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  gpu.counts.passes++;
  for (let i = 0; i < times; i++) plan.encode(pass, {});
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
}
