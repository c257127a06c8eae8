/** The windows of the vocabulary that a plan computes logits in, with their buffers. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import {
  encodePlaces,
  placeBytes,
  vocabularyWindows,
  windowTokens,
  type BoundWindow,
  type VocabularyWindow,
} from '../../kernels/vocabulary';
import { at } from '../../lib/invariant';
import { pad4, type Decoder } from '../description';

/** A window; its logits lie in a buffer of its own, or in one that all windows use in turn. */
export interface LogitWindow extends BoundWindow {
  readonly buffer: GPUBuffer;
  /** Floats from row to row. */
  readonly stride: number;
}

/** Of a head with a value per row there is one window. */
export function windowsOf(decoder: Decoder, vocabulary: number): VocabularyWindow[] {
  return decoder.headKind === 'value' ? [{ first: 0, count: decoder.widths.logits }] : vocabularyWindows(vocabulary);
}

/** Floats of logits per row. `keep`: of all windows at once, else of one at a time. */
export function logitFloats({ widths }: Decoder, keep: boolean): number {
  return keep ? widths.logits : Math.min(widths.logits, windowTokens);
}

/** `bytes` hold all logits of the rows. */
export const keepsLogits = ({ widths }: Decoder, rows: number, bytes: number): boolean =>
  rows * widths.logits * 4 <= bytes;

/** Bytes of logits that are kept from sweep to sweep where nothing else is said; what is more is computed again. */
export const usualLogitBytes = (software: boolean): number => (software ? 128 : 512) * 2 ** 20;

/** Buffers for the logits of `rows` rows. */
export function logitWindows(
  gpu: Gpu,
  pool: BufferPool,
  decoder: Decoder,
  vocabulary: number,
  rows: number,
  keep: boolean,
): readonly LogitWindow[] {
  const windows = windowsOf(decoder, vocabulary);
  const buffers: GPUBuffer[] = [];
  const places = pool.uniform('windows of the vocabulary', windows.length * placeBytes);
  gpu.device.queue.writeBuffer(places, 0, encodePlaces(windows));
  return windows.map((window, w): LogitWindow => {
    const stride = pad4(window.count);
    const create = () => pool.storage('activations', `logits ${window.first}`, rows * stride);
    // the first window is the widest: the others fit into its buffer
    const buffer = keep || w === 0 ? create() : at(buffers, 0);
    buffers.push(buffer);
    const place = { buffer: places, offset: w * placeBytes, size: 16 };
    return { ...window, buffer, stride, logits: { buffer, size: rows * stride * 4 }, place };
  });
}
