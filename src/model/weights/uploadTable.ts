import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import type { BufferSlice } from '../../gpu/plan';

/** Words that a kernel reads from a buffer of their own. */
export function uploadTable(gpu: Gpu, pool: BufferPool, label: string, values: readonly number[]): BufferSlice {
  const buffer = pool.storage('tables', label, values.length);
  gpu.device.queue.writeBuffer(buffer, 0, new Uint32Array(values));
  return { buffer };
}
