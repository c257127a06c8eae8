/** The forward products of a layer, around its attention: the same for packed rows and for sequences that are being sampled. */
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { gemm, type GemmOutput, type GemmSpec } from '../../kernels/gemm';
import type { HeadShape } from '../../kernels/headShape';
import type { KernelVariant } from '../../kernels/variant';
import type { ModelConfig } from '../config';
import type { DecoderWeights } from '../weights/decoderWeights';
import type { FoldedRegion, LayerLayout } from '../weights/layout';

export interface ProductContext {
  readonly config: ModelConfig;
  readonly variant: KernelVariant;
  readonly weights: DecoderWeights;
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

/** y = x W^T for one of the model's maps, a row of `capacity` each. */
export function forwardProduct(
  { variant, weights, capacity }: ProductContext,
  region: FoldedRegion,
  spec: Pick<GemmSpec, 'label' | 'a' | 'c' | 'bias' | 'norm' | 'output'>,
): KernelCall {
  return gemm({ variant, rows: 'rows', capacity, ...weights.forwardFactor(region), ...spec });
}

export const normOf = ({ config }: ProductContext, rstd: BufferSlice): NonNullable<GemmSpec['norm']> => ({
  rstd,
  epsilon: config.rmsNormEps,
  width: config.hiddenSize,
});

/** q, k, v of the layer's input. `prefix`: of the labels. */
export function projection(
  context: ProductContext,
  { matrices, vectors, offsets }: LayerLayout,
  buffers: Pick<ProductBuffers, 'x' | 'raw' | 'attentionRstd'>,
  output: GemmOutput,
  prefix = '',
): KernelCall {
  const { config, weights } = context;
  const bias = { at: vectors.at + offsets.bias, length: matrices.qkv.rows };
  return forwardProduct(context, matrices.qkv, {
    label: `${prefix}norm, qkv`,
    a: { buffer: buffers.x },
    c: { buffer: buffers.raw },
    bias: config.qkvBias ? weights.vector(bias) : null,
    norm: normOf(context, buffers.attentionRstd),
    output,
  });
}

/** From attention's output to the layer's. */
export function productsAfterAttention(
  context: ProductContext,
  { matrices }: LayerLayout,
  buffers: Omit<ProductBuffers, 'raw' | 'attentionRstd'>,
  prefix = '',
): KernelCall[] {
  const { x, middle, act } = buffers;
  return [
    forwardProduct(context, matrices.output, {
      label: `${prefix}attention output`,
      a: buffers.mixed,
      c: { buffer: middle },
      output: { kind: 'residual', residual: { buffer: x } },
    }),
    forwardProduct(context, matrices.gateUp, {
      label: `${prefix}norm, gate up, swiglu`,
      a: { buffer: middle },
      c: { buffer: buffers.gateUp },
      norm: normOf(context, buffers.mlpRstd),
      output: { kind: 'swiglu', act },
    }),
    forwardProduct(context, matrices.down, {
      label: `${prefix}down`,
      a: act,
      c: { buffer: buffers.output },
      output: { kind: 'residual', residual: { buffer: middle } },
    }),
  ];
}
