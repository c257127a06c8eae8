/** Wrappers of loss_window, loss_terms and loss_window_grad: the per-token policy gradient over a large vocabulary. */
import type { BufferSlice, KernelCall } from '../gpu/plan';
import { rowGrid } from './rowGrid';
import type { KernelVariant } from './variant';
import { windowConstants, type BoundWindow } from './vocabulary';

export interface WindowedLossSpec {
  readonly variant: KernelVariant;
  readonly batch: BufferSlice;
  readonly headRows: BufferSlice;
  /** [headRows] x 4 floats. */
  readonly state: BufferSlice;
}

/** Takes the rows' softmax statistics along over a window. */
export function lossWindow({ variant, batch, headRows, state }: WindowedLossSpec, window: BoundWindow): KernelCall {
  return {
    label: 'token loss, window',
    shader: 'loss_window.wgsl',
    constants: { WG: variant.rowThreads, ...windowConstants(window) },
    bindings: [batch, headRows, window.logits, state, window.place],
    grid: rowGrid(variant.rowThreads, 'headRows'),
  };
}

/** `result` [headRows] x (logp, entropy, weighted surrogate, kl), behind the last window. */
export function lossTerms({ batch, headRows, state }: WindowedLossSpec, result: BufferSlice): KernelCall {
  return {
    label: 'token loss, terms',
    shader: 'loss_terms.wgsl',
    constants: { WG: 1 },
    bindings: [batch, headRows, state, result],
    grid: rowGrid(1, 'headRows'),
  };
}

/** Turns a window's logits into their gradient; behind the last one `rowDot` [headRows] is sum(dz . z). */
export function lossWindowGradient(
  { variant, batch, headRows, state }: WindowedLossSpec,
  window: BoundWindow,
  rowDot: BufferSlice,
): KernelCall {
  return {
    label: 'token loss, gradient of a window',
    shader: 'loss_window_grad.wgsl',
    constants: { WG: variant.rowThreads, ...windowConstants(window) },
    bindings: [batch, headRows, window.logits, state, rowDot, window.place],
    grid: rowGrid(variant.rowThreads, 'headRows'),
  };
}
