/** Wrappers of finish_grads, gain_grad, grad_norm, adamw and fold_weights: everything once per optimiser step. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';
import type { KernelVariant } from './variant';

/** Threads of adamw.wgsl own this many vec4 each, so that adding the norm's partial sums stays cheap. */
const vectorsPerThread = 16;

export interface FinishSpec {
  readonly variant: KernelVariant;
  /** Shards that hold the matrices, the gains of the norms in front of them, and the gradients. */
  readonly weights: BufferSlice;
  readonly gains: BufferSlice;
  readonly grads: BufferSlice;
  /** Where the folded weights' gradients are, when not in `grads`. */
  readonly folded: BufferSlice | null;
  /** Table of `Chunk` (8 u32 each), see finish_grads.wgsl. */
  readonly chunks: BufferSlice;
  readonly chunkCount: number;
  /** [chunks, columns]. */
  readonly partial: BufferSlice;
  /** Widest norm, floats. */
  readonly columns: number;
}

/** Gradients of the maps behind norms. */
export function finishGradients(spec: FinishSpec): KernelCall {
  const wx = spec.variant.groupThreads;
  const columns4 = spec.columns / 4;
  const groups = Math.ceil(columns4 / wx);
  const moved = spec.folded !== null;
  return {
    label: 'finish gradients',
    shader: 'finish_grads.wgsl',
    constants: { WX: wx, COLUMNS: columns4, MOVED: moved ? 1 : 0, SOURCE: moved ? 'folded' : 'grads' },
    bindings: [spec.chunks, spec.weights, spec.gains, spec.grads, spec.partial, spec.folded],
    grid: () => [groups, spec.chunkCount, 1],
  };
}

/** Gradients of the norms' gains, from the partial sums that `finishGradients` left. */
export function gainGradients(spec: {
  readonly variant: KernelVariant;
  /** Table of vec4u per norm, see gain_grad.wgsl. */
  readonly norms: BufferSlice;
  readonly normCount: number;
  readonly partial: BufferSlice;
  readonly grads: BufferSlice;
  readonly columns: number;
}): KernelCall {
  const wx = spec.variant.groupThreads;
  const columns4 = spec.columns / 4;
  const groups = Math.ceil(columns4 / wx);
  return {
    label: 'gain gradients',
    shader: 'gain_grad.wgsl',
    constants: { WX: wx, COLUMNS: columns4 },
    bindings: [spec.norms, spec.partial, spec.grads],
    grid: () => [groups, spec.normCount, 1],
  };
}

/** A shard of the gradients: `count` floats, `start` floats after the first shard's start. */
export interface GradientShard {
  readonly grads: BufferSlice;
  readonly start: number;
  readonly count: number;
}

/** Sums that `gradNorm` carries from shard to shard. */
export const carriedSums = ({ normPartials, normThreads }: KernelVariant): number => normPartials * normThreads;

/** Partial sums of squares of all shards' gradients, [normPartials]; one dispatch for each shard. `carried` [carriedSums]
 * is needed where there is more than one. */
export function gradNorm(spec: {
  readonly variant: KernelVariant;
  readonly shards: readonly GradientShard[];
  readonly partial: BufferSlice;
  readonly carried: BufferSlice | null;
}): KernelCall[] {
  const { normPartials, normThreads } = spec.variant;
  const last = spec.shards.length - 1;
  return spec.shards.map(({ grads, start, count }, s) => ({
    label: 'gradient norm',
    shader: 'grad_norm.wgsl',
    constants: {
      WG: normThreads,
      PARTIALS: normPartials,
      FIRST: s === 0 ? 1 : 0,
      LAST: s === last ? 1 : 0,
      START4: (start / 4) % carriedSums(spec.variant),
      COUNT4: count / 4,
    },
    bindings: [grads, s === last ? spec.partial : null, last > 0 ? spec.carried : null],
    grid: () => [normThreads > 1 ? normPartials : normPartials / 8, 1, 1],
  }));
}

/** One AdamW step over the `count` parameters of a shard; `report` gets the gradient norm and whether the step was skipped. */
export function adamw(spec: {
  readonly variant: KernelVariant;
  readonly options: BufferSlice;
  readonly weights: BufferSlice;
  readonly grads: BufferSlice;
  readonly firstMoment: BufferSlice;
  readonly secondMoment: BufferSlice;
  readonly partial: BufferSlice;
  readonly report: BufferSlice;
  readonly count: number;
  /** Norm gains and biases start here, in the shard. */
  readonly vectorsAt: number;
}): KernelCall {
  const groups = grid1d(Math.max(1, Math.ceil(spec.count / 4 / vectorsPerThread / 64)));
  return {
    label: 'adamw',
    shader: 'adamw.wgsl',
    constants: { PARTIALS: spec.variant.normPartials, COUNT4: spec.count / 4, VECTORS4: spec.vectorsAt / 4 },
    bindings: [spec.options, spec.weights, spec.grads, spec.firstMoment, spec.secondMoment, spec.partial, spec.report],
    grid: () => groups,
  };
}

/** Refreshes folded transposes after a change of the weights. `matrices`: table of 8 u32, see fold_weights.wgsl. */
export function foldWeights(spec: {
  readonly matrices: BufferSlice;
  readonly matrixCount: number;
  readonly largestBlocks: number;
  readonly weights: BufferSlice;
  readonly gains: BufferSlice;
  readonly folded: BufferSlice;
}): KernelCall {
  const groups = Math.min(4096, Math.ceil(spec.largestBlocks / 64));
  return {
    label: 'fold weights',
    shader: 'fold_weights.wgsl',
    constants: {},
    bindings: [spec.matrices, spec.weights, spec.gains, spec.folded],
    grid: () => [groups, spec.matrixCount, 1],
  };
}
