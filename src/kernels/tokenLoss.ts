/** Wrapper of token_loss.wgsl: the per-token policy gradient. */
import type { BufferSlice, KernelCall } from '../gpu/plan';
import { rowGrid } from './rowGrid';
import type { KernelVariant } from './variant';

export interface TokenLossSpec {
  readonly variant: KernelVariant;
  readonly batch: BufferSlice;
  readonly headRows: BufferSlice;
  /** [headRows, stride] logits; with `rowDot` replaced by their gradient. */
  readonly logits: BufferSlice;
  readonly vocabulary: number;
  readonly stride: number;
  /** [headRows] x (logp, entropy, weighted surrogate, kl). */
  readonly result: BufferSlice;
  /** [headRows]: sum(dz . z); null to compute no gradient. */
  readonly rowDot: BufferSlice | null;
}

export function tokenLoss(spec: TokenLossSpec): KernelCall {
  const wg = spec.variant.rowThreads;
  return {
    label: spec.rowDot ? 'token loss' : 'token score',
    shader: 'token_loss.wgsl',
    constants: { WG: wg, VOCABULARY: spec.vocabulary, STRIDE: spec.stride, GRADIENT: spec.rowDot ? 1 : 0 },
    bindings: [spec.batch, spec.headRows, spec.logits, spec.result, spec.rowDot],
    grid: rowGrid(wg, 'headRows'),
  };
}
