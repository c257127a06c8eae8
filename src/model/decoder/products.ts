/** The forward products of a layer, around its attention: the same for packed rows and for sequences that are being sampled. */
import { sliceOf } from '../../gpu/buffers';
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { gemm, type GemmOutput, type GemmSpec } from '../../kernels/gemm';
import type { HeadShape } from '../../kernels/headShape';
import type { KernelVariant } from '../../kernels/variant';
import { at, invariant } from '../../lib/invariant';
import type { AdaptedMap } from '../adapter/adapterLayout';
import type { AdapterWeights } from '../adapter/adapterWeights';
import type { ModelConfig } from '../config';
import type { LinearRole } from '../description';
import type { LayerLayout } from '../weights/layout';
import { forwardPieces } from './pieceProducts';
import type { WeightSource } from '../weights/weightSource';

export interface ProductContext {
  readonly config: ModelConfig;
  readonly variant: KernelVariant;
  readonly weights: WeightSource;
  /** Null where there is none, or where it is off. */
  readonly adapter: AdapterWeights | null;
  /** Rows that the activations' buffers hold. */
  readonly capacity: number;
}

export interface ProductBuffers {
  /** Input of the layer, [R, width]. */
  readonly x: GPUBuffer;
  /** q | k | v as projected. */
  readonly raw: GPUBuffer;
  /** Attention's output. */
  readonly mixed: BufferSlice;
  /** Residual stream after attention. */
  readonly middle: GPUBuffer;
  /** rstd of the two norms, [R] each. */
  readonly attentionRstd: BufferSlice;
  readonly mlpRstd: BufferSlice;
  readonly gateUp: GPUBuffer;
  readonly act: BufferSlice;
  /** The next layer's x. */
  readonly output: GPUBuffer;
  /** The adapter's u of all maps, block after block. */
  readonly low?: GPUBuffer;
}

export function headShape({ config, weights }: ProductContext, { offsets }: LayerLayout): HeadShape {
  const { widths } = weights.layout.decoder;
  return {
    qHeads: config.heads,
    kvHeads: config.kvHeads,
    headDim: config.headDim,
    qkvWidth: widths.qkv,
    mixedWidth: widths.mixed,
    qkNorm: config.qkNorm,
    qkvBias: config.qkvBias,
    epsilon: config.rmsNormEps,
    biasAt: offsets.bias,
    qGainAt: offsets.qGain,
    kGainAt: offsets.kGain,
  };
}

/** y = x W^T for one of the layer's maps, with what an adapter adds to it; a row of `capacity` each. `low`: [R, lowWidth] of the layer. */
export function forwardProducts(
  context: ProductContext,
  { index, matrices }: LayerLayout,
  role: LinearRole,
  spec: Pick<GemmSpec, 'label' | 'a' | 'c' | 'bias' | 'norm' | 'output'>,
  low: GPUBuffer | undefined,
): KernelCall[] {
  const { variant, weights, adapter, capacity } = context;
  const factors = weights.forwardFactors(matrices[role]);
  const product = { variant, rows: 'rows', capacity, ...spec };
  const map = adapter?.map(index, role) ?? null;
  if (adapter === null || map === null) return forwardPieces(factors, product);
  const u = adapter.expand(map, lowSlice(context, map, low));
  return [...lowProducts(context, { index, matrices }, role, spec, low), ...forwardPieces(factors, product, u)];
}

/** u = s x A^T, where an adapter stands beside the map. */
export function lowProducts(
  context: ProductContext,
  { index, matrices }: Pick<LayerLayout, 'index' | 'matrices'>,
  role: LinearRole,
  { label, a }: Pick<GemmSpec, 'label' | 'a'>,
  low: GPUBuffer | undefined,
): KernelCall[] {
  const { variant, weights, adapter, capacity } = context;
  const map = adapter?.map(index, role) ?? null;
  if (adapter === null || map === null) return [];
  const { gain = null } = at(weights.forwardFactors(matrices[role]), 0);
  const factor = { ...adapter.reduce(map), gain };
  const c = lowSlice(context, map, low);
  return [
    gemm({
      label: `${label}, low rank`, variant, rows: 'rows', capacity, a, ...factor, c, scale: adapter.scale, output: { kind: 'plain' },
    }), // prettier-ignore
  ];
}

/** A map's block of u (or of its gradient) in the layer's. */
export function lowSlice(
  { capacity }: ProductContext,
  { behind, width }: AdaptedMap,
  low: GPUBuffer | undefined,
): BufferSlice {
  invariant(low !== undefined, 'an adapter has room for its products of low rank');
  return sliceOf(low, capacity * behind, capacity * width);
}

export const normOf = ({ config }: ProductContext, rstd: BufferSlice): NonNullable<GemmSpec['norm']> => ({
  rstd,
  epsilon: config.rmsNormEps,
  width: config.hiddenSize,
});

/** Logits (or values) of rows of the residual stream, in window `w` of the vocabulary. */
export function headProduct(
  context: ProductContext,
  w: number,
  spec: Pick<GemmSpec, 'label' | 'a' | 'c' | 'rows' | 'gather'> & { readonly rstd: BufferSlice },
): KernelCall {
  const { variant, weights, capacity } = context;
  const { rstd, ...rest } = spec;
  const factor = at(weights.forwardHead(), w);
  return gemm({ variant, capacity, ...factor, ...rest, norm: normOf(context, rstd), output: { kind: 'plain' } });
}

/** q, k, v of the layer's input. `prefix`: of the labels. */
export function projection(
  context: ProductContext,
  layer: LayerLayout,
  buffers: Pick<ProductBuffers, 'x' | 'raw' | 'attentionRstd' | 'low'>,
  output: GemmOutput,
  prefix = '',
): KernelCall[] {
  const { config, weights } = context;
  const { matrices, vectors, offsets } = layer;
  const bias = { at: vectors.at + offsets.bias, length: matrices.qkv.rows };
  const spec = {
    label: `${prefix}norm, qkv`,
    a: { buffer: buffers.x },
    c: { buffer: buffers.raw },
    bias: config.qkvBias ? weights.vector(bias) : null,
    norm: normOf(context, buffers.attentionRstd),
    output,
  };
  return forwardProducts(context, layer, 'qkv', spec, buffers.low);
}

/** From attention's output to the layer's; with `again` all of it but that, for a backward pass. */
export function productsAfterAttention(
  context: ProductContext,
  layer: LayerLayout,
  buffers: Omit<ProductBuffers, 'raw' | 'attentionRstd'>,
  prefix = '',
  again = false,
): KernelCall[] {
  const { x, middle, act, low } = buffers;
  const product = (role: LinearRole, spec: Pick<GemmSpec, 'label' | 'a' | 'c' | 'norm' | 'output'>) =>
    forwardProducts(context, layer, role, { ...spec, label: `${prefix}${spec.label}` }, low);
  return [
    ...product('output', {
      label: 'attention output',
      a: buffers.mixed,
      c: { buffer: middle },
      output: { kind: 'residual', residual: { buffer: x } },
    }),
    ...product('gateUp', {
      label: 'norm, gate up, swiglu',
      a: { buffer: middle },
      c: { buffer: buffers.gateUp },
      norm: normOf(context, buffers.mlpRstd),
      output: { kind: 'swiglu', act },
    }),
    ...(again
      ? lowProducts(context, layer, 'down', { label: 'down', a: act }, low)
      : product('down', {
          label: 'down',
          a: act,
          c: { buffer: buffers.output },
          output: { kind: 'residual', residual: { buffer: middle } },
        })),
  ];
}
