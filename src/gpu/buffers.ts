/** Labelled buffers, counted in bytes by role, freed together. */
import type { Gpu } from './device';
import type { BufferSlice } from './plan';

export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';
}

/** Creates storage buffers for one owner (a model, a plan) and frees them with it. */
export class BufferPool {
  private readonly buffers: GPUBuffer[] = [];
  private readonly bytes = new Map<string, number>();

  constructor(
    private readonly gpu: Gpu,
    private readonly owner: string,
  ) {}

  /** A zeroed storage buffer of `count` 32-bit values (at least 4). Throws OutOfMemoryError with numbers past the device's limit. */
  storage(role: string, label: string, count: number, extraUsage = 0): GPUBuffer {
    const size = Math.max(16, Math.ceil(count / 4) * 16);
    const limit = Math.min(this.gpu.limits['maxBufferSize'] ?? 0, this.gpu.limits['maxStorageBufferBindingSize'] ?? 0);
    if (size > limit) {
      throw new OutOfMemoryError(
        `${this.owner}: ${label} needs ${formatBytes(size)}, this device binds at most ${formatBytes(limit)}`,
      );
    }
    return this.create(
      role,
      label,
      size,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | extraUsage,
    );
  }

  uniform(label: string, bytes: number): GPUBuffer {
    return this.create('uniform', label, Math.ceil(bytes / 16) * 16, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  }

  create(role: string, label: string, size: number, usage: number): GPUBuffer {
    const buffer = this.gpu.device.createBuffer({ label: `${this.owner} ${label}`, size, usage });
    this.buffers.push(buffer);
    this.bytes.set(role, (this.bytes.get(role) ?? 0) + size);
    return buffer;
  }

  /** Bytes by role. */
  usage(): ReadonlyMap<string, number> {
    return this.bytes;
  }

  dispose(): void {
    for (const buffer of this.buffers) buffer.destroy();
    this.buffers.length = 0;
    this.bytes.clear();
  }
}

/** `count` 32-bit values of `buffer` from value `offset` (a multiple of 64, so that the binding is aligned). */
export function sliceOf(buffer: GPUBuffer, offset: number, count: number): BufferSlice {
  return { buffer, offset: offset * 4, size: Math.max(16, Math.ceil(count / 4) * 16) };
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
