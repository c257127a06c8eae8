/** Wrapper of gemm.wgsl: C[M,N] = A[M,K] B[K,N] with the fused prologues and epilogues of a transformer layer. */
import type { BufferSlice, KernelCall } from '../gpu/plan';
import { invariant } from '../lib/invariant';
import { storedAs, type TensorType } from './tensor';
import { chooseProductTile, defaultProductTile, productTiles, type ProductTile } from './productTile';
import type { KernelVariant } from './variant';

export type GemmOutput =
  | { readonly kind: 'plain' }
  /** C = A B + residual. */
  | { readonly kind: 'residual'; readonly residual: BufferSlice }
  /** B is [K, gate | up]; C keeps gate | up, `act` [M, N/2] gets silu(gate) * up. */
  | { readonly kind: 'swiglu'; readonly act: BufferSlice }
  /** Rotary embedding of the first `rotated` columns (heads of q and k), `headDim` a multiple of 8; `table` as for rope. */
  | {
      readonly kind: 'rope';
      readonly table: BufferSlice;
      readonly packedRows: BufferSlice;
      readonly headDim: number;
      readonly rotated: number;
    }
  /** A B is d act [M,N]; C [M, 2N] gets d gate | d up; `rowDot` [M, swigluDots(N)] their dot products with gate | up. */
  | { readonly kind: 'swigluBackward'; readonly gateUp: BufferSlice; readonly rowDot: BufferSlice }
  /** C = residual + d x of an RMSNorm whose normed output has gradient A B; `dots` partial sums per row in `rowDot`. */
  | {
      readonly kind: 'normBackward';
      readonly residual: BufferSlice | null;
      readonly x: BufferSlice;
      readonly rstd: BufferSlice;
      readonly gain: BufferSlice;
      readonly rowDot: BufferSlice;
      readonly dots: number;
      /** True width of the norm. */
      readonly width: number;
      /** Rows of x are headRows[m].source. */
      readonly gatherX: BufferSlice | null;
    };

/** The right factor B of a product: how a weight is stored, which way round, and what belongs to it. */
export interface Factor {
  readonly b: BufferSlice;
  /** float32 by default. */
  readonly type?: TensorType;
  /** B is stored [N, K]; [K, N] by default. K and N multiples of 4. */
  readonly natural?: boolean;
  readonly k: number;
  readonly n: number;
  /** [K]: B is scaled by these gains as it is read (`natural` only). */
  readonly gain?: BufferSlice | null;
  /** What is added to A B. */
  readonly low?: LowRank | null;
}

/** A product of low rank that is added to another: L F, or L F^T for a `natural` factor. */
export interface LowRank {
  /** L [M, stride]. */
  readonly values: BufferSlice;
  readonly stride: number;
  /** [inner, N]; for a natural factor [columns, inner] of each part. */
  readonly factor: BufferSlice;
  /** A multiple of 4. */
  readonly inner: number;
  /** For a natural factor: the runs of C's columns that get something, multiples of 4, and where in L each reads. */
  readonly parts: readonly LowRankPart[];
}

export interface LowRankPart {
  readonly first: number;
  readonly columns: number;
  /** Column of L, and place in the factor, with which the part begins. */
  readonly valuesAt: number;
  readonly factorAt: number;
}

export interface GemmSpec extends Factor {
  readonly label: string;
  readonly variant: KernelVariant;
  /** [M, lda] row-major; of each row the k columns from `aFrom` on are read. */
  readonly a: BufferSlice;
  /** k where it is left out. */
  readonly lda?: number;
  readonly aFrom?: number;
  /** [M, ldc] row-major; of each row the n columns from `cFrom` on are written. Another `ldc` than n for plain outputs, and with a
   * residual that lies alike. */
  readonly c: BufferSlice;
  readonly ldc?: number;
  readonly cFrom?: number;
  /** What is in C counts too, before the epilogue of the output. `sum`: A B is added to it; `chain`: the sums over k go on from
   * it, to the bits of one product over all of k. */
  readonly accumulate?: 'sum' | 'chain' | null;
  /** C = scale A B, for plain outputs. */
  readonly scale?: number;
  /** Name of the row count in the plan's sizes. */
  readonly rows: string;
  /** The most rows that the plan has room for: decides the tile. */
  readonly capacity: number;
  readonly bias?: BufferSlice | null;
  /** A is normed on the way: B holds gain-folded weights, `rstd` [M] is written; `width` is the true width of A. */
  readonly norm?: { readonly rstd: BufferSlice; readonly epsilon: number; readonly width: number };
  /** Row m of A is row headRows[m].source. */
  readonly gather?: BufferSlice | null;
  readonly output: GemmOutput;
}

const outputCodes = { plain: 0, residual: 1, swiglu: 2, swigluBackward: 3, normBackward: 4, rope: 5 } as const;

function lowConstants(low: LowRank | null): Record<string, number> {
  const constants: Record<string, number> = {
    LOW: low ? 1 : 0,
    LOW_K: low?.inner ?? 0,
    LOW_LD: low?.stride ?? 0,
    LOW_PARTS: low?.parts.length ?? 0,
  };
  low?.parts.forEach(({ first, columns, valuesAt, factorAt }, p) => {
    Object.assign(constants, {
      [`LOW_FIRST4${p}`]: first / 4,
      [`LOW_END4${p}`]: (first + columns) / 4,
      [`LOW_AT${p}`]: valuesAt,
      [`LOW_FACTOR${p}`]: factorAt,
    });
  });
  return constants;
}

