/** Wrapper of norm_backward.wgsl: the end of a product with `normBackward` output, as a dispatch of its own. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';
import { floatLiteral, type GemmOutput } from './gemm';

export type NormBackward = Extract<GemmOutput, { kind: 'normBackward' }>;

/** `dx` [rows, columns] is the gradient of the norm's output, and becomes that of its input. */
export function normBackward(spec: {
  readonly label: string;
  readonly batch: BufferSlice;
  readonly dx: BufferSlice;
  readonly columns: number;
  readonly norm: NormBackward & { readonly residual: BufferSlice };
}): KernelCall {
  const { norm, columns } = spec;
  return {
    label: spec.label,
    shader: 'norm_backward.wgsl',
    constants: { D4: columns / 4, DOTS: norm.dots, INV_D: floatLiteral(1 / norm.width) },
    bindings: [spec.batch, spec.dx, norm.x, norm.residual, norm.rstd, norm.gain, norm.rowDot],
    grid: (sizes) => grid1d(Math.ceil(((sizes['rows'] ?? 0) * columns) / 256)),
  };
}
