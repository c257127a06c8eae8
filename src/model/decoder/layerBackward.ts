/** The dispatches of a decoder layer over packed rows, backward. */
import { sliceOf } from '../../gpu/buffers';
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { attentionBackward, attentionDotsAt } from '../../kernels/attention';
import { gemm, swigluDots, type GemmOutput, type GemmSpec } from '../../kernels/gemm';
import { columnSum } from '../../kernels/rowSums';
import { weightGrads, type RowBlock, type WeightGradProblem } from '../../kernels/weightGrad';
import { linearRoles, type NormRole } from '../description';
import type { LayerLayout, MatrixRegion } from '../weights/layout';
import type { TrainableState } from '../weights/trainableState';
import { attentionBuffers, type LayerActivations, type LayerContext } from './layer';
import { headShape } from './products';

/** Gradients that pass through a layer, shared by all layers; see `gradientFloats`. */
export interface LayerGradients {
  /** Gradient of the layer's output, and on return of its input, [R, width]. */
  readonly dx: GPUBuffer;
  readonly dMiddle: GPUBuffer;
  readonly dLinear: GPUBuffer;
  readonly dMixed: GPUBuffer;
  readonly mlpDots: GPUBuffer;
  /** With q/k norms only. */
  readonly normGrad?: GPUBuffer;
}

/** Blocks of a layer's `rstd`. */
const rstdBlocks = { attentionNorm: 0, mlpNorm: 1 } as const;

/** d x = d y W for one of the layer's maps. */
function backwardProduct(
  { variant, weights, capacity }: LayerContext,
  region: MatrixRegion,
  spec: Pick<GemmSpec, 'label' | 'a' | 'c' | 'output'>,
): KernelCall {
  return gemm({ variant, rows: 'rows', capacity, ...weights.backwardFactor(region), ...spec });
}

/** Backward through one of the layer's norms, into the residual stream in front of it. */
function normBackward(
  { config, weights, capacity }: LayerContext,
  { vectors, offsets }: LayerLayout,
  norm: 'attentionNorm' | 'mlpNorm',
  rstd: GPUBuffer,
  spec: Pick<Extract<GemmOutput, { kind: 'normBackward' }>, 'residual' | 'x' | 'rowDot' | 'dots'>,
): GemmOutput {
  const { x: width } = weights.layout.decoder.widths;
  return {
    kind: 'normBackward',
    rstd: sliceOf(rstd, rstdBlocks[norm] * capacity, capacity),
    gain: weights.vector({ at: vectors.at + offsets[norm], length: width }),
    width: config.hiddenSize,
    gatherX: null,
    ...spec,
  };
}

/** All weight gradients of the layer: the maps' inputs and the gradients of their outputs are where the passes left them. */
function weightGradCalls(
  context: LayerContext,
  layer: LayerLayout,
  own: LayerActivations,
  gradients: LayerGradients,
  trainable: TrainableState,
): KernelCall[] {
  const { variant, batch, weights } = context;
  const { layer: described, widths } = weights.layout.decoder;
  const inputs = {
    x: { buffer: own.x, behind: 0 },
    middle: { buffer: own.middle, behind: 0 },
    mixed: { buffer: own.mixedAct, behind: 0 },
    act: { buffer: own.mixedAct, behind: widths.mixed },
  };
  const outputs = {
    qkv: { buffer: gradients.dLinear, behind: 0 },
    gateUp: { buffer: gradients.dLinear, behind: widths.qkv },
    middle: { buffer: gradients.dMiddle, behind: 0 },
    x: { buffer: gradients.dx, behind: 0 },
  };
  const block = (norm: NormRole | null) => (norm === null || norm === 'finalNorm' ? null : rstdBlocks[norm]);
  const problems = linearRoles.map((role): WeightGradProblem => {
    const { input, output, norm } = described.linears[role];
    const x: RowBlock = { ...inputs[input], width: widths[input] };
    const dy: RowBlock = { ...outputs[output], width: widths[output] };
    return { x, dy, scale: block(norm), gradient: trainable.gradient(layer.matrices[role]) };
  });
  const rowScale = { buffer: own.rstd };
  return weightGrads({ label: 'weight gradients', variant, batch, rowScale, headRows: null, problems });
}

