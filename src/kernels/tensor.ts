/** Tensors in GPU memory, as handles: who computes with one does not know what else lies in its buffer. */
import type { BufferSlice } from '../gpu/plan';

/** How a tensor's values are stored; arithmetic is float32. `q8` and `q4`: whole numbers of 8 and 4 bits, and for each
 * `quantisedGroup` of them along a row a scale in float16. */
export type TensorType = 'f32' | 'f16' | 'bf16' | 'q8' | 'q4';

export type QuantisedType = Extract<TensorType, 'q8' | 'q4'>;

/** Of types whose values lie one behind the other. */
export const bytesOf = { f32: 4, f16: 2, bf16: 2 } as const satisfies Record<
  Exclude<TensorType, QuantisedType>,
  number
>;

export const isQuantised = (type: TensorType): type is QuantisedType => type === 'q8' || type === 'q4';

/** Neighbours in a row that share a scale; the last group of a row may be shorter. */
export const quantisedGroup = 32;

/** A row of whole numbers, then its scales, in words of 32 bits: any run of rows is a matrix of its own. */
export interface QuantisedRow {
  /** Words of the values, the first in the lowest bits; scales begin behind them, two to a word. */
  readonly valueWords: number;
  readonly groups: number;
  readonly words: number;
}

export function quantisedRow(type: QuantisedType, columns: number): QuantisedRow {
  const valueWords = Math.ceil(columns / (type === 'q8' ? 4 : 8));
  const groups = Math.ceil(columns / quantisedGroup);
  return { valueWords, groups, words: valueWords + Math.ceil(groups / 2) };
}

/** Of a row of `columns` values, a multiple of 4. */
export const rowBytes = (type: TensorType, columns: number): number =>
  isQuantised(type) ? 4 * quantisedRow(type, columns).words : columns * bytesOf[type];

const typeCodes = { f32: 0, f16: 1, bf16: 2, q8: 3, q4: 4 } as const satisfies Record<TensorType, number>;

/** Values of a row that are decoded from one word. */
const valuesPerWord = { f32: 1, f16: 2, bf16: 2, q8: 4, q4: 8 } as const satisfies Record<TensorType, number>;

/** Constants of lib/stored.wgsl: a weight of rows of `columns` values at binding `at`, read by four neighbours of a row, or with
 * `runs` by the words of four rows at a time. */
export function storedAs(
  at: number,
  type: TensorType,
  columns: number,
  runs = false,
): Readonly<Record<string, number>> {
  const row = isQuantised(type) ? quantisedRow(type, columns) : null;
  return {
    STORED_AT: at,
    STORED_TYPE: typeCodes[type],
    STORED_COLUMNS: columns,
    STORED_RUNS: runs ? 1 : 0,
    STORED_RUN: valuesPerWord[type],
    // words from row to row, and from a row to its scales
    STORED_STRIDE: row?.words ?? columns / valuesPerWord[type],
    STORED_SCALES: row?.valueWords ?? 0,
  };
}

/** A matrix [rows, columns], or a vector of one row, dense and row-major in `buffer` from byte `offset` on (a multiple of 256,
 * so that it can be bound). */
export interface TensorHandle {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly type: TensorType;
}

/** The whole tensor as a binding. */
export function bindTensor({ buffer, offset, rows, columns, type }: TensorHandle): BufferSlice {
  return { buffer, offset, size: rows * rowBytes(type, columns) };
}

/** Rows of a tensor from `first` on: one that is too large for one buffer lies in several. */
export interface TensorWindow {
  readonly first: number;
  readonly tensor: TensorHandle;
}
