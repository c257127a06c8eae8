/** The dispatches of a decoder layer over packed rows, forward. */
import { sliceOf } from '../../gpu/buffers';
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { attention, rope, type AttentionBuffers } from '../../kernels/attention';
import type { LayerLayout } from '../weights/layout';
import { headShape, productsAfterAttention, projection, type ProductBuffers, type ProductContext } from './products';

/** Activations of one layer for R rows (R = capacity, a multiple of 64); see `layerFloats`. */
export interface LayerActivations {
  /** Input of the layer, [R, width]. */
  readonly x: GPUBuffer;
  readonly middle: GPUBuffer;
  readonly rstd: GPUBuffer;
  readonly qkv: GPUBuffer;
  /** Only where the heads have norms. */
  readonly raw?: GPUBuffer;
  readonly mixedAct: GPUBuffer;
  readonly gateUp: GPUBuffer;
  readonly stats: GPUBuffer;
  /** Only with an adapter. */
  readonly low?: GPUBuffer;
}

export interface LayerContext extends ProductContext {
  readonly batch: BufferSlice;
  readonly rows: BufferSlice;
  /** Rotary embedding. */
  readonly table: BufferSlice;
}

/** `output` is the next layer's x. */
function productBuffers(context: LayerContext, own: LayerActivations, output: GPUBuffer): ProductBuffers {
  const { capacity, weights } = context;
  const { mixed, act } = weights.layout.decoder.widths;
  return {
    x: own.x,
    raw: own.raw ?? own.qkv,
    mixed: sliceOf(own.mixedAct, 0, capacity * mixed),
    middle: own.middle,
    attentionRstd: sliceOf(own.rstd, 0, capacity),
    mlpRstd: sliceOf(own.rstd, capacity, capacity),
    gateUp: own.gateUp,
    act: sliceOf(own.mixedAct, capacity * mixed, capacity * act),
    output,
    ...(own.low ? { low: own.low } : {}),
  };
}

export function attentionBuffers(context: LayerContext, layer: LayerLayout, own: LayerActivations): AttentionBuffers {
  return {
    batch: context.batch,
    rows: context.rows,
    table: context.table,
    qkv: { buffer: own.qkv },
    raw: { buffer: own.raw ?? own.qkv },
    mixed: sliceOf(own.mixedAct, 0, context.capacity * context.weights.layout.decoder.widths.mixed),
    stats: { buffer: own.stats },
    vectors: context.weights.vector(layer.vectors),
  };
}

/** q, k, v of the layer's input, rotated: all that a prompt's prefix needs of the last layer. */
export function projectCalls(context: LayerContext, layer: LayerLayout, own: LayerActivations): KernelCall[] {
  const { config, table, rows } = context;
  const buffers = productBuffers(context, own, own.x);
  // a norm per head needs the whole head before it can rotate, an adapter's product binds what the table would, and a matrix in pieces
  // may be cut inside a head: such models rotate in a dispatch of their own
  const adapted = (context.adapter?.map(layer.index, 'qkv') ?? null) !== null;
  const inPieces = context.weights.forwardFactors(layer.matrices.qkv).length > 1;
  if (config.qkNorm || config.headDim % 8 !== 0 || adapted || inPieces) {
    return [
      ...projection(context, layer, buffers, { kind: 'plain' }),
      rope(headShape(context, layer), attentionBuffers(context, layer, own)),
    ];
  }
  const rotated = (config.heads + config.kvHeads) * config.headDim;
  const output = { kind: 'rope', table, packedRows: rows, headDim: config.headDim, rotated } as const;
  return projection(context, layer, buffers, output);
}

/** The whole layer; `output` is the next layer's x. With `again` all activations but that one, for a backward pass. */
export function forwardCalls(
  context: LayerContext,
  layer: LayerLayout,
  own: LayerActivations,
  output: GPUBuffer,
  again = false,
): KernelCall[] {
  return [
    ...projectCalls(context, layer, own),
    attention(headShape(context, layer), attentionBuffers(context, layer, own), context.variant),
    ...productsAfterAttention(context, layer, productBuffers(context, own, output), again ? 'again: ' : '', again),
  ];
}
