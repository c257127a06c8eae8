/** Wrapper of token_loss.wgsl: the per-token policy gradient. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';
import type { KernelVariant } from './variant';

export interface TokenLossSpec {
  readonly variant: KernelVariant;
  readonly batch: BufferSlice;
  readonly headRows: BufferSlice;
  /** [headRows, stride] logits; with `gradient` replaced by their gradient. */
  readonly logits: BufferSlice;
  readonly vocabulary: number;
  readonly stride: number;
  /** [headRows] x (logp, entropy, weighted surrogate, kl). */
  readonly result: BufferSlice;
  /** [headRows]: sum(dz . z). */
  readonly rowDot: BufferSlice;
  readonly gradient: boolean;
}

export function tokenLoss(spec: TokenLossSpec): KernelCall {
  const wg = spec.variant.rowThreads;
  return {
    label: spec.gradient ? 'token loss' : 'token score',
    shader: 'token_loss.wgsl',
    constants: { WG: wg, VOCABULARY: spec.vocabulary, STRIDE: spec.stride, GRADIENT: spec.gradient ? 1 : 0 },
    bindings: [spec.batch, spec.headRows, spec.logits, spec.result, spec.gradient ? spec.rowDot : null],
    grid: (sizes) => grid1d(wg > 1 ? (sizes['headRows'] ?? 0) : Math.ceil((sizes['headRows'] ?? 0) / 8)),
  };
}
