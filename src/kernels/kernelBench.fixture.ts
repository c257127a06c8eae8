/** A bench for one kernel at a time: buffers with given or poisoned contents, a run, the contents afterwards. */
import { expect } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { Plan, type BufferSlice, type KernelCall, type PlanSizes } from '../gpu/plan';
import { relativeError } from '../lib/numeric';
import { createRng } from '../lib/rng';
import { encodeBatchUniform, noLoss, type BatchUniform } from './batchUniform';

/** A NaN that no arithmetic produces: what a buffer holds before a kernel writes it. */
const poison = 0x7fc0dead;

export class KernelBench {
  private readonly buffers: GPUBuffer[] = [];

  private constructor(readonly gpu: Gpu) {}

  static async open(): Promise<KernelBench> {
    return new KernelBench(await openDevice());
  }

  /** A storage buffer of the values as float32, at least `count` long; what lies past them is poison. */
  floats(values: ArrayLike<number>, count = values.length): BufferSlice {
    const slice = this.poisoned(Math.max(count, values.length));
    this.gpu.device.queue.writeBuffer(slice.buffer, 0, Float32Array.from(values));
    return slice;
  }

  words(values: ArrayLike<number>): BufferSlice {
    const slice = this.poisoned(values.length);
    this.gpu.device.queue.writeBuffer(slice.buffer, 0, Uint32Array.from(values));
    return slice;
  }

  poisoned(count: number): BufferSlice {
    const size = Math.max(16, Math.ceil(count / 4) * 16);
    const buffer = this.create(size, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
    this.gpu.device.queue.writeBuffer(buffer, 0, new Uint32Array(size / 4).fill(poison));
    return { buffer };
  }

  uniform(data: ArrayBuffer): BufferSlice {
    const buffer = this.create(data.byteLength, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.gpu.device.queue.writeBuffer(buffer, 0, data);
    return { buffer };
  }

  async run(calls: readonly KernelCall[], sizes: PlanSizes): Promise<void> {
    const plan = await Plan.build(this.gpu, 'test', calls);
    const encoder = this.gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    plan.encode(pass, sizes);
    pass.end();
    this.gpu.device.queue.submit([encoder.finish()]);
    this.gpu.check();
  }

  async readWords(slice: BufferSlice, count: number): Promise<Uint32Array> {
    const size = Math.ceil(count / 4) * 16;
    const staging = this.gpu.device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = this.gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(slice.buffer, slice.offset ?? 0, staging, 0, size);
    this.gpu.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const words = new Uint32Array(staging.getMappedRange().slice(0));
    staging.destroy();
    this.gpu.check();
    return words.slice(0, count);
  }

  async read(slice: BufferSlice, count: number): Promise<Float32Array> {
    return new Float32Array((await this.readWords(slice, count)).buffer);
  }

  /** Frees the buffers of the test that just ended. */
  clear(): void {
    for (const buffer of this.buffers) buffer.destroy();
    this.buffers.length = 0;
  }

  close(): void {
    this.clear();
    this.gpu.destroy();
  }

  private create(size: number, usage: number): GPUBuffer {
    const buffer = this.gpu.device.createBuffer({ size, usage });
    this.buffers.push(buffer);
    return buffer;
  }
}

/** `count` normal numbers, exactly representable in float32. */
export function normals(count: number, deviation: number, ...streams: readonly (string | number)[]): Float32Array {
  const rng = createRng(7, 'kernel tests', ...streams);
  return Float32Array.from({ length: count }, () => deviation * rng.nextGaussian());
}

/** Every value is finite, and ||actual - expected|| / ||expected|| is below `bound`. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, bound: number, what: string): void {
  expect(actual.length, `length of ${what}`).toBe(expected.length);
  expect(
    Array.from(actual).findIndex((value) => !Number.isFinite(value)),
    `first value of ${what} that is not finite`,
  ).toBe(-1);
  expect(relativeError(actual, expected), what).toBeLessThan(bound);
}

/** All of these words still hold the poison. */
export function expectUntouched(words: Uint32Array, what: string): void {
  expect(
    words.findIndex((word) => word !== poison),
    `first overwritten value of ${what}`,
  ).toBe(-1);
}

/** The uniform with the losses' defaults. */
export function batchUniform(options: Pick<BatchUniform, 'rows' | 'headRows'> & Partial<BatchUniform>): ArrayBuffer {
  return encodeBatchUniform({ ...noLoss, clipLow: 0.2, clipHigh: 0.2, capacity: 0, ...options });
}

/** Rows that buffers are allocated for: the kernels' row tiles need no guards. */
export const roundRows = (rows: number): number => Math.ceil(rows / 64) * 64;
