/**
 * What stands before the first layer and behind the last: embedding, final norm and head, loss; forward and backward.
 *
 * A small vocabulary's logits are computed once, and become their gradient in place. A large one's (kernels/vocabulary.ts) are
 * swept window by window, forward for the softmax statistics of every row and again, kept or computed once more, for the gradient.
 */
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { embed, embedGrad } from '../../kernels/embed';
import { gemm } from '../../kernels/gemm';
import { scatterRows } from '../../kernels/rowSums';
import { tokenLoss } from '../../kernels/tokenLoss';
import { valueLoss } from '../../kernels/valueLoss';
import { weightGrads } from '../../kernels/weightGrad';
import { lossTerms, lossWindow, lossWindowGradient, type WindowedLossSpec } from '../../kernels/windowedLoss';
import { at, invariant } from '../../lib/invariant';
import type { BatchTables } from '../batch/uploadSlots';
import type { TrainableState } from '../weights/trainableState';
import type { LogitWindow } from './headWindows';
import type { LayerContext } from './layer';
import { headProduct } from './products';

/** Per head row, see `headFloats`. */
interface HeadBuffers {
  readonly rstd: GPUBuffer;
  readonly dots: GPUBuffer;
  readonly result: GPUBuffer;
  /** Only where the vocabulary is swept. */
  readonly softmax?: GPUBuffer;
}

export interface HeadContext extends LayerContext {
  /** Head rows that the buffers hold. */
  readonly headCapacity: number;
  readonly headRows: BufferSlice;
  /** The residual stream behind the last layer, [R, width]. */
  readonly hidden: GPUBuffer;
  readonly head: HeadBuffers;
  readonly windows: readonly LogitWindow[];
  /** Each window has a buffer of its own. */
  readonly keepLogits: boolean;
}

export function embedCalls({ weights, batch, rows }: HeadContext, x: GPUBuffer): KernelCall[] {
  return embed({ batch, rows, embedding: weights.embedding(), x: { buffer: x } });
}

/** Logits (or values) of window `w`. */
export function headCall(context: HeadContext, w: number): KernelCall {
  return headProduct({ ...context, capacity: context.headCapacity }, w, {
    label: 'final norm, head',
    a: { buffer: context.hidden },
    c: at(context.windows, w).logits,
    rows: 'headRows',
    gather: context.headRows,
    rstd: { buffer: context.head.rstd },
  });
}

/** The loss goes over the vocabulary in sweeps. */
export const isSwept = ({ windows }: HeadContext): boolean => windows.length > 1;

/** Where it does not. `rowDot`: where the backward pass reads sum(dz . z) per head row; null to score only. */
export function lossCall(
  { config, variant, weights, batch, headRows, head, windows }: HeadContext,
  rowDot: GPUBuffer | null,
) {
  const { headKind } = weights.layout.decoder;
  const common = {
    batch,
    headRows,
    result: { buffer: head.result },
    rowDot: rowDot && { buffer: rowDot },
  };
  const { buffer, stride } = at(windows, 0);
  const logits = { buffer };
  switch (headKind) {
    case 'vocabulary':
      return tokenLoss({ ...common, variant, logits, vocabulary: config.vocabularySize, stride });
    case 'value':
      return valueLoss({ ...common, values: logits });
    default:
      return headKind satisfies never;
  }
}

function sweepSpec({ variant, batch, headRows, head }: HeadContext): WindowedLossSpec {
  invariant(head.softmax !== undefined, 'large vocabularies have room for softmax statistics');
  return { variant, batch, headRows, state: { buffer: head.softmax } };
}

/** Logits and loss of a large vocabulary, up to `result` and what the gradient needs. */
export function lossSweepCalls(context: HeadContext): KernelCall[] {
  const spec = sweepSpec(context);
  return [
    ...context.windows.flatMap((window, w) => [headCall(context, w), lossWindow(spec, window)]),
    lossTerms(spec, { buffer: context.head.result }),
  ];
}

/** From the loss to the gradient of the last layer's output, `dx`, and of the head's weight where it trains. */
export function backwardHeadCalls(
  context: HeadContext,
  dHead: GPUBuffer,
  dx: GPUBuffer,
  trainable: TrainableState,
): KernelCall[] {
  const { adapter, batch, rows, weights, windows, head } = context;
  const swept = isSwept(context);
  return [
    ...windows.flatMap((window, w) => [
      ...(swept && !context.keepLogits ? [headCall(context, w)] : []),
      ...(swept ? [lossWindowGradient(sweepSpec(context), window, { buffer: head.dots })] : []),
      ...(adapter ? [] : headGradientCalls(context, w, trainable)),
      backwardProduct(context, w, dHead),
    ]),
    scatterRows({ batch, rows, dHead: { buffer: dHead }, dx: { buffer: dx }, width: weights.layout.decoder.widths.x }),
  ];
}

/** Gradient of the rows of the (folded) head that make the window's logits. */
function headGradientCalls(
  { variant, weights, batch, headRows, hidden, head, windows }: HeadContext,
  w: number,
  trainable: TrainableState,
): KernelCall[] {
  const { layout } = weights;
  const { buffer, stride } = at(windows, w);
  const dy = { buffer, behind: 0, width: stride };
  const x = { buffer: hidden, behind: 0, width: layout.decoder.widths.x };
  return weightGrads({
    label: 'head weight gradient',
    variant,
    batch,
    rowScale: { buffer: head.rstd },
    headRows,
    problems: [{ dy, x, scale: 0, gradient: trainable.gradient(at(layout.headWindows, w).gradient) }],
  });
}

/** d h = dz W of the window, added to that of the windows before; the last one goes on through the norm. */
function backwardProduct(context: HeadContext, w: number, dHead: GPUBuffer): KernelCall {
  const { config, variant, weights, headRows, hidden, head, windows } = context;
  const last = w === windows.length - 1;
  return gemm({
    label: last ? 'head backward, final norm backward' : 'head backward',
    variant,
    a: at(windows, w).logits,
    ...at(weights.backwardHead(), w),
    c: { buffer: dHead },
    rows: 'headRows',
    capacity: context.headCapacity,
    accumulate: w > 0 ? 'sum' : null,
    output: last
      ? {
          kind: 'normBackward',
          residual: null,
          x: { buffer: hidden },
          rstd: { buffer: head.rstd },
          gain: weights.vector(weights.layout.finalNorm),
          rowDot: { buffer: head.dots },
          dots: 1,
          width: config.hiddenSize,
          gatherX: headRows,
        }
      : { kind: 'plain' },
  });
}

/** A dispatch for each buffer that holds some of the embedding's gradient. */
export function embedGradCalls(
  { weights }: HeadContext,
  tables: Pick<BatchTables, 'runs' | 'sortedRows'>,
  dx: GPUBuffer,
  trainable: TrainableState,
): KernelCall[] {
  return embedGrad({
    runs: { buffer: tables.runs },
    sortedRows: { buffer: tables.sortedRows },
    dx: { buffer: dx },
    gradients: trainable.gradientWindows(weights.layout.embedding),
  });
}