/** Threads across the columns of one workgroup: as many as the columns feed, at most 8. */
function columnThreads(n: number, { staged }: ProductTile): number {
  if (staged) return 8;
  let threads = 1;
  while (threads < 8 && threads * 8 < n) threads *= 2;
  return threads;
}

/** Partial dot products per row that `swigluBackward` writes for `n` columns; the same for every tile that may be tuned. */
export function swigluDots(n: number, variant: KernelVariant): number {
  const wx = columnThreads(n, productTiles[defaultProductTile(variant.software, { rows: 64, k: n, n })]);
  return Math.ceil(n / 4 / (2 * wx)) * wx;
}

export function gemm(spec: GemmSpec): KernelCall {
  const { output, variant } = spec;
  const n4 = spec.n / 4;
  const pair = output.kind === 'swiglu' ? n4 / 2 : output.kind === 'rope' ? output.headDim / 8 : 0;
  const shape = { rows: spec.capacity, k: spec.k, n: spec.n };
  const tile: ProductTile = productTiles[chooseProductTile(variant.software, variant.products, shape)];
  const wx = columnThreads(spec.n, tile);
  const rowThreads = 64 / tile.rowsPerThread;
  const wy = Math.max(1, Math.min(rowThreads, tile.threads / wx));
  const columnGroups = Math.ceil(n4 / (2 * wx));
  const { low = null, natural = false, gain = null, scale = 1 } = spec;
  invariant(output.kind === 'plain' || scale === 1, `${spec.label}: only plain outputs are scaled`);
  invariant(
    output.kind === 'plain' || output.kind === 'residual' || spec.ldc === undefined,
    `${spec.label}: only plain outputs and those with a residual are strided`,
  );
  invariant(natural || gain === null, `${spec.label}: gains go with a factor as it is stored`);
  const bindings: (BufferSlice | null)[] = [
    spec.a,
    spec.b,
    spec.c,
    spec.bias ?? null,
    null,
    null,
    null,
    null,
    null,
    gain,
    low?.values ?? null,
    low?.factor ?? null,
  ];
  const constants: Record<string, number | string> = {
    K: spec.k,
    N4: n4,
    PAIR: pair,
    ROTATED4: 0,
    DH: 0,
    LDA: spec.lda ?? spec.k,
    A_FROM: spec.aFrom ?? 0,
    LDC4: (spec.ldc ?? (output.kind === 'swigluBackward' ? 2 * spec.n : spec.n)) / 4,
    C_FROM4: (spec.cFrom ?? 0) / 4,
    ACCUMULATE: spec.accumulate === 'sum' ? 1 : 0,
    CHAIN: spec.accumulate === 'chain' ? 1 : 0,
    SCALED: scale === 1 ? 0 : 1,
    OUT_SCALE: floatLiteral(scale),
    NATURAL: natural ? 1 : 0,
    ...storedAs(1, spec.type ?? 'f32', natural ? spec.k : spec.n, natural && !tile.staged),
    GAIN: gain ? 1 : 0,
    ...lowConstants(low),
    WX: wx,
    WY: wy,
    TM: tile.rowsPerThread,
    TK: tile.depth,
    STAGED: tile.staged ? 1 : 0,
    ROLLED: variant.software ? 1 : 0,
    BIAS: spec.bias ? 1 : 0,
    NORM_IN: spec.norm ? 1 : 0,
    GATHER: spec.gather ? 1 : 0,
    GATHER_X: 0,
    RESIDUAL: 0,
    OUTPUT: outputCodes[output.kind],
    FULL: n4 % (2 * wx) === 0 ? 1 : 0,
    DOTS: 0,
    INV_D: '0.0',
    EPS: '0.0',
  };
  if (spec.norm) {
    bindings[4] = spec.norm.rstd;
    constants['INV_D'] = floatLiteral(1 / spec.norm.width);
    constants['EPS'] = floatLiteral(spec.norm.epsilon);
  }
  if (spec.gather) bindings[8] = spec.gather;
  switch (output.kind) {
    case 'plain':
      break;
    case 'residual':
      constants['RESIDUAL'] = 1;
      bindings[5] = output.residual;
      break;
    case 'swiglu':
      bindings[6] = output.act;
      break;
    case 'rope':
      constants['ROTATED4'] = output.rotated / 4;
      constants['DH'] = output.headDim;
      bindings[6] = output.table;
      bindings[7] = output.packedRows;
      break;
    case 'swigluBackward':
      constants['DOTS'] = swigluDots(spec.n, variant);
      bindings[6] = output.gateUp;
      bindings[7] = output.rowDot;
      break;
    case 'normBackward':
      constants['DOTS'] = output.dots;
      constants['INV_D'] = floatLiteral(1 / output.width);
      constants['RESIDUAL'] = output.residual ? 1 : 0;
      constants['GATHER_X'] = output.gatherX ? 1 : 0;
      bindings[3] = output.gain;
      bindings[4] = output.rstd;
      bindings[5] = output.residual;
      bindings[6] = output.x;
      bindings[7] = output.rowDot;
      bindings[8] = output.gatherX;
      break;
    default:
      output satisfies never;
  }
  return {
    label: spec.label,
    shader: 'gemm.wgsl',
    constants,
    bindings,
    grid: (sizes) => [columnGroups, Math.ceil((sizes[spec.rows] ?? 0) / (tile.rowsPerThread * wy)), 1],
    rowCost: { rows: spec.rows, multiplyAdds: spec.k * spec.n },
  };
}

/** A float literal that WGSL reads back to the same float32. */
export function floatLiteral(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}
