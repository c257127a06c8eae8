/** Shape of the attention heads, shared by every attention kernel. */
export interface HeadShape {
  readonly qHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Floats per packed q | k | v row, a multiple of 4. */
  readonly qkvWidth: number;
  /** Floats per attention output row, a multiple of 4. */
  readonly mixedWidth: number;
  readonly qkNorm: boolean;
  readonly qkvBias: boolean;
  readonly epsilon: number;
  /** Float offsets in the layer's block of vectors; 0 when absent. */
  readonly biasAt: number;
  readonly qGainAt: number;
  readonly kGainAt: number;
}

/** Floats per lane vector: 4 when the head dimension allows it. */
export function vectorWidth(shape: HeadShape): 4 | 1 {
  return shape.headDim % 4 === 0 ? 4 : 1;
}

/** The constants of attention.wgsl, attention_backward_*.wgsl and decode_attention.wgsl. */
export function headConstants(shape: HeadShape): Record<string, number | string> {
  const vw = vectorWidth(shape);
  const dv = shape.headDim / vw;
  return {
    VW: vw,
    DV: dv,
    DH: shape.headDim,
    Q_HEADS: shape.qHeads,
    KV_HEADS: shape.kvHeads,
    GROUP: shape.qHeads / shape.kvHeads,
    STRIDE: shape.qkvWidth / vw,
    STRIDE1: shape.qkvWidth,
    OUT_STRIDE: shape.mixedWidth / vw,
    K_START: shape.qHeads * dv,
    V_START: (shape.qHeads + shape.kvHeads) * dv,
    V_START1: (shape.qHeads + shape.kvHeads) * shape.headDim,
    SCALE: String(Math.fround(1 / Math.sqrt(shape.headDim))),
    QK_NORM: shape.qkNorm ? 1 : 0,
    BIAS: shape.qkvBias ? 1 : 0,
    EPS: String(Math.fround(shape.epsilon)),
    BIAS_AT: shape.biasAt,
    Q_GAIN: shape.qGainAt,
    K_GAIN: shape.kGainAt,
  };
}
