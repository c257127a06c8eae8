/** Wrapper of value_loss.wgsl: the critic's clipped value loss. Its reference is `clippedValueLoss` of algorithms/parts/gae.ts. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';

export interface ValueLossSpec {
  /** With the value clip. */
  readonly batch: BufferSlice;
  /** [headRows] x `ValueRow`, see value_loss.wgsl. */
  readonly headRows: BufferSlice;
  /** [headRows, 4]: the value in column 0; with `rowDot` replaced by its gradient. */
  readonly values: BufferSlice;
  /** [headRows] x (value, weighted loss, 0, 0). */
  readonly result: BufferSlice;
  /** [headRows]: dV V; null to compute no gradient. */
  readonly rowDot: BufferSlice | null;
}

export function valueLoss(spec: ValueLossSpec): KernelCall {
  return {
    label: spec.rowDot ? 'value loss' : 'value',
    shader: 'value_loss.wgsl',
    constants: { GRADIENT: spec.rowDot ? 1 : 0 },
    bindings: [spec.batch, spec.headRows, spec.values, spec.result, spec.rowDot],
    grid: (sizes) => grid1d(Math.ceil((sizes['headRows'] ?? 0) / 64)),
  };
}