/** Gradients of biases and of the gains of q and k norms, where the model has them. */
function vectorGradCalls(
  { config, weights, batch }: LayerContext,
  { vectors, offsets }: LayerLayout,
  dqkv: BufferSlice,
  normGrad: GPUBuffer | undefined,
  trainable: TrainableState,
): KernelCall[] {
  const { heads, kvHeads, headDim, qkvBias } = config;
  const stride = weights.layout.decoder.widths.qkv;
  const calls: KernelCall[] = [];
  if (qkvBias) {
    calls.push(
      columnSum({
        label: 'bias gradients',
        batch,
        values: dqkv,
        stride,
        grads: trainable.vectorGradient({ at: vectors.at + offsets.bias, length: stride }),
        parts: [{ from: 0, width: stride, heads: 1, out: 0 }],
      }),
    );
  }
  if (normGrad) {
    calls.push(
      columnSum({
        label: 'q and k gain gradients',
        batch,
        values: { buffer: normGrad },
        stride,
        grads: trainable.vectorGradient(vectors),
        parts: [
          { from: 0, width: headDim, heads, out: offsets.qGain },
          { from: heads * headDim, width: headDim, heads: kvHeads, out: offsets.kGain },
        ],
      }),
    );
  }
  return calls;
}

/** Backward through the layer; `gradients.dx` goes in as d output and comes out as d input. */
export function backwardCalls(
  context: LayerContext,
  layer: LayerLayout,
  own: LayerActivations,
  gradients: LayerGradients,
  trainable: TrainableState,
): KernelCall[] {
  const { config, variant, weights, capacity } = context;
  const { widths } = weights.layout.decoder;
  const { matrices } = layer;
  const shape = headShape(context, layer);
  const dqkv = sliceOf(gradients.dLinear, 0, capacity * widths.qkv);
  const dGateUp = sliceOf(gradients.dLinear, capacity * widths.qkv, capacity * widths.gateUp);
  const mlpDots = { buffer: gradients.mlpDots };
  const attentionDots = config.heads + config.kvHeads;
  const heads = {
    dMixed: { buffer: gradients.dMixed },
    dqkv,
    normGrad: gradients.normGrad ? { buffer: gradients.normGrad } : null,
  };
  return [
    backwardProduct(context, matrices.down, {
      label: 'down backward, swiglu backward',
      a: { buffer: gradients.dx },
      c: dGateUp,
      output: { kind: 'swigluBackward', gateUp: { buffer: own.gateUp }, rowDot: mlpDots },
    }),
    backwardProduct(context, matrices.gateUp, {
      label: 'gate up backward, norm backward',
      a: dGateUp,
      c: { buffer: gradients.dMiddle },
      output: normBackward(context, layer, 'mlpNorm', own.rstd, {
        residual: { buffer: gradients.dx },
        x: { buffer: own.middle },
        rowDot: mlpDots,
        dots: swigluDots(widths.act, variant),
      }),
    }),
    backwardProduct(context, matrices.output, {
      label: 'attention output backward',
      a: { buffer: gradients.dMiddle },
      c: { buffer: gradients.dMixed },
      output: { kind: 'plain' },
    }),
    ...attentionBackward(shape, attentionBuffers(context, layer, own), heads, variant),
    ...weightGradCalls(context, layer, own, gradients, trainable),
    ...vectorGradCalls(context, layer, dqkv, gradients.normGrad, trainable),
    backwardProduct(context, matrices.qkv, {
      label: 'qkv backward, norm backward',
      a: dqkv,
      c: { buffer: gradients.dx },
      output: normBackward(context, layer, 'attentionNorm', own.rstd, {
        residual: { buffer: gradients.dMiddle },
        x: { buffer: own.x },
        rowDot: sliceOf(own.stats, attentionDotsAt(shape, capacity), capacity * attentionDots),
        dots: attentionDots,
      }),
    }),
  ];
}
