/** The dispatches of a decoder layer over packed rows, backward. */
import { sliceOf } from '../../gpu/buffers';
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { attentionBackward, attentionDotsAt } from '../../kernels/attention';
import { gemm, swigluDots, type GemmOutput, type GemmSpec } from '../../kernels/gemm';
import { normBackward as normBackwardCall } from '../../kernels/normBackward';
import { columnSum } from '../../kernels/rowSums';
import { weightGrads, type RowBlock, type WeightGradProblem } from '../../kernels/weightGrad';
import { invariant } from '../../lib/invariant';
import type { AdapterWeights } from '../adapter/adapterWeights';
import { linearRoles, type LinearRole, type NormRole } from '../description';
import type { LayerLayout } from '../weights/layout';
import type { TrainableState } from '../weights/trainableState';
import { attentionBuffers, type LayerActivations, type LayerContext } from './layer';
import { backwardPieces } from './pieceProducts';
import { headShape, lowSlice } from './products';

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
  /** With an adapter only: of u of every map. */
  readonly dLow?: GPUBuffer;
}

/** Blocks of a layer's `rstd`. */
const rstdBlocks = { attentionNorm: 0, mlpNorm: 1 } as const;

/** d y of one of the layer's maps: [R, stride] in a buffer that others share. */
interface OutputGradient {
  readonly role: LinearRole;
  readonly dy: BufferSlice;
}

/** d x = d y W for one of the layer's maps, with what an adapter adds to it. */
function backwardProducts(
  context: LayerContext,
  { index, matrices }: LayerLayout,
  { role, dy }: OutputGradient,
  gradients: LayerGradients,
  spec: Pick<GemmSpec, 'label' | 'c' | 'output'>,
): KernelCall[] {
  const { variant, weights, adapter, capacity, batch } = context;
  const factors = weights.backwardFactors(matrices[role]);
  const product = { variant, rows: 'rows', capacity, a: dy, ...spec };
  const map = adapter?.map(index, role) ?? null;
  if (adapter === null || map === null) return backwardPieces(factors, product);
  const low = adapter.backwardReduce(map, lowSlice(context, map, gradients.dLow));
  const { output } = spec;
  if (output.kind !== 'normBackward') return backwardPieces(factors, product, low);
  const { residual } = output;
  invariant(residual !== null, 'only the final norm has no residual stream beside it');
  const { columns } = matrices[role];
  return [
    ...backwardPieces(factors, { ...product, output: { kind: 'plain' } }, low),
    normBackwardCall({ label: spec.label, batch, dx: spec.c, columns, norm: { ...output, residual } }),
  ];
}

