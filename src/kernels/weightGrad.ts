/** Wrapper of weight_grad.wgsl: the weight gradients of up to four linear maps in one dispatch. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';
import { at, invariant } from '../lib/invariant';
import { sum } from '../lib/numeric';
import type { TensorHandle } from './tensor';
import type { KernelVariant } from './variant';

/** [M, width] in the buffer of an activation, where it starts behind `behind` floats for each row of the batch's capacity. */
export interface RowBlock {
  readonly buffer: GPUBuffer;
  readonly behind: number;
  /** A multiple of 4. */
  readonly width: number;
  /** Floats from row to row, the width by default, and the first column that counts: multiples of 4. */
  readonly stride?: number;
  readonly from?: number;
}

/** gradient[n,k] += gain[k] sum_m dy[m,n] scale[m] x[m,k]. */
export interface WeightGradProblem {
  readonly dy: RowBlock;
  readonly x: RowBlock;
  /** Block of the row scales in `rowScale` [blocks, capacity], or null for none. */
  readonly scale: number | null;
  /** Where the gains begin in `gains`, floats, or nothing for none. */
  readonly gainAt?: number | null;
  readonly gradient: TensorHandle;
}

export interface WeightGradSpec {
  readonly label: string;
  readonly variant: KernelVariant;
  readonly batch: BufferSlice;
  readonly rowScale: BufferSlice | null;
  readonly gains?: BufferSlice | null;
  /** Reads x rows through headRows and counts head rows instead of rows. */
  readonly headRows: BufferSlice | null;
  readonly problems: readonly WeightGradProblem[];
}

/** One dispatch for each buffer that holds some of the gradients. */
export function weightGrads(spec: WeightGradSpec): KernelCall[] {
  const byBuffer = new Map<GPUBuffer, WeightGradProblem[]>();
  for (const problem of spec.problems) {
    const { buffer } = problem.gradient;
    byBuffer.set(buffer, [...(byBuffer.get(buffer) ?? []), problem]);
  }
  return [...byBuffer.values()].map((problems) => weightGrad({ ...spec, problems }));
}

function weightGrad({ label, variant, batch, rowScale, gains = null, headRows, problems }: WeightGradSpec): KernelCall {
  const sources = [...new Set(problems.flatMap(({ dy, x }) => [x.buffer, dy.buffer]))];
  const splits = variant.gradientSplits;
  const tiles = variant.groupThreads / splits;
  // bound from the first gradient on: layers of equal shape have equal text
  const start = Math.min(...problems.map(({ gradient }) => gradient.offset));
  const end = Math.max(...problems.map(({ gradient }) => gradient.offset + gradient.rows * gradient.columns * 4));
  const scaled = problems.some(({ scale }) => scale !== null);
  const gained = problems.some(({ gainAt }) => typeof gainAt === 'number');
  const constants: Record<string, number> = {
    SOURCES: sources.length,
    PROBLEMS: problems.length,
    SPLITS: splits,
    TILES: tiles,
    SCALED: scaled ? 1 : 0,
    GATHER: headRows ? 1 : 0,
    GAINED: gained ? 1 : 0,
  };
  let groups = 0;
  problems.forEach(({ dy, x, scale, gainAt = null, gradient }, p) => {
    invariant(
      gradient.rows === dy.width && gradient.columns === x.width,
      `${label}: a gradient [${gradient.rows}, ${gradient.columns}] of maps ${x.width} -> ${dy.width}`,
    );
    const columns = Math.ceil(x.width / 8);
    const count = columns * Math.ceil(dy.width / 8);
    Object.assign(constants, {
      [`FIRST${p}`]: groups,
      [`END${p}`]: groups + Math.ceil(count / tiles),
      [`COUNT${p}`]: count,
      [`COLS${p}`]: columns,
      [`X4${p}`]: x.width / 4,
      [`DY4${p}`]: dy.width / 4,
      [`DY${p}`]: sources.indexOf(dy.buffer),
      [`DYCOLUMNS4${p}`]: dy.behind / 4,
      [`X${p}`]: sources.indexOf(x.buffer),
      [`DYSTRIDE4${p}`]: (dy.stride ?? dy.width) / 4,
      [`DYFROM4${p}`]: (dy.from ?? 0) / 4,
      [`XCOLUMNS4${p}`]: x.behind / 4,
      [`XSTRIDE4${p}`]: (x.stride ?? x.width) / 4,
      [`XFROM4${p}`]: (x.from ?? 0) / 4,
      [`GAIN${p}`]: gainAt === null ? -1 : gainAt / 4,
      [`SCALE${p}`]: scale ?? -1,
      [`OUT${p}`]: (gradient.offset - start) / 16,
    });
    groups += Math.ceil(count / tiles);
  });
  const { buffer } = at(problems, 0).gradient;
  return {
    label,
    shader: 'weight_grad.wgsl',
    constants,
    bindings: [
      batch,
      { buffer, offset: start, size: end - start },
      ...sources.map((source) => ({ buffer: source })),
      scaled ? rowScale : null,
      headRows,
      gained ? gains : null,
    ],
    grid: (sizes) => ((sizes[headRows ? 'headRows' : 'rows'] ?? 0) === 0 ? [0, 0, 0] : grid1d(groups)),
    rowCost: {
      rows: headRows ? 'headRows' : 'rows',
      multiplyAdds: sum(problems.map(({ gradient: { rows, columns } }) => rows * columns)),
    },
  };
}
