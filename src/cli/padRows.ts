import type { NamedTensor } from '../model/safetensors';

/** Rows of different lengths as one tensor [rows, longest, ...inner], zero past a row's end. */
export function padRows(name: string, rows: readonly Float32Array[], inner: readonly number[] = []): NamedTensor {
  const width = inner.reduce((product, size) => product * size, 1);
  const longest = Math.max(0, ...rows.map((row) => row.length));
  const data = new Float32Array(rows.length * longest);
  rows.forEach((row, index) => data.set(row, index * longest));
  return { name, shape: [rows.length, longest / width, ...inner], data };
}
