/** Float64 references of embed, embed_grad, scatter_rows and column_sum. */
import type { ColumnSumPart } from './rowSums';

const get = (values: ArrayLike<number>, i: number): number => values[i] ?? NaN;
const row = (values: ArrayLike<number>, index: number, width: number): number[] =>
  Array.from({ length: width }, (_, i) => get(values, index * width + i));

/** Rows `indices` of `table` [rows, width], one after the other. */
export function gatherRows(table: ArrayLike<number>, indices: readonly number[], width: number): number[] {
  return indices.flatMap((index) => row(table, index, width));
}

/** before [V, width] plus dx [rows, width], each row at its token. */
export function embeddingGradient(
  before: ArrayLike<number>,
  dx: ArrayLike<number>,
  tokens: readonly number[],
  width: number,
): Float64Array {
  const result = Float64Array.from(before);
  tokens.forEach((token, r) => {
    for (let i = 0; i < width; i++) result[token * width + i] = get(result, token * width + i) + get(dx, r * width + i);
  });
  return result;
}

/** [runs, width]: sum of rows first .. first + count of `values` for each run [first, count]. */
export function runSums(
  values: ArrayLike<number>,
  runs: readonly (readonly [number, number])[],
  width: number,
): Float64Array {
  return Float64Array.from(
    runs.flatMap(([first, count]) =>
      Array.from({ length: width }, (_, i) => {
        let sum = 0;
        for (let r = first; r < first + count; r++) sum += get(values, r * width + i);
        return sum;
      }),
    ),
  );
}

/** before plus, for each part, the sums over rows and heads of its columns. */
export function columnSums(
  before: ArrayLike<number>,
  values: ArrayLike<number>,
  rows: number,
  stride: number,
  parts: readonly ColumnSumPart[],
): Float64Array {
  const result = Float64Array.from(before);
  for (const { from, width, heads, out } of parts) {
    for (let r = 0; r < rows; r++) {
      for (let column = 0; column < heads * width; column++) {
        const to = out + (column % width);
        result[to] = get(result, to) + get(values, r * stride + from + column);
      }
    }
  }
  return result;
}
