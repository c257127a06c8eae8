/** Logits by windows of the vocabulary, as the kernels read them. */
import type { BufferSlice } from '../gpu/plan';
import { at } from '../lib/invariant';
import type { KernelBench } from './kernelBench.fixture';
import { encodePlaces, placeBytes, vocabularyWindows, type BoundWindow } from './vocabulary';

/** Uploads `logits` [rows, stride]: the windows, each [rows, its columns padded to 4] with rubbish in the padding. */
export function uploadWindows(
  b: KernelBench,
  logits: Float32Array,
  rows: number,
  vocabulary: number,
  stride: number,
): BoundWindow[] {
  const windows = vocabularyWindows(vocabulary);
  const places = b.uniform(encodePlaces(windows).buffer);
  return windows.map(({ first, count }, w) => {
    const width = Math.ceil(count / 4) * 4;
    const own = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++)
      own.set(logits.subarray(row * stride + first, row * stride + first + width), row * width);
    return { first, count, logits: b.floats(own), place: { ...places, offset: w * placeBytes, size: 16 } };
  });
}

/** What lies in the windows, as [rows, stride]. */
export async function readWindows(
  b: KernelBench,
  windows: readonly BoundWindow[],
  rows: number,
  stride: number,
): Promise<Float32Array> {
  const all = new Float32Array(rows * stride);
  for (const { first, count, logits } of windows) {
    const width = Math.ceil(count / 4) * 4;
    const own = await b.read(logits, rows * width);
    for (let row = 0; row < rows; row++) all.set(own.subarray(row * width, (row + 1) * width), row * stride + first);
  }
  return all;
}

/** The only window's logits. */
export const onlyWindow = (windows: readonly BoundWindow[]): BufferSlice => at(windows, 0).logits;
