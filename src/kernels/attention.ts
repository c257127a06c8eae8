/** Wrappers of rope.wgsl, attention.wgsl and attention_backward_{q,kv}.wgsl for packed rows. */
import { grid1d, type BufferSlice, type KernelCall, type PlanSizes } from '../gpu/plan';
import { floatLiteral } from './gemm';
import { headConstants, type HeadShape } from './headShape';

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

export function attention(shape: HeadShape, buffers: AttentionBuffers): KernelCall {
  return {
    label: 'attention',
    shader: 'attention.wgsl',
    constants: headConstants(shape),
    bindings: [buffers.batch, buffers.rows, buffers.qkv, buffers.mixed, buffers.stats],
    grid: threads('rows', shape.qHeads),
  };
}

/** d q (and delta), then d k and d v: two dispatches, in this order. */
export function attentionBackward(
  shape: HeadShape,
  buffers: AttentionBuffers,
  gradients: AttentionGradientBuffers,
): KernelCall[] {
  const constants = {
    ...headConstants(shape),
    DOTS: shape.qHeads + shape.kvHeads,
  };
  const tail = [
    buffers.stats,
    gradients.dqkv,
    buffers.table,
    shape.qkNorm || shape.qkvBias ? buffers.vectors : null,
    shape.qkNorm ? buffers.raw : null,
    gradients.normGrad,
  ];
  return [
    {
      label: 'attention backward q',
      shader: 'attention_backward_q.wgsl',
      constants,
      bindings: [buffers.batch, buffers.rows, buffers.qkv, buffers.mixed, gradients.dMixed, ...tail],
      grid: threads('rows', shape.qHeads),
    },
    {
      label: 'attention backward kv',
      shader: 'attention_backward_kv.wgsl',
      constants,
      bindings: [buffers.batch, buffers.rows, buffers.qkv, null, gradients.dMixed, ...tail],
      grid: threads('rows', shape.kvHeads),
    },
  ];
}

/** Float offset of the rows' dot products in `stats` (a multiple of 64, since capacities are). */
export function attentionDotsAt(shape: HeadShape, capacity: number): number {
  return 2 * capacity * shape.qHeads;
}
