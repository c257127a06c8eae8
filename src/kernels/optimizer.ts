/** Wrappers of finish_grads, gain_grad, grad_norm, adamw and fold_weights: everything once per optimiser step. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';
import type { KernelVariant } from './variant';

/** Threads of adamw.wgsl own this many vec4 each, so that adding the norm's partial sums stays cheap. */
const vectorsPerThread = 16;

export interface FinishSpec {
  readonly variant: KernelVariant;
  readonly weights: BufferSlice;
  /** [slabs, slabLength]. */
  readonly grads: BufferSlice;
  readonly slabLength: number;
  /** Table of `Chunk` (8 u32 each), see finish_grads.wgsl. */
  readonly chunks: BufferSlice;
  readonly chunkCount: number;
  /** Table of vec4u per norm, see gain_grad.wgsl. */
  readonly norms: BufferSlice;
  readonly normCount: number;
  /** [chunks, columns]. */
  readonly partial: BufferSlice;
  /** Widest norm, floats. */
  readonly columns: number;
}

/** Gradients of the maps behind norms, then of the norms' gains. */
export function finishGradients(spec: FinishSpec): KernelCall[] {
  const wx = spec.variant.groupThreads;
  const columns4 = spec.columns / 4;
  const constants = { WX: wx, SPLITS: spec.variant.gradientSlabs, SLAB4: spec.slabLength / 4, COLUMNS: columns4 };
  const groups = Math.ceil(columns4 / wx);
  return [
    {
      label: 'finish gradients',
      shader: 'finish_grads.wgsl',
      constants,
      bindings: [spec.chunks, spec.weights, spec.grads, spec.partial],
      grid: () => [groups, spec.chunkCount, 1],
    },
    {
      label: 'gain gradients',
      shader: 'gain_grad.wgsl',
      constants: { WX: wx, COLUMNS: columns4 },
      bindings: [spec.norms, spec.partial, spec.grads],
      grid: () => [groups, spec.normCount, 1],
    },
  ];
}

/** Partial sums of squares of the first `count` gradients, [normPartials]; adds the slabs on the way. */
export function gradNorm(spec: {
  variant: KernelVariant;
  grads: BufferSlice;
  slabLength: number;
  count: number;
  partial: BufferSlice;
}): KernelCall {
  const { normPartials, normThreads, gradientSlabs } = spec.variant;
  return {
    label: 'gradient norm',
    shader: 'grad_norm.wgsl',
    constants: {
      WG: normThreads,
      PARTIALS: normPartials,
      SPLITS: gradientSlabs,
      SLAB4: spec.slabLength / 4,
      COUNT4: spec.count / 4,
    },
    bindings: [spec.grads, spec.partial],
    grid: () => [normThreads > 1 ? normPartials : normPartials / 8, 1, 1],
  };
}

/** One AdamW step over `count` parameters; `report` gets the gradient norm and whether the step was skipped. */
export function adamw(spec: {
  variant: KernelVariant;
  options: BufferSlice;
  weights: BufferSlice;
  grads: BufferSlice;
  firstMoment: BufferSlice;
  secondMoment: BufferSlice;
  partial: BufferSlice;
  report: BufferSlice;
  count: number;
  /** Norm gains and biases start here. */
  vectorsAt: number;
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

/** Refreshes the folded transposes after a change of the weights. `matrices`: table of 8 u32, see fold_weights.wgsl. */
export function foldWeights(spec: {
  matrices: BufferSlice;
  matrixCount: number;
  largestBlocks: number;
  weights: BufferSlice;
  folded: BufferSlice;
}): KernelCall {
  const groups = Math.min(4096, Math.ceil(spec.largestBlocks / 64));
  return {
    label: 'fold weights',
    shader: 'fold_weights.wgsl',
    constants: {},
    bindings: [spec.matrices, spec.weights, spec.folded],
    grid: () => [groups, spec.matrixCount, 1],
  };
}
