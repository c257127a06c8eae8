import { grid1d, type KernelCall } from '../gpu/plan';

/** The grid of a kernel that begins with lib/row_entry.wgsl: a row for each work group of `threads`, or for each of a work
 * group's eight threads where that is 1. `rows`: name of their count in the plan's sizes. */
export function rowGrid(threads: number, rows: string): KernelCall['grid'] {
  return (sizes) => {
    const count = sizes[rows] ?? 0;
    return grid1d(threads > 1 ? count : Math.ceil(count / 8));
  };
}
