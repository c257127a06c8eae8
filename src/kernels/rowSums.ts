/** Wrappers of scatter_rows.wgsl and column_sum.wgsl. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';

/** dx [rows, width] = sum of the row's run of head rows. */
export function scatterRows(spec: {
  batch: BufferSlice;
  rows: BufferSlice;
  dHead: BufferSlice;
  dx: BufferSlice;
  width: number;
}): KernelCall {
  return {
    label: 'scatter rows',
    shader: 'scatter_rows.wgsl',
    constants: { D4: spec.width / 4 },
    bindings: [spec.batch, spec.rows, spec.dHead, spec.dx],
    grid: (sizes) => grid1d(Math.ceil(((sizes['rows'] ?? 0) * spec.width) / 256)),
  };
}

/** `heads` runs of `width` columns from column `from` fold onto `width` sums at `out`. */
export interface ColumnSumPart {
  readonly from: number;
  readonly width: number;
  readonly heads: number;
  readonly out: number;
}

/** grads[out + i] += sum over rows and heads of values[row, from + head * width + i]. */
export function columnSum(spec: {
  label: string;
  batch: BufferSlice;
  values: BufferSlice;
  stride: number;
  grads: BufferSlice;
  parts: readonly ColumnSumPart[];
}): KernelCall {
  const constants: Record<string, number> = { PARTS: spec.parts.length, STRIDE: spec.stride };
  let first = 0;
  spec.parts.forEach((part, p) => {
    Object.assign(constants, {
      [`FIRST${p}`]: first,
      [`WIDTH${p}`]: part.width,
      [`FROM${p}`]: part.from,
      [`HEADS${p}`]: part.heads,
      [`OUT${p}`]: part.out,
    });
    first += part.width;
  });
  const groups = Math.ceil(first / 64);
  return {
    label: spec.label,
    shader: 'column_sum.wgsl',
    constants,
    bindings: [spec.batch, spec.values, spec.grads],
    grid: (sizes) => ((sizes['rows'] ?? 0) === 0 ? [0, 0, 0] : [groups, 1, 1]),
  };
}
