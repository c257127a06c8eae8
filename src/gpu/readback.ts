/** Readback ring: staging buffers that are reused, so that reading results creates nothing in the steady state. */
import type { Gpu } from './device';

interface Slot {
  readonly buffer: GPUBuffer;
  readonly size: number;
  busy: boolean;
}

export class ReadbackRing {
  private readonly slots: Slot[] = [];

  constructor(
    private readonly gpu: Gpu,
    private readonly label: string,
  ) {}

  /** Reserves a staging buffer of at least `bytes`; `encode` copies into it, `read` maps it after the submit. */
  reserve(bytes: number): Readback {
    let slot = this.slots.find((candidate) => !candidate.busy && candidate.size >= bytes);
    if (!slot) {
      const size = 2 ** Math.ceil(Math.log2(Math.max(256, bytes)));
      const buffer = this.gpu.device.createBuffer({
        label: `${this.label} readback`,
        size,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      slot = { buffer, size, busy: false };
      this.slots.push(slot);
    }
    slot.busy = true;
    return new Readback(this.gpu, slot, bytes);
  }

  dispose(): void {
    for (const slot of this.slots) slot.buffer.destroy();
    this.slots.length = 0;
  }
}

export class Readback {
  constructor(
    private readonly gpu: Gpu,
    private readonly slot: Slot,
    private readonly bytes: number,
  ) {}

  /** Records a copy of `size` bytes to `at` bytes into the staging buffer. */
  copy(encoder: GPUCommandEncoder, source: GPUBuffer, sourceOffset: number, at: number, size: number): void {
    if (size > 0) encoder.copyBufferToBuffer(source, sourceOffset, this.slot.buffer, at, size);
  }

  /** Gives the staging buffer back unread. */
  release(): void {
    this.slot.busy = false;
  }

  /** Waits for the GPU and returns a copy of the bytes. Rejects with the device's failure, if it has one. */
  async read(): Promise<ArrayBuffer> {
    try {
      await this.slot.buffer.mapAsync(GPUMapMode.READ, 0, Math.max(4, this.bytes));
      const copy = this.slot.buffer.getMappedRange(0, Math.max(4, this.bytes)).slice(0);
      this.slot.buffer.unmap();
      this.gpu.check();
      return copy;
    } catch (error) {
      this.gpu.check();
      throw error;
    } finally {
      this.slot.busy = false;
    }
  }
}
