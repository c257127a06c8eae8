/**
 * From the last layer's output to the next token of every sequence.
 *
 * A small vocabulary takes a product and a draw. A large one (kernels/vocabulary.ts) is swept window by window: one sweep
 * gathers the softmax statistics and draws. Top-k and top-p need to know all logits before they can draw: eight sweeps find
 * the limit of each, then another one draws. They read the logits where these are kept, else compute them again.
 *
 * Log-probabilities and entropies are those of the softmax over the model's whole vocabulary at the sampling temperature, as in
 * the training forward, whatever limits the draw: top-k, top-p, or ids from `sampledVocabulary` on, the rows by which a model's
 * tables exceed its tokenizer.
 */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { limitedSizes, limitSweeps, sample, sampleLimit, sampleWindow, type SampleSpec } from '../../kernels/sample';
import type { BoundWindow } from '../../kernels/vocabulary';
import { at } from '../../lib/invariant';
import { keepsLogits, logitWindows, type LogitWindow } from '../decoder/headWindows';
import { headProduct, type ProductContext } from '../decoder/products';

export interface DrawOptions {
  /** Ids below this may be drawn. */
  readonly sampledVocabulary: number;
  /** Logits of all sequences are kept where they take no more bytes. */
  readonly logitBytes: number;
  /** [sequences, new tokens, vocabulary] in place of the random numbers, see sample.wgsl. */
  readonly noise: BufferSlice | null;
}

export interface DrawBuffers extends Pick<SampleSpec, 'sampling' | 'sequences' | 'active' | 'tokens' | 'capacity'> {
  /** The residual stream behind the last layer, [rows, width]. */
  readonly x: GPUBuffer;
  readonly rstd: GPUBuffer;
  /** `SampleRow` of each row; only where the vocabulary is swept. */
  readonly draw?: GPUBuffer;
}

/** `context.capacity`: rows at once. */
export function drawCalls(
  gpu: Gpu,
  pool: BufferPool,
  context: ProductContext,
  { x, rstd, draw, ...buffers }: DrawBuffers,
  { sampledVocabulary, logitBytes, noise }: DrawOptions,
): KernelCall[] {
  const { config, variant, weights, capacity } = context;
  const { decoder } = weights.layout;
  const keep = keepsLogits(decoder, capacity, logitBytes);
  const windows = logitWindows(gpu, pool, decoder, config.vocabularySize, capacity, keep);
  const spec = { ...buffers, variant, vocabulary: config.vocabularySize, sampled: sampledVocabulary, noise };
  const product = ({ logits }: LogitWindow, w: number, rows: string): KernelCall =>
    headProduct(context, w, {
      label: 'decode final norm, head',
      a: { buffer: x },
      c: logits,
      rows,
      rstd: { buffer: rstd },
    });
  if (draw === undefined) {
    const window = at(windows, 0);
    return [product(window, 0, 'rows'), sample({ ...spec, logits: window.logits, stride: window.stride })];
  }
  const state = { buffer: draw };
  /** `again`: a sweep behind the first, of the rows of that name; logits are there already where they are kept. */
  const sweep = (rows: string, again: boolean, call: (window: BoundWindow) => KernelCall): KernelCall[] =>
    windows.flatMap((window, w) => [...(again && keep ? [] : [product(window, w, rows)]), call(window)]);
  const search = (kind: 'topK' | 'topP'): KernelCall[] =>
    Array.from({ length: limitSweeps }, () =>
      sweep(limitedSizes[kind], true, (window) => sampleLimit({ ...spec, state }, kind, window)),
    ).flat();
  return [
    ...sweep('rows', false, (window) => sampleWindow({ ...spec, state, first: true }, window)),
    ...search('topK'),
    ...search('topP'),
    ...sweep(limitedSizes.either, true, (window) => sampleWindow({ ...spec, state, first: false }, window)),
  ];
}

/** What a request limits, of `sampledVocabulary` ids: 0 and 1 where it limits nothing. */
export function limitsOf(request: { readonly topK: number; readonly topP: number }, sampledVocabulary: number) {
  return {
    topK: request.topK > 0 && request.topK < sampledVocabulary ? request.topK : 0,
    topP: Math.min(1, request.topP),
  };
}

/** Sizes of the plan for `rows` rows under these limits. */
export function drawSizes(rows: number, { topK, topP }: ReturnType<typeof limitsOf>): Readonly<Record<string, number>> {
  const byK = topK > 0;
  const byP = topP < 1;
  return {
    rows,
    [limitedSizes.topK]: byK ? rows : 0,
    [limitedSizes.topP]: byP ? rows : 0,
    [limitedSizes.either]: byK || byP ? rows : 0,
  };
}
