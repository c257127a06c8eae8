/**
 * The forms of the attention kernels: same bindings, same results up to rounding (registers and loops: same bits).
 *
 * registers: a thread owns a head of a row, unrolled. Fastest for narrow heads, but its code and its registers grow with the head:
 *   at 64 it takes lavapipe half a minute to compile, and GPUs run out of registers.
 * loops: for wide heads on CPU adapters. Eight rows to a work group walk the same keys, sums lie in memory.
 * tiles: for wide heads on GPUs. Keys are staged in work group memory for sixteen rows, several threads share a row's head.
 */
import { grid1d, type KernelCall, type PlanSizes } from '../gpu/plan';
import { headConstants, vectorWidth, type HeadShape } from './headShape';
import type { KernelVariant } from './variant';

type AttentionForm = 'registers' | 'loops' | 'tiles';

/** Head dimension up to which registers win: on lavapipe both forms take the same time at 32. */
const widestInRegisters = 32;

export function attentionForm(shape: HeadShape, { software }: KernelVariant): AttentionForm {
  if (shape.headDim <= widestInRegisters) return 'registers';
  // the tiles have 64 threads or more for the vectors of a head
  return software || shape.headDim / vectorWidth(shape) > 64 ? 'loops' : 'tiles';
}

/** Keys, or queries, that the loops walk at a time: more takes longer to compile, and is not faster. */
export const keysAtOnce = 4;

/** Rows of a work group: lavapipe computes eight threads at a time. */
const loops = { LANES: 8, KEYS: keysAtOnce, QUERIES: keysAtOnce } as const;

/** Rows of a work group of the tiles. */
const tileRows = 16;

/** Threads that share a head, as few as leave four vectors to each, and keys staged at a time. Work group memory stays within the
 * 16 KiB that WebGPU promises: `floats` of each of the two factors, and about as much for the threads' shares of dot products. */
function tileConstants(shape: HeadShape, floats: number): Record<string, number> {
  const lanes = shape.headDim / vectorWidth(shape);
  const divisors = [1, 2, 4, 8].filter((count) => lanes % count === 0);
  const slices = divisors.find((count) => lanes / count <= 4) ?? Math.max(...divisors);
  return {
    SLICES: slices,
    PER: lanes / slices,
    TILE: Math.max(1, Math.min(16, Math.floor(floats / shape.headDim))),
  };
}

/** Shader, constants and grid of `name`.wgsl, `name`_loops.wgsl or `name`_tiles.wgsl, for `heads` heads a row. `staged`: floats
 * of each factor in work group memory. */
export function attentionKernel(
  name: string,
  shape: HeadShape,
  variant: KernelVariant,
  heads: number,
  staged: number,
): Pick<KernelCall, 'shader' | 'constants' | 'grid'> {
  const constants = { ...headConstants(shape), DOTS: shape.qHeads + shape.kvHeads };
  const rowsOf = (sizes: PlanSizes) => sizes['rows'] ?? 0;
  const form = attentionForm(shape, variant);
  switch (form) {
    case 'registers':
      return { shader: `${name}.wgsl`, constants, grid: (sizes) => grid1d(Math.ceil((rowsOf(sizes) * heads) / 64)) };
    case 'loops':
      return {
        shader: `${name}_loops.wgsl`,
        constants: { ...constants, ...loops },
        grid: (sizes) => grid1d(Math.ceil(rowsOf(sizes) / loops.LANES) * heads),
      };
    case 'tiles':
      return {
        shader: `${name}_tiles.wgsl`,
        constants: { ...constants, ...tileConstants(shape, staged) },
        grid: (sizes) => grid1d(Math.ceil(rowsOf(sizes) / tileRows) * heads),
      };
    default:
      return form satisfies never;
  }
}
