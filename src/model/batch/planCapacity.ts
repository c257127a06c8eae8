/** How large a micro-batch may be: what the work wants, as far as memory and bindings allow. */
import type { Gpu } from '../../gpu/device';
import type { KernelVariant } from '../../kernels/variant';
import type { ModelConfig } from '../config';
import type { Decoder } from '../description';
import type { PackedCapacity } from '../decoder/packedPlan';
import { keepsLogits, logitFloats, usualLogitBytes } from '../decoder/headWindows';
import { activationFloats } from '../memoryPlan';
import { packedSize, rowsOf, type PackInput } from './packing';

export interface CapacityBounds {
  /** Bytes of activations that one micro-batch may take. */
  readonly activationBytes?: number;
  /** Bytes of logits that are kept from sweep to sweep over a large vocabulary; those that take more are computed again. */
  readonly logitBytes?: number;
  /** Rows per micro-batch at most; for tests of the split. */
  readonly maxRows?: number;
  /** Whether activations are computed again in the backward pass; by default where they would not fit. */
  readonly recompute?: boolean;
}

/** Micro-batches below this compute everything again rather than go through the weights once more. */
const fewRows = 256;

export interface CapacityWish {
  /** For all of the work at once. */
  readonly rows: number;
  readonly headRows: number;
  /** For its longest sequence, which cannot be split. */
  readonly leastRows: number;
  readonly leastHeadRows: number;
}

export function wishOf(inputs: readonly PackInput[]): CapacityWish {
  const most = (size: (input: PackInput) => number) =>
    inputs.reduce((largest, input) => Math.max(largest, size(input)), 0);
  return { ...packedSize(inputs), leastRows: most(rowsOf), leastHeadRows: most(({ completion }) => completion.length) };
}

/** `lowWidth`: of an adapter's products, floats a row. `current` where that is large enough already, else a capacity that has room for both. */
export function planCapacity(
  gpu: Pick<Gpu, 'adapter' | 'limits'>,
  config: ModelConfig,
  decoder: Decoder,
  variant: KernelVariant,
  lowWidth: number,
  bounds: CapacityBounds,
  wish: CapacityWish,
  current: PackedCapacity | null,
): PackedCapacity {
  const bytes = bounds.activationBytes ?? (gpu.adapter.software ? 128 : 512) * 2 ** 20;
  const binding = gpu.limits['maxStorageBufferBindingSize'] ?? 2 ** 27;
  const { perRow, perRowAgain, gradientsPerRow, widest } = activationFloats(config, decoder, variant, lowWidth);
  const rowsFor = (floats: number) =>
    Math.min(Math.floor(bytes / (4 * (floats + gradientsPerRow))), Math.floor(binding / (4 * widest)));
  const whole = rowsFor(perRow);
  const tooFew = whole < wish.leastRows || whole < Math.min(wish.rows, fewRows);
  const recompute = bounds.recompute ?? (current?.recompute === true || (tooFew && config.layers > 1));
  const mostRows = Math.min(bounds.maxRows ?? Infinity, recompute ? rowsFor(perRowAgain) : whole);
  const mostHeadRows = Math.floor(Math.min(bytes, binding) / (logitFloats(decoder, false) * 4));
  const round = (value: number) => Math.ceil(value / 64) * 64;
  const rows = round(Math.max(wish.leastRows, Math.min(wish.rows, mostRows)));
  const headRows = round(Math.max(wish.leastHeadRows, Math.min(wish.headRows, mostHeadRows)));
  if (current && current.rows >= rows && current.headRows >= headRows) return current;
  const grown = Math.max(headRows, current?.headRows ?? 0);
  const logitBytes = bounds.logitBytes ?? usualLogitBytes(variant.software);
  return {
    rows: Math.max(rows, current?.rows ?? 0),
    headRows: grown,
    recompute,
    keepLogits: keepsLogits(decoder, grown, logitBytes),
  };
}
