/** The `gemm` part: C = A B through the very kernel of every linear map. */
import { BufferPool } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { Plan } from '../gpu/plan';
import { ReadbackRing } from '../gpu/readback';
import { gemm } from '../kernels/gemm';
import { kernelVariant } from '../kernels/variant';
import { at } from '../lib/invariant';
import { ensureTuned } from '../model/tuning';
import { readFloats, type ReadFile } from './benchFiles';
import type { BenchJob } from './job';
import type { GemmBenchSpec } from './spec';

export interface GemmShape {
  readonly M: number;
  readonly K: number;
  readonly N: number;
}

/** A submit stays well under 100 ms. */
const submitMs = 50;

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** A and B on the GPU and the plan of their product. Rows are padded to 64, widths to 4, as the kernel wants them. */
export class GemmBench {
  private perSubmit = 1;

  private constructor(
    private readonly gpu: Gpu,
    private readonly shape: GemmShape,
    private readonly pool: BufferPool,
    private readonly ring: ReadbackRing,
    private readonly plan: Plan,
    private readonly c: GPUBuffer,
  ) {}

  static async build(gpu: Gpu, shape: GemmShape, a: Float32Array, b: Float32Array): Promise<GemmBench> {
    const { M, K, N } = shape;
    const pool = new BufferPool(gpu, 'gemm bench');
    const [rows, lda, n] = [roundUp(M, 64), roundUp(K, 4), roundUp(N, 4)];
    const upload = (label: string, values: Float32Array<ArrayBuffer>) => {
      const buffer = pool.storage('matrices', label, values.length);
      gpu.device.queue.writeBuffer(buffer, 0, values);
      return { buffer };
    };
    const c = pool.storage('matrices', 'c', rows * n);
    await ensureTuned(gpu, [{ rows, k: K, n }], null);
    const call = gemm({
      label: `gemm ${M}x${K}x${N}`,
      variant: kernelVariant(gpu),
      a: upload('a', padded(a, M, K, rows, lda)),
      lda,
      b: upload('b', padded(b, K, N, lda, n)),
      k: K,
      n,
      c: { buffer: c },
      rows: 'rows',
      capacity: rows,
      output: { kind: 'plain' },
    });
    const plan = await Plan.build(gpu, 'gemm bench', [call]);
    const bench = new GemmBench(gpu, shape, pool, new ReadbackRing(gpu, 'gemm bench'), plan, c);
    await bench.repeat(1);
    const start = performance.now();
    await bench.repeat(1);
    bench.perSubmit = Math.max(1, Math.floor(submitMs / Math.max(0.01, performance.now() - start)));
    return bench;
  }

  /** Multiplies that often; C is cleared first, so that what is read back afterwards was computed here. */
  async repeat(repetitions: number): Promise<void> {
    const { device, counts } = this.gpu;
    for (let done = 0; done < repetitions; done += this.perSubmit) {
      const encoder = device.createCommandEncoder({ label: 'gemm bench' });
      if (done === 0) encoder.clearBuffer(this.c);
      const pass = encoder.beginComputePass();
      counts.passes++;
      const some = Math.min(this.perSubmit, repetitions - done);
      for (let i = 0; i < some; i++) this.plan.encode(pass, { rows: this.shape.M });
      pass.end();
      device.queue.submit([encoder.finish()]);
    }
    await device.queue.onSubmittedWorkDone();
    this.gpu.check();
  }

  /** C r in float64 from the C read back, [M]. */
  async rowDots(r: Float32Array): Promise<number[]> {
    const { M, N } = this.shape;
    const n = roundUp(N, 4);
    const readback = this.ring.reserve(M * n * 4);
    const encoder = this.gpu.device.createCommandEncoder({ label: 'read c' });
    readback.copy(encoder, this.c, 0, 0, M * n * 4);
    this.gpu.device.queue.submit([encoder.finish()]);
    const c = new Float32Array(await readback.read());
    return Array.from({ length: M }, (_, row) => {
      let dot = 0;
      for (let column = 0; column < N; column++) dot += at(c, row * n + column) * at(r, column);
      return dot;
    });
  }

  dispose(): void {
    this.ring.dispose();
    this.pool.dispose();
  }
}

export async function prepareGemm(gpu: Gpu, read: ReadFile, spec: GemmBenchSpec): Promise<BenchJob> {
  const { M, K, N, files } = spec;
  const a = await readFloats(read, files.a, M * K);
  const b = await readFloats(read, files.b, K * N);
  const r = await readFloats(read, files.r, N);
  const bench = await GemmBench.build(gpu, spec, a, b);
  const rowDots = async () => ({ row_dots: await bench.rowDots(r) });
  return {
    answer: await rowDots(),
    round: (repetitions) => bench.repeat(repetitions),
    verify: rowDots,
    dispose: () => bench.dispose(),
  };
}

/** [rows, width] in the corner of zeros [paddedRows, paddedWidth]. */
function padded(
  values: Float32Array,
  rows: number,
  width: number,
  paddedRows: number,
  paddedWidth: number,
): Float32Array<ArrayBuffer> {
  const image = new Float32Array(paddedRows * paddedWidth);
  for (let row = 0; row < rows; row++) {
    image.set(values.subarray(row * width, (row + 1) * width), row * paddedWidth);
  }
  return image;
}
