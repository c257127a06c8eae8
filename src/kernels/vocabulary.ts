/**
 * A large vocabulary in windows. Logits of a window are computed, used and overwritten by the next one's; whatever is summed over
 * the vocabulary (log-sum-exp, entropy, sum(dz . z), d h = dz W) is a sum over windows, in ascending order, of sums within each.
 * So errors grow with the root of a window, not of the vocabulary, and the bits depend on nothing that memory decides.
 */
import type { BufferSlice } from '../gpu/plan';

/** Tokens of a window. Vocabularies up to this are one window and have kernels of their own. */
export const windowTokens = 4096;

export interface VocabularyWindow {
  /** Id of its first token, a multiple of 4. */
  readonly first: number;
  readonly count: number;
}

/** What a kernel is told of a window. */
export interface BoundWindow extends VocabularyWindow {
  /** [rows, count], rows padded to multiples of 4. */
  readonly logits: BufferSlice;
  /** `Window` of lib/window.wgsl. */
  readonly place: BufferSlice;
}

/** The windows of `count` tokens. */
export function vocabularyWindows(count: number): VocabularyWindow[] {
  return Array.from({ length: Math.ceil(count / windowTokens) }, (_, w) => ({
    first: w * windowTokens,
    count: Math.min(windowTokens, count - w * windowTokens),
  }));
}

export const isWindowed = (vocabulary: number): boolean => vocabulary > windowTokens;

/** Uniforms begin on multiples of this. */
export const placeBytes = 256;

/** The uniforms `Window` of all windows, one behind the other. */
export function encodePlaces(windows: readonly VocabularyWindow[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array((windows.length * placeBytes) / 4);
  windows.forEach(({ first }, w) => {
    words.set([first, w === windows.length - 1 ? 1 : 0], (w * placeBytes) / 4);
  });
  return words;
}

/** Constants of lib/window.wgsl. */
export const windowConstants = ({ count }: VocabularyWindow) => ({ COUNT: count, QUADS: Math.ceil(count / 4) });
