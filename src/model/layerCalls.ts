/** The dispatches of a decoder layer, forward and backward, over packed rows. */
import { sliceOf } from '../gpu/buffers';
import type { BufferSlice, KernelCall } from '../gpu/plan';
import { attention, attentionBackward, attentionDotsAt, rope, type AttentionBuffers } from '../kernels/attention';
import { gemm, swigluDots } from '../kernels/gemm';
import type { HeadShape } from '../kernels/headShape';
import { columnSum } from '../kernels/rowSums';
import type { KernelVariant } from '../kernels/variant';
import { weightGrad } from '../kernels/weightGrad';
import type { ModelConfig } from './config';
import type { LayerLayout, ParameterLayout } from './layout';
import type { ParameterBuffers } from './parameterBuffers';

/** Activations of one layer for R rows (R = capacity, a multiple of 64). */
export interface LayerActivations {
  /** Input of the layer, [R, width]. */
  readonly x: GPUBuffer;
  /** Residual stream after attention, [R, width]. */
  readonly middle: GPUBuffer;
  /** rstd of the two norms, [2, R]. */
  readonly rstd: GPUBuffer;
  /** [R, qkvWidth] rotated. */
  readonly qkv: GPUBuffer;
  /** [R, qkvWidth] as projected; the same buffer without q/k norms. */
  readonly raw: GPUBuffer;
  /** Attention output [R, mixedWidth], then SwiGLU output [R, mlpWidth]. */
  readonly mixedAct: GPUBuffer;
  /** [R, gate | up]. */
  readonly gateUp: GPUBuffer;
  /** See `AttentionBuffers.stats`. */
  readonly stats: GPUBuffer;
}

/** Gradients that pass through a layer, shared by all layers. */
export interface LayerGradients {
  /** Gradient of the layer's output, and on return of its input, [R, width]. */
  readonly dx: GPUBuffer;
  /** Gradient of the middle residual stream, [R, width]. */
  readonly dMiddle: GPUBuffer;
  /** d q | k | v [R, qkvWidth], then d gate | up [R, 2 mlpWidth]. */
  readonly dLinear: GPUBuffer;
  readonly dMixed: GPUBuffer;
  /** Partial dot products of d gate | up with gate | up, [R, swigluDots]. */
  readonly mlpDots: GPUBuffer;
  /** [R, qkvWidth], with q/k norms only. */
  readonly normGrad: GPUBuffer | null;
}

export interface LayerContext {
  readonly config: ModelConfig;
  readonly layout: ParameterLayout;
  readonly variant: KernelVariant;
  readonly parameters: ParameterBuffers;
  readonly capacity: number;
  readonly batch: BufferSlice;
  readonly rows: BufferSlice;
  readonly table: BufferSlice;
}

export function headShape(config: ModelConfig, layout: ParameterLayout, layer: LayerLayout): HeadShape {
  return {
    qHeads: config.heads,
    kvHeads: config.kvHeads,
    headDim: config.headDim,
    qkvWidth: layout.qkvWidth,
    mixedWidth: layout.mixedWidth,
    qkNorm: config.qkNorm,
    qkvBias: config.qkvBias,
    epsilon: config.rmsNormEps,
    biasAt: layer.bias,
    qGainAt: layer.qGain,
    kGainAt: layer.kGain,
  };
}

function attentionBuffers(context: LayerContext, layer: LayerLayout, activations: LayerActivations): AttentionBuffers {
  return {
    batch: context.batch,
    rows: context.rows,
    table: context.table,
    qkv: { buffer: activations.qkv },
    raw: { buffer: activations.raw },
    mixed: sliceOf(activations.mixedAct, 0, context.capacity * context.layout.mixedWidth),
    stats: { buffer: activations.stats },
    vectors: context.parameters.vector(layer.vectorsAt, layer.vectorsLength),
  };
}