/** d u = s d y B for the parts of a map that have an adapter. */
function lowGradientCalls(
  context: LayerContext,
  layer: LayerLayout,
  { role, dy }: OutputGradient,
  gradients: LayerGradients,
): KernelCall[] {
  const { variant, adapter, capacity, weights } = context;
  const map = adapter?.map(layer.index, role) ?? null;
  if (adapter === null || map === null) return [];
  return map.parts.map(({ b, first, valuesAt }) =>
    gemm({
      label: `${role} backward, low rank`,
      variant,
      rows: 'rows',
      capacity,
      a: dy,
      lda: weights.layout.decoder.layer.linears[role].rows,
      aFrom: first,
      ...adapter.backwardExpand(b),
      c: lowSlice(context, map, gradients.dLow),
      ldc: map.width,
      cFrom: valuesAt,
      scale: adapter.scale,
      output: { kind: 'plain' },
    }),
  );
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

/** Where the passes leave the maps' inputs and the gradients of their outputs. */
function rowBlocks(
  { weights }: LayerContext,
  own: LayerActivations,
  gradients: LayerGradients,
): Readonly<Record<LinearRole, { readonly x: RowBlock; readonly dy: RowBlock; readonly scale: number | null }>> {
  const { layer, widths } = weights.layout.decoder;
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
  const scaleOf = (norm: NormRole | null) => (norm === null || norm === 'finalNorm' ? null : rstdBlocks[norm]);
  const of = (role: LinearRole) => {
    const { input, output, norm } = layer.linears[role];
    const x = { ...inputs[input], width: widths[input] };
    return { x, dy: { ...outputs[output], width: widths[output] }, scale: scaleOf(norm) };
  };
  return { qkv: of('qkv'), output: of('output'), gateUp: of('gateUp'), down: of('down') };
}

/** All weight gradients of the layer. */
function weightGradCalls(
  context: LayerContext,
  layer: LayerLayout,
  own: LayerActivations,
  gradients: LayerGradients,
  trainable: TrainableState,
): KernelCall[] {
  const { variant, batch } = context;
  const blocks = rowBlocks(context, own, gradients);
  const problems = linearRoles.flatMap((role): WeightGradProblem[] => {
    const { x, dy, scale } = blocks[role];
    return trainable.gradientWindows(layer.matrices[role]).map(({ first, tensor }) => ({
      x,
      dy: { ...dy, width: tensor.rows, stride: dy.width, from: first },
      scale,
      gradient: tensor,
    }));
  });
  const rowScale = { buffer: own.rstd };
  return weightGrads({ label: 'weight gradients', variant, batch, rowScale, headRows: null, problems });
}

/** Gradients of the adapter's factors: dA = d u^T x, with the gains of the norm in front of x, and dB = d y^T u. */
function adapterGradCalls(
  context: LayerContext,
  adapter: AdapterWeights,
  layer: LayerLayout,
  own: LayerActivations,
  gradients: LayerGradients,
  trainable: TrainableState,
): KernelCall[] {
  const { variant, batch, weights } = context;
  const { index, vectors, offsets } = layer;
  const { linears } = weights.layout.decoder.layer;
  const blocks = rowBlocks(context, own, gradients);
  const maps = linearRoles.flatMap((role) => {
    const map = adapter.map(index, role);
    return map ? [{ role, map }] : [];
  });
  if (maps.length === 0) return [];
  const { low } = own;
  const { dLow } = gradients;
  invariant(low !== undefined && dLow !== undefined, 'an adapter has room for its products of low rank');
  const common = { variant, batch, rowScale: { buffer: own.rstd }, headRows: null };
  const gainOf = (norm: NormRole | null) => (norm === null || norm === 'finalNorm' ? null : offsets[norm]);
  return [
    ...weightGrads({
      ...common,
      label: 'adapter gradients A',
      gains: weights.vector(vectors),
      problems: maps.map(({ role, map }) => ({
        dy: { buffer: dLow, behind: map.behind, width: map.width },
        x: blocks[role].x,
        scale: blocks[role].scale,
        gainAt: gainOf(linears[role].norm),
        gradient: trainable.gradient(map.a),
      })),
    }),
    ...weightGrads({
      ...common,
      label: 'adapter gradients B',
      problems: maps.flatMap(({ role, map }) =>
        map.parts.map(({ b, first, valuesAt }) => ({
          dy: { ...blocks[role].dy, width: b.rows, stride: blocks[role].dy.width, from: first },
          x: { buffer: low, behind: map.behind, width: b.columns, stride: map.width, from: valuesAt },
          scale: blocks[role].scale,
          gradient: trainable.gradient(b),
        })),
      ),
    }),
  ];
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

/** Backward through the layer; `gradients.dx` goes in as d output and comes out as d input (but where nothing before the layer
 * trains, and nobody asks for that of the first one). */
export function backwardCalls(
  context: LayerContext,
  layer: LayerLayout,
  own: LayerActivations,
  gradients: LayerGradients,
  trainable: TrainableState,
): KernelCall[] {
  const { config, variant, weights, adapter, capacity } = context;
  const { widths } = weights.layout.decoder;
  const shape = headShape(context, layer);
  const dqkv = sliceOf(gradients.dLinear, 0, capacity * widths.qkv);
  const dGateUp = sliceOf(gradients.dLinear, capacity * widths.qkv, capacity * widths.gateUp);
  const mlpDots = { buffer: gradients.mlpDots };
  const attentionDots = config.heads + config.kvHeads;
  const down = { role: 'down', dy: { buffer: gradients.dx } } as const;
  const gateUp = { role: 'gateUp', dy: dGateUp } as const;
  const output = { role: 'output', dy: { buffer: gradients.dMiddle } } as const;
  const qkv = { role: 'qkv', dy: dqkv } as const;
  const lowGradients = (of: OutputGradient) => lowGradientCalls(context, layer, of, gradients);
  const products = (of: OutputGradient, spec: Pick<GemmSpec, 'label' | 'c' | 'output'>) =>
    backwardProducts(context, layer, of, gradients, spec);
  const heads = {
    dMixed: { buffer: gradients.dMixed },
    dqkv,
    normGrad: gradients.normGrad ? { buffer: gradients.normGrad } : null,
  };
  return [
    ...lowGradients(down),
    ...products(down, {
      label: 'down backward, swiglu backward',
      c: dGateUp,
      output: { kind: 'swigluBackward', gateUp: { buffer: own.gateUp }, rowDot: mlpDots },
    }),
    ...lowGradients(gateUp),
    ...products(gateUp, {
      label: 'gate up backward, norm backward',
      c: { buffer: gradients.dMiddle },
      output: normBackward(context, layer, 'mlpNorm', own.rstd, {
        residual: { buffer: gradients.dx },
        x: { buffer: own.middle },
        rowDot: mlpDots,
        dots: swigluDots(widths.act, variant),
      }),
    }),
    ...lowGradients(output),
    ...products(output, {
      label: 'attention output backward',
      c: { buffer: gradients.dMixed },
      output: { kind: 'plain' },
    }),
    ...attentionBackward(shape, attentionBuffers(context, layer, own), heads, variant),
    ...lowGradients(qkv),
    ...(adapter
      ? adapterGradCalls(context, adapter, layer, own, gradients, trainable)
      : [
          ...weightGradCalls(context, layer, own, gradients, trainable),
          ...vectorGradCalls(context, layer, dqkv, gradients.normGrad, trainable),
        ]),
    ...(adapter && layer.index === 0
      ? []
      : products(qkv, {
          label: 'qkv backward, norm backward',
          c: { buffer: gradients.dx },
          output: normBackward(context, layer, 'attentionNorm', own.rstd, {
            residual: { buffer: gradients.dMiddle },
            x: { buffer: own.x },
            rowDot: sliceOf(own.stats, attentionDotsAt(shape, capacity), capacity * attentionDots),
            dots: attentionDots,
          }),
        })),
  ];
}
