/** What stands before the first layer and behind the last: embedding, final norm and head, loss; forward and backward. */
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { embed, embedGrad } from '../../kernels/embed';
import { gemm } from '../../kernels/gemm';
import { scatterRows } from '../../kernels/rowSums';
import { bindTensor } from '../../kernels/tensor';
import { tokenLoss } from '../../kernels/tokenLoss';
import { valueLoss } from '../../kernels/valueLoss';
import { weightGrads } from '../../kernels/weightGrad';
import type { BatchTables } from '../batch/uploadSlots';
import type { TrainableState } from '../weights/trainableState';
import type { headFloats } from './buffers';
import type { LayerContext } from './layer';
import { headProducts } from './products';

export interface HeadContext extends LayerContext {
  /** Head rows that the buffers hold. */
  readonly headCapacity: number;
  readonly headRows: BufferSlice;
  /** The residual stream behind the last layer, [R, width]. */
  readonly hidden: GPUBuffer;
  readonly head: Readonly<Record<keyof ReturnType<typeof headFloats>, GPUBuffer>>;
}

export function embedCalls({ weights, batch, rows }: HeadContext, x: GPUBuffer): KernelCall[] {
  return embed({ batch, rows, embedding: weights.embedding(), x: { buffer: x } });
}

export function headCalls(context: HeadContext): KernelCall[] {
  const { head, headCapacity } = context;
  return headProducts(
    { ...context, capacity: headCapacity },
    {
      label: 'final norm, head',
      a: { buffer: context.hidden },
      c: { buffer: head.logits },
      rows: 'headRows',
      gather: context.headRows,
      rstd: { buffer: head.rstd },
    },
  );
}

/** `rowDot`: where the backward pass reads sum(dz . z) per head row; null to score only. */
export function lossCall({ config, variant, weights, batch, headRows, head }: HeadContext, rowDot: GPUBuffer | null) {
  const { headKind, widths } = weights.layout.decoder;
  const common = {
    batch,
    headRows,
    result: { buffer: head.result },
    rowDot: rowDot && { buffer: rowDot },
  };
  const logits = { buffer: head.logits };
  switch (headKind) {
    case 'vocabulary':
      return tokenLoss({ ...common, variant, logits, vocabulary: config.vocabularySize, stride: widths.logits });
    case 'value':
      return valueLoss({ ...common, values: logits });
    default:
      return headKind satisfies never;
  }
}

/** From the gradient of the logits to that of the last layer's output, `dx`, and of the head's weight where it trains. */
export function backwardHeadCalls(
  context: HeadContext,
  dHead: GPUBuffer,
  dx: GPUBuffer,
  trainable: TrainableState,
): KernelCall[] {
  const { config, variant, weights, adapter, batch, rows, headRows, hidden, head } = context;
  const { layout } = weights;
  const { widths } = layout.decoder;
  const gradient = {
    dy: { buffer: head.logits, behind: 0, width: widths.logits },
    x: { buffer: hidden, behind: 0, width: widths.x },
    scale: 0,
  };
  const gradients = (): KernelCall[] =>
    weightGrads({
      label: 'head weight gradient',
      variant,
      batch,
      rowScale: { buffer: head.rstd },
      headRows,
      problems: [{ ...gradient, gradient: trainable.gradient(layout.headGradient) }],
    });
  const windows = weights.backwardHead();
  return [
    ...(adapter ? [] : gradients()),
    // windows of the vocabulary go on with one another's sums, the last one through the norm
    ...windows.map(({ first, factor }, w) =>
      gemm({
        label: 'head backward, final norm backward',
        variant,
        a: { buffer: head.logits },
        lda: widths.logits,
        aFrom: first,
        ...factor,
        c: { buffer: dHead },
        rows: 'headRows',
        capacity: context.headCapacity,
        accumulate: w > 0,
        output:
          w < windows.length - 1
            ? { kind: 'plain' }
            : {
                kind: 'normBackward',
                residual: null,
                x: { buffer: hidden },
                rstd: { buffer: head.rstd },
                gain: weights.vector(layout.finalNorm),
                rowDot: { buffer: head.dots },
                dots: 1,
                width: config.hiddenSize,
                gatherX: headRows,
              },
      }),
    ),
    scatterRows({ batch, rows, dHead: { buffer: dHead }, dx: { buffer: dx }, width: widths.x }),
  ];
}

export function embedGradCall(
  { weights }: HeadContext,
  tables: Pick<BatchTables, 'runs' | 'sortedRows'>,
  dx: GPUBuffer,
  trainable: TrainableState,
): KernelCall {
  const { embedding, decoder } = weights.layout;
  return embedGrad({
    runs: { buffer: tables.runs },
    sortedRows: { buffer: tables.sortedRows },
    dx: { buffer: dx },
    grads: bindTensor(trainable.gradient(embedding)),
    width: decoder.widths.x,
  });
}