/** q, k, v of the layer's input, rotated: all that a prompt's prefix needs of the last layer. */
export function projectCalls(context: LayerContext, layer: LayerLayout, activations: LayerActivations): KernelCall[] {
  const { config, layout, variant, parameters, capacity } = context;
  // a norm per head needs the whole head before it can rotate: such models rotate in a dispatch of their own
  const fused = !config.qkNorm && config.headDim % 8 === 0;
  const rotated = (config.heads + config.kvHeads) * config.headDim;
  const calls = [
    gemm({
      label: 'norm, qkv',
      variant,
      a: { buffer: activations.x },
      ...parameters.forwardFactor(layer.qkv),
      c: { buffer: activations.raw },
      rows: 'rows',
      capacity,
      bias: config.qkvBias ? parameters.vector(layer.vectorsAt + layer.bias, layout.qkvWidth) : null,
      norm: { rstd: sliceOf(activations.rstd, 0, capacity), epsilon: config.rmsNormEps, width: config.hiddenSize },
      output: fused
        ? { kind: 'rope', table: context.table, packedRows: context.rows, headDim: config.headDim, rotated }
        : { kind: 'plain' },
    }),
  ];
  if (!fused) calls.push(rope(headShape(config, layout, layer), attentionBuffers(context, layer, activations)));
  return calls;
}

/** The whole layer; `output` is the next layer's x. */
export function forwardCalls(
  context: LayerContext,
  layer: LayerLayout,
  activations: LayerActivations,
  output: GPUBuffer,
): KernelCall[] {
  const { config, layout, variant, parameters, capacity } = context;
  const buffers = attentionBuffers(context, layer, activations);
  const act = sliceOf(activations.mixedAct, capacity * layout.mixedWidth, capacity * layout.mlpWidth);
  return [
    ...projectCalls(context, layer, activations),
    attention(headShape(config, layout, layer), buffers),
    gemm({
      label: 'attention output',
      variant,
      a: buffers.mixed,
      ...parameters.forwardFactor(layer.output),
      c: { buffer: activations.middle },
      rows: 'rows',
      capacity,
      output: { kind: 'residual', residual: { buffer: activations.x } },
    }),
    gemm({
      label: 'norm, gate up, swiglu',
      variant,
      a: { buffer: activations.middle },
      ...parameters.forwardFactor(layer.gateUp),
      c: { buffer: activations.gateUp },
      rows: 'rows',
      capacity,
      norm: {
        rstd: sliceOf(activations.rstd, capacity, capacity),
        epsilon: config.rmsNormEps,
        width: config.hiddenSize,
      },
      output: { kind: 'swiglu', act },
    }),
    gemm({
      label: 'down',
      variant,
      a: act,
      ...parameters.forwardFactor(layer.down),
      c: { buffer: output },
      rows: 'rows',
      capacity,
      output: { kind: 'residual', residual: { buffer: activations.middle } },
    }),
  ];
}

