/** What the plans keep per row, in floats: the plans allocate by these lists and the memory plan adds them up. */
import { swigluDots } from '../../kernels/gemm';
import { sampleRowBytes } from '../../kernels/sample';
import type { KernelVariant } from '../../kernels/variant';
import { isWindowed } from '../../kernels/vocabulary';
import type { ModelConfig } from '../config';
import type { Decoder } from '../description';

/** Activations of one layer, per packed row, kept until its backward pass. `lowWidth`: see `AdapterLayout`, 0 without an adapter. */
export function layerFloats({ widths }: Decoder, config: ModelConfig, lowWidth: number) {
  return {
    middle: widths.middle,
    /** Of the two norms, [2, R]. */
    rstd: 2,
    /** Rotated. */
    qkv: widths.qkv,
    /** As projected, where the heads have norms; else `qkv` is both. */
    ...(config.qkNorm ? { raw: widths.qkv } : {}),
    /** Attention's output [R, mixed], then SwiGLU's [R, act]. */
    mixedAct: widths.mixed + widths.act,
    gateUp: widths.gateUp,
    /** See `AttentionBuffers.stats`. */
    stats: 3 * config.heads + config.kvHeads,
    /** The adapter's u = A x of every map. */
    ...(lowWidth > 0 ? { low: lowWidth } : {}),
  } as const;
}

/** Gradients on their way through the layers, per packed row, shared by all of them. */
export function gradientFloats({ widths }: Decoder, config: ModelConfig, variant: KernelVariant, lowWidth: number) {
  return {
    /** Of a layer's output, and when it is done of its input. */
    dx: widths.x,
    dMiddle: widths.middle,
    /** d q | k | v [R, qkv], then d gate | up [R, gateUp]. */
    dLinear: widths.qkv + widths.gateUp,
    dMixed: widths.mixed,
    /** Partial dot products of d gate | up with gate | up, [R, swigluDots]. */
    mlpDots: swigluDots(widths.act, variant),
    /** Each element's share of the gradients of q and k gains. */
    ...(config.qkNorm ? { normGrad: widths.qkv } : {}),
    ...(lowWidth > 0 ? { dLow: lowWidth } : {}),
  } as const;
}

/** Per head row, the rows that a loss sees, beside their logits (`logitFloats`). */
export function headFloats({ widths }: Decoder) {
  return {
    rstd: 1,
    dots: 1,
    result: 4,
    /** What is known of a row's softmax from window to window. */
    ...(isWindowed(widths.logits) ? { softmax: 4 } : {}),
  } as const;
}

/** Per sequence that is being sampled, beside its keys, values and logits. */
export function decodeFloats({ widths }: Decoder, lowWidth: number) {
  const { x, middle, qkv, mixed, gateUp, act, logits } = widths;
  return {
    x,
    middle,
    qkv,
    mixed,
    gateUp,
    act,
    rstd: 1,
    ...(lowWidth > 0 ? { low: lowWidth } : {}),
    /** What is known of a draw from window to window. */
    ...(isWindowed(logits) ? { draw: sampleRowBytes / 4 } : {}),
  } as const;
}

type Floats = Readonly<Record<string, number>>;

export const sumFloats = (floats: Floats): number => Object.values(floats).reduce((total, width) => total + width, 0);

/** A buffer for each entry. */
export function allocate<Widths extends Floats>(
  floats: Widths,
  rows: number,
  create: (name: string, count: number) => GPUBuffer,
): { readonly [Name in keyof Widths]: GPUBuffer } {
  const buffers = Object.entries(floats).map(([name, width]) => [name, create(name, rows * width)] as const);
  return Object.fromEntries(buffers) as { [Name in keyof Widths]: GPUBuffer };
}
