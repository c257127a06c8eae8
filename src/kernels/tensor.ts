/** Tensors in GPU memory, as handles: who computes with one does not know what else lies in its buffer. */
import type { BufferSlice } from '../gpu/plan';

/** How a tensor's values are stored; arithmetic is float32. */
export type TensorType = 'f32' | 'f16' | 'bf16';

export const bytesOf = { f32: 4, f16: 2, bf16: 2 } as const satisfies Record<TensorType, number>;

const typeCodes = { f32: 0, f16: 1, bf16: 2 } as const satisfies Record<TensorType, number>;

/** Constants of lib/stored.wgsl: a weight at binding `at`, read by four values or one by one. */
export const storedAs = (at: number, type: TensorType, scalar = false): Readonly<Record<string, number>> => ({
  STORED_SCALAR: scalar ? 1 : 0,
  STORED_AT: at,
  STORED_TYPE: typeCodes[type],
});

/** A matrix [rows, columns], or a vector of one row, dense and row-major in `buffer` from value `at` on (on a multiple of 256 bytes,
 * so that it can be bound). */
export interface TensorHandle {
  readonly buffer: GPUBuffer;
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  readonly type: TensorType;
}

/** The whole tensor as a binding. */
export function bindTensor({ buffer, at, rows, columns, type }: TensorHandle): BufferSlice {
  return { buffer, offset: at * bytesOf[type], size: rows * columns * bytesOf[type] };
}

/** Rows of a tensor from `first` on: a table that is too large for one buffer lies in several. */
export interface TensorWindow {
  readonly first: number;
  readonly tensor: TensorHandle;
}
