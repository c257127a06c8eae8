/**
 * The products of a map whose matrix may lie in several buffers, cut between its rows (weights/pieces.ts), to the bits of one product.
 * Forward each piece makes its columns of y; what needs columns of two pieces at once comes behind the last. Backward the sums over
 * y's columns go on from piece to piece, and the last one goes through what follows the product.
 */
import { grid1d, type BufferSlice, type KernelCall } from '../../gpu/plan';
import { gemm, type Factor, type GemmSpec, type LowRank } from '../../kernels/gemm';
import { at, invariant } from '../../lib/invariant';
import { sum } from '../../lib/numeric';
import type { FactorPiece } from '../weights/pieces';

type ProductSpec = Omit<GemmSpec, keyof Factor>;

/** y = x W^T and what `low` adds. `low` is that of the whole map. */
export function forwardPieces(
  pieces: readonly FactorPiece[],
  spec: ProductSpec,
  low: LowRank | null = null,
): KernelCall[] {
  if (pieces.length === 1) return [gemm({ ...spec, ...at(pieces, 0), low })];
  const { output, label, rows, c } = spec;
  invariant(output.kind !== 'rope', `${label}: heads of a map in pieces rotate in a dispatch of their own`);
  const columns = sum(pieces.map(({ n }) => n));
  const calls = pieces.map(({ first, ...factor }) =>
    gemm({
      ...spec,
      ...factor,
      ldc: columns,
      cFrom: first,
      bias: spec.bias ? floatsOf(spec.bias, first, factor.n) : null,
      low: low && lowOf(low, first, factor.n),
      output: output.kind === 'swiglu' ? { kind: 'plain' } : output,
    }),
  );
  return output.kind === 'swiglu' ? [...calls, swiglu(label, c, output.act, columns / 2, rows)] : calls;
}

/** d x = d y W and what `low` adds. */
export function backwardPieces(
  pieces: readonly FactorPiece[],
  spec: ProductSpec,
  low: LowRank | null = null,
): KernelCall[] {
  if (pieces.length === 1) return [gemm({ ...spec, ...at(pieces, 0), low })];
  const { output } = spec;
  const lda = sum(pieces.map(({ k }) => k));
  return pieces.map(({ first, ...factor }, p) => {
    const common = { ...spec, ...factor, lda, aFrom: first, accumulate: p > 0 ? 'chain' : null } as const;
    if (p === pieces.length - 1) return gemm({ ...common, low });
    // where the last piece's threads find what they go on from: in front of what they write
    const ldc = output.kind === 'swigluBackward' ? 2 * factor.n : factor.n;
    return gemm({ ...common, ldc, output: { kind: 'plain' } });
  });
}

const floatsOf = ({ buffer, offset = 0 }: BufferSlice, first: number, count: number): BufferSlice => ({
  buffer,
  offset: offset + 4 * first,
  size: 4 * count,
});

/** What it adds to the columns from `first` on. */
function lowOf(low: LowRank, first: number, columns: number): LowRank | null {
  const parts = low.parts.flatMap((part) => {
    const from = Math.max(part.first, first);
    const end = Math.min(part.first + part.columns, first + columns);
    if (from >= end) return [];
    const factorAt = part.factorAt + (from - part.first) * low.inner;
    return [{ first: from - first, columns: end - from, valuesAt: part.valuesAt, factorAt }];
  });
  return parts.length === 0 ? null : { ...low, parts };
}

function swiglu(label: string, gateUp: BufferSlice, act: BufferSlice, width: number, rows: string): KernelCall {
  return {
    label,
    shader: 'swiglu.wgsl',
    constants: { A4: width / 4 },
    bindings: [gateUp, act],
    grid: (sizes) => grid1d(Math.ceil(((sizes[rows] ?? 0) * width) / 256)),
  };
}
