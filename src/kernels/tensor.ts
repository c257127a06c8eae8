/** Tensors in GPU memory, as handles: who computes with one does not know what else lies in its buffer. */
import type { BufferSlice } from '../gpu/plan';

/** How a tensor's values are stored; arithmetic is float32. */
export type TensorType = 'f32';

/** A matrix [rows, columns], or a vector of one row, dense and row-major in `buffer` from value `at` (a multiple of 64, so that
 * it can be bound). */
export interface TensorHandle {
  readonly buffer: GPUBuffer;
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  readonly type: TensorType;
}

/** The whole tensor as a binding. */
export function bindTensor({ buffer, at, rows, columns }: TensorHandle): BufferSlice {
  return { buffer, offset: at * 4, size: rows * columns * 4 };
}
