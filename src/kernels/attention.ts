/** Wrappers of rope, attention and its backward pass for packed rows; attentionForm.ts chooses among the forms of the kernels. */
import { grid1d, type BufferSlice, type KernelCall, type PlanSizes } from '../gpu/plan';
import { floatLiteral } from './gemm';
import { attentionKernel } from './attentionForm';
import { headConstants, type HeadShape } from './headShape';
import type { KernelVariant } from './variant';

export interface AttentionBuffers {
  readonly batch: BufferSlice;
  readonly rows: BufferSlice;
  /** cos, sin [positions, headDim / 2]. */
  readonly table: BufferSlice;
  /** [rows, qkvWidth], rotated (and normed with qkNorm). */
  readonly qkv: BufferSlice;
  /** As projected, with qkNorm only; else the same as `qkv`. */
  readonly raw: BufferSlice;
  /** [rows, mixedWidth]. */
  readonly mixed: BufferSlice;
  /** Log-sum-exp [R, qHeads] | delta [R, qHeads] | dots [R, qHeads + kvHeads], R = the batch's capacity in rows. */
  readonly stats: BufferSlice;
  /** The layer's norm gains and biases. */
  readonly vectors: BufferSlice;
}

export interface AttentionGradientBuffers {
  readonly dMixed: BufferSlice;
  readonly dqkv: BufferSlice;
  /** [rows, qkvWidth], with qkNorm only: each element's share of the q and k gains' gradients. */
  readonly normGrad: BufferSlice | null;
}

const threads = (name: string, perRow: number) => (sizes: PlanSizes) =>
  grid1d(Math.ceil(((sizes[name] ?? 0) * perRow) / 64));

/** Rotates q and k (after their norms, when the model has them). */
export function rope(shape: HeadShape, buffers: AttentionBuffers): KernelCall {
  const rotated = shape.qHeads + shape.kvHeads;
  const heads = shape.qkNorm ? rotated + shape.kvHeads : rotated;
  return {
    label: 'rope',
    shader: 'rope.wgsl',
    constants: {
      DH: shape.headDim,
      STRIDE: shape.qkvWidth,
      HEADS: heads,
      ROTATED: rotated,
      Q_HEADS: shape.qHeads,
      QK_NORM: shape.qkNorm ? 1 : 0,
      Q_GAIN: shape.qGainAt,
      K_GAIN: shape.kGainAt,
      EPS: floatLiteral(shape.epsilon),
    },
    bindings: [
      buffers.batch,
      buffers.rows,
      buffers.table,
      buffers.qkv,
      ...(shape.qkNorm ? [buffers.raw, buffers.vectors] : []),
    ],
    grid: threads('rows', heads),
  };
}

export function attention(shape: HeadShape, buffers: AttentionBuffers, variant: KernelVariant): KernelCall {
  return {
    label: 'attention',
    ...attentionKernel('attention', shape, variant, shape.qHeads, 1024),
    bindings: [buffers.batch, buffers.rows, buffers.qkv, buffers.mixed, buffers.stats],
  };
}

/** d q (and delta), then d k and d v, then with q/k norms back through these: two or three dispatches, in this order. Two would
 * do with norms too, but the second would bind ten storage buffers, and WebGPU promises eight. */
export function attentionBackward(
  shape: HeadShape,
  buffers: AttentionBuffers,
  gradients: AttentionGradientBuffers,
  variant: KernelVariant,
): KernelCall[] {
  const { stats } = buffers;
  const { dMixed, dqkv } = gradients;
  const tail = [
    stats,
    dqkv,
    shape.qkNorm ? null : buffers.table,
    shape.qkvBias && !shape.qkNorm ? buffers.vectors : null,
  ];
  const calls: KernelCall[] = [
    {
      label: 'attention backward q',
      ...attentionKernel('attention_backward_q', shape, variant, shape.qHeads, 512),
      bindings: [buffers.batch, buffers.rows, buffers.qkv, buffers.mixed, dMixed, ...tail],
    },
    {
      label: 'attention backward kv',
      ...attentionKernel('attention_backward_kv', shape, variant, shape.kvHeads, 512),
      bindings: [buffers.batch, buffers.rows, buffers.qkv, null, dMixed, ...tail],
    },
  ];
  const { normGrad } = gradients;
  if (normGrad) {
    const heads = shape.qHeads + shape.kvHeads;
    calls.push({
      label: 'heads backward',
      shader: 'heads_backward.wgsl',
      constants: { ...headConstants(shape), DOTS: heads },
      bindings: [buffers.batch, buffers.rows, buffers.table, buffers.raw, buffers.vectors, dqkv, normGrad, stats],
      grid: threads('rows', heads),
    });
  }
  return calls;
}

/** Float offset of the rows' dot products in `stats` (a multiple of 64, since capacities are). */
export function attentionDotsAt(shape: HeadShape, capacity: number): number {
  return 2 * capacity * shape.qHeads;
}
