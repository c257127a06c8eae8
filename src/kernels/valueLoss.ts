/** Wrapper of value_loss.wgsl: the critic's clipped value loss. Its reference is `clippedValueLoss` of algorithms/parts/gae.ts. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';

export interface ValueLossSpec {
  /** `clipLow` of the uniform is the value clip. */
  readonly batch: BufferSlice;
  /** [headRows] x `ValueRow`, see value_loss.wgsl. */
  readonly headRows: BufferSlice;
  /** [headRows, 4]: the value in column 0; with `gradient` replaced by its gradient. */
  readonly values: BufferSlice;
  /** [headRows] x (value, weighted loss, 0, 0). */
  readonly result: BufferSlice;
  /** [headRows]: dV V. */
  readonly rowDot: BufferSlice;
  readonly gradient: boolean;
}

export function valueLoss(spec: ValueLossSpec): KernelCall {
  return {
    label: spec.gradient ? 'value loss' : 'value',
    shader: 'value_loss.wgsl',
    constants: { GRADIENT: spec.gradient ? 1 : 0 },
    bindings: [spec.batch, spec.headRows, spec.values, spec.result, spec.gradient ? spec.rowDot : null],
    grid: (sizes) => grid1d(Math.ceil((sizes['headRows'] ?? 0) / 64)),
  };
}
