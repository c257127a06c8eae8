/** The head rows of a micro-batch with the scalars of their loss, as the GPU reads them (`HeadRow` and `ValueRow`, 8 words each). */
import { at } from '../../lib/invariant';
import type { CriticTarget } from '../critic';
import type { MicroBatch } from './packing';
import type { WeightedSequence } from '../../records/weighted';

/** For token_loss.wgsl; `sequences` null: no loss, only scores. */
export function headTable(batch: MicroBatch, sequences: readonly WeightedSequence[] | null): ArrayBuffer {
  return tableOf(batch, sequences, (own, t) => [
    at(own.oldLogp, t),
    at(own.advantage, t),
    at(own.policyWeight, t),
    at(own.entropyWeight, t),
    at(own.klWeight, t),
    own.refLogp ? at(own.refLogp, t) : 0,
  ]);
}

/** For value_loss.wgsl; `targets` null: no loss, only values. */
export function valueTable(batch: MicroBatch, targets: readonly CriticTarget[] | null): ArrayBuffer {
  return tableOf(batch, targets, (own, t) => [at(own.oldValue, t), at(own.target, t), at(own.weight, t)]);
}

/** Words of a row: source row, label, then the floats of its token. */
function tableOf<T>(
  batch: MicroBatch,
  items: readonly T[] | null,
  scalars: (item: T, token: number) => readonly number[],
): ArrayBuffer {
  const words = new ArrayBuffer(batch.headRows * 32);
  const integers = new Uint32Array(words);
  const floats = new Float32Array(words);
  batch.places.forEach(({ sequence, token }, row) => {
    integers[row * 8] = at(batch.sources, row);
    integers[row * 8 + 1] = at(batch.labels, row);
    if (items) floats.set(scalars(at(items, sequence), token), row * 8 + 2);
  });
  return words;
}
