/** Wrappers of sample, sample_window and sample_limit: the draw of every sequence's next token. */
import type { BufferSlice, KernelCall } from '../gpu/plan';
import { rowGrid } from './rowGrid';
import type { KernelVariant } from './variant';
import { windowConstants, type BoundWindow } from './vocabulary';

export interface SampleSpec {
  readonly variant: KernelVariant;
  readonly sampling: BufferSlice;
  readonly sequences: BufferSlice;
  readonly active: BufferSlice;
  readonly vocabulary: number;
  /** Ids below this may be drawn. */
  readonly sampled: number;
  /** [sequences, capacity] x (id, bits of logp, bits of entropy, 0). */
  readonly tokens: BufferSlice;
  readonly capacity: number;
  /** [sequences, capacity, vocabulary] in place of the random numbers. */
  readonly noise: BufferSlice | null;
}

/** Draws the next token and advances the sequences. `logits` [rows, stride]. */
export function sample(spec: SampleSpec & { readonly logits: BufferSlice; readonly stride: number }): KernelCall {
  const { variant, vocabulary, stride, sampled, capacity, noise } = spec;
  const wg = variant.rowThreads;
  return {
    label: 'sample',
    shader: 'sample.wgsl',
    constants: {
      WG: wg,
      VOCABULARY: vocabulary,
      SAMPLED: sampled,
      STRIDE: stride,
      CAPACITY: capacity,
      NOISE: noise ? 1 : 0,
    },
    bindings: [spec.sampling, spec.sequences, spec.logits, spec.tokens, noise, spec.active],
    grid: rowGrid(wg, 'rows'),
  };
}

/** Bytes of `SampleRow` in lib/sample_row.wgsl. */
export const sampleRowBytes = 112;

/** Names of the rows of a plan's sizes whose draw top-k, top-p or either of them limits: all rows, or none. */
export const limitedSizes = { topK: 'topKRows', topP: 'topPRows', either: 'limitedRows' } as const;

/** Sweeps over the windows in which sample_limit.wgsl finds a limit. */
export const limitSweeps = 8;

/** One window of the draw from a large vocabulary. `first`: of the sweep that every draw makes, else of the one behind the
 * search for a limit. `state`: a `SampleRow` for each row. */
export function sampleWindow(
  spec: SampleSpec & { readonly state: BufferSlice; readonly first: boolean },
  window: BoundWindow,
): KernelCall {
  const { variant, vocabulary, sampled, capacity, noise, first } = spec;
  const wg = variant.rowThreads;
  return {
    label: first ? 'sample, window' : 'sample, limited, window',
    shader: 'sample_window.wgsl',
    constants: {
      WG: wg,
      VOCABULARY: vocabulary,
      SAMPLED: sampled,
      CAPACITY: capacity,
      NOISE: noise ? 1 : 0,
      FIRST_SWEEP: first ? 1 : 0,
      ...windowConstants(window),
    },
    bindings: [
      spec.sampling, spec.sequences, window.logits, spec.tokens, noise, spec.active, window.place, spec.state,
    ], // prettier-ignore
    grid: rowGrid(wg, first ? 'rows' : limitedSizes.either),
  };
}

/** One window of a sweep of the search for top-k's or top-p's limit. */
export function sampleLimit(
  spec: Pick<SampleSpec, 'variant' | 'sampling' | 'sequences' | 'active' | 'sampled'> & { readonly state: BufferSlice },
  kind: 'topK' | 'topP',
  window: BoundWindow,
): KernelCall {
  const wg = spec.variant.rowThreads;
  return {
    label: `sample, ${kind} of a window`,
    shader: 'sample_limit.wgsl',
    constants: { WG: wg, SAMPLED: spec.sampled, MASS: kind === 'topP' ? 1 : 0, ...windowConstants(window) },
    bindings: [spec.sampling, spec.sequences, window.logits, spec.active, window.place, spec.state],
    grid: rowGrid(wg, limitedSizes[kind]),
  };
}