/** Backward through the layer; `gradients.dx` goes in as d output and comes out as d input. */
export function backwardCalls(
  context: LayerContext,
  layer: LayerLayout,
  activations: LayerActivations,
  gradients: LayerGradients,
): KernelCall[] {
  const { config, layout, variant, parameters, capacity } = context;
  const shape = headShape(config, layout, layer);
  const grads = parameters.grads;
  if (!grads) throw new Error('prepareTraining first');
  const buffers = attentionBuffers(context, layer, activations);
  const dqkv = sliceOf(gradients.dLinear, 0, capacity * layout.qkvWidth);
  const dGateUp = sliceOf(gradients.dLinear, capacity * layout.qkvWidth, capacity * 2 * layout.mlpWidth);
  const dots = config.heads + config.kvHeads;
  const slabs = variant.gradientSlabs;
  const calls: KernelCall[] = [
    gemm({
      label: 'down backward, swiglu backward',
      variant,
      a: { buffer: gradients.dx },
      ...parameters.backwardFactor(layer.down),
      c: dGateUp,
      rows: 'rows',
      capacity,
      output: { kind: 'swigluBackward', gateUp: { buffer: activations.gateUp }, rowDot: { buffer: gradients.mlpDots } },
    }),
    gemm({
      label: 'gate up backward, norm backward',
      variant,
      a: dGateUp,
      ...parameters.backwardFactor(layer.gateUp),
      c: { buffer: gradients.dMiddle },
      rows: 'rows',
      capacity,
      output: {
        kind: 'normBackward',
        residual: { buffer: gradients.dx },
        x: { buffer: activations.middle },
        rstd: sliceOf(activations.rstd, capacity, capacity),
        gain: parameters.vector(layer.vectorsAt + layer.mlpNorm, layout.width),
        rowDot: { buffer: gradients.mlpDots },
        dots: swigluDots(layout.mlpWidth, variant),
        width: config.hiddenSize,
        gatherX: null,
      },
    }),
    gemm({
      label: 'attention output backward',
      variant,
      a: { buffer: gradients.dMiddle },
      ...parameters.backwardFactor(layer.output),
      c: { buffer: gradients.dMixed },
      rows: 'rows',
      capacity,
      output: { kind: 'plain' },
    }),
    ...attentionBackward(shape, buffers, {
      dMixed: { buffer: gradients.dMixed },
      dqkv,
      normGrad: gradients.normGrad ? { buffer: gradients.normGrad } : null,
    }),
    weightGrad({
      label: 'weight gradients',
      variant,
      batch: context.batch,
      grads: sliceOf(grads, layer.at, (slabs - 1) * layout.gradientLength + layer.length),
      slabLength: layout.gradientLength,
      sources: [
        activations.x,
        activations.middle,
        activations.mixedAct,
        gradients.dLinear,
        gradients.dMiddle,
        gradients.dx,
      ].map((buffer) => ({ buffer })),
      rowScale: { buffer: activations.rstd },
      headRows: null,
      problems: [
        {
          dy: 3,
          dyColumns: 0,
          n: layout.qkvWidth,
          x: 0,
          xColumns: 0,
          k: layout.width,
          scale: 0,
          out: layer.qkv.at - layer.at,
        },
        {
          dy: 4,
          dyColumns: 0,
          n: layout.width,
          x: 2,
          xColumns: 0,
          k: layout.mixedWidth,
          scale: null,
          out: layer.output.at - layer.at,
        },
        {
          dy: 3,
          dyColumns: layout.qkvWidth,
          n: 2 * layout.mlpWidth,
          x: 1,
          xColumns: 0,
          k: layout.width,
          scale: 1,
          out: layer.gateUp.at - layer.at,
        },
        {
          dy: 5,
          dyColumns: 0,
          n: layout.width,
          x: 2,
          xColumns: layout.mixedWidth,
          k: layout.mlpWidth,
          scale: null,
          out: layer.down.at - layer.at,
        },
      ],
    }),
  ];
  if (config.qkvBias) {
    calls.push(
      columnSum({
        label: 'bias gradients',
        batch: context.batch,
        values: dqkv,
        stride: layout.qkvWidth,
        grads: sliceOf(grads, layer.vectorsAt + layer.bias, layout.qkvWidth),
        parts: [{ from: 0, width: layout.qkvWidth, heads: 1, out: 0 }],
      }),
    );
  }
  if (gradients.normGrad) {
    calls.push(
      columnSum({
        label: 'q and k gain gradients',
        batch: context.batch,
        values: { buffer: gradients.normGrad },
        stride: layout.qkvWidth,
        grads: sliceOf(grads, layer.vectorsAt, layer.vectorsLength),
        parts: [
          { from: 0, width: config.headDim, heads: config.heads, out: layer.qGain },
          { from: config.heads * config.headDim, width: config.headDim, heads: config.kvHeads, out: layer.kGain },
        ],
      }),
    );
  }
  calls.push(
    gemm({
      label: 'qkv backward, norm backward',
      variant,
      a: dqkv,
      ...parameters.backwardFactor(layer.qkv),
      c: { buffer: gradients.dx },
      rows: 'rows',
      capacity,
      output: {
        kind: 'normBackward',
        residual: { buffer: gradients.dMiddle },
        x: { buffer: activations.x },
        rstd: sliceOf(activations.rstd, 0, capacity),
        gain: parameters.vector(layer.vectorsAt + layer.attentionNorm, layout.width),
        rowDot: sliceOf(activations.stats, attentionDotsAt(shape, capacity), capacity * dots),
        dots,
        width: config.hiddenSize,
        gatherX: null,
      },
    }),
  );
  return calls;
}
