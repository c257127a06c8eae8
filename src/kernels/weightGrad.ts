/** Wrapper of weight_grad.wgsl: the weight gradients of up to four linear maps in one dispatch. */
import type { BufferSlice, KernelCall } from '../gpu/plan';
import type { KernelVariant } from './variant';

/** dW[n,k] += sum_m dy[m,n] scale[m] x[m,k]. Widths in floats, multiples of 4. */
export interface WeightGradProblem {
  /** Index into `sources` of the output gradient dy [M, n], which starts behind `dyColumns` floats for each row of the batch's capacity. */
  readonly dy: number;
  readonly dyColumns: number;
  readonly n: number;
  readonly x: number;
  readonly xColumns: number;
  readonly k: number;
  /** Block of the row scales in `rowScale` [blocks, capacity], or null for none. */
  readonly scale: number | null;
  /** Where dW starts in `grads`. */
  readonly out: number;
}

export interface WeightGradSpec {
  readonly label: string;
  readonly variant: KernelVariant;
  readonly batch: BufferSlice;
  /** Gradient arena from this layer's start: [slabs, slabLength]. */
  readonly grads: BufferSlice;
  readonly slabLength: number;
  readonly sources: readonly BufferSlice[];
  readonly rowScale: BufferSlice | null;
  /** Reads x rows through headRows and counts head rows instead of rows. */
  readonly headRows: BufferSlice | null;
  readonly problems: readonly WeightGradProblem[];
}

export function weightGrad(spec: WeightGradSpec): KernelCall {
  const { problems, sources, variant } = spec;
  const constants: Record<string, number> = {
    WX: variant.groupThreads,
    SOURCES: sources.length,
    ROLLED: variant.software ? 1 : 0,
    PROBLEMS: problems.length,
    SPLITS: variant.gradientSlabs,
    SLAB4: spec.slabLength / 4,
    SCALED: spec.rowScale ? 1 : 0,
    GATHER: spec.headRows ? 1 : 0,
    HEAD: spec.headRows ? 1 : 0,
  };
  let threads = 0;
  problems.forEach((problem, p) => {
    const columns = Math.ceil(problem.k / 8);
    const count = columns * Math.ceil(problem.n / 8);
    Object.assign(constants, {
      [`THREADS${p}`]: count,
      [`COLS${p}`]: columns,
      [`X4${p}`]: problem.k / 4,
      [`DY4${p}`]: problem.n / 4,
      [`DY${p}`]: problem.dy,
      [`DYCOLUMNS4${p}`]: problem.dyColumns / 4,
      [`X${p}`]: problem.x,
      [`XCOLUMNS4${p}`]: problem.xColumns / 4,
      [`SCALE${p}`]: problem.scale ?? -1,
      [`OUT${p}`]: problem.out / 4,
    });
    threads += count;
  });
  const groups = Math.ceil(threads / variant.groupThreads);
  return {
    label: spec.label,
    shader: 'weight_grad.wgsl',
    constants,
    bindings: [spec.batch, spec.grads, ...sources, spec.rowScale, spec.headRows],
    grid: (sizes) =>
      (sizes[spec.headRows ? 'headRows' : 'rows'] ?? 0) === 0 ? [0, 0, 0] : [groups, 1, variant.gradientSlabs],
  };
}
