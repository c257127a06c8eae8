/** The head rows of a micro-batch with the scalars of their loss, as the GPU reads them (`HeadRow`, 8 words each). */
import { at } from '../lib/invariant';
import type { MicroBatch } from './packing';
import type { WeightedSequence } from './policy';

/** `sequences` null: no loss, only scores. */
export function headTable(batch: MicroBatch, sequences: readonly WeightedSequence[] | null): ArrayBuffer {
  const words = new ArrayBuffer(batch.headRows * 32);
  const integers = new Uint32Array(words);
  const floats = new Float32Array(words);
  batch.places.forEach(({ sequence, token }, row) => {
    integers[row * 8] = at(batch.sources, row);
    integers[row * 8 + 1] = at(batch.labels, row);
    if (!sequences) return;
    const own = at(sequences, sequence);
    floats[row * 8 + 2] = at(own.oldLogp, token);
    floats[row * 8 + 3] = at(own.advantage, token);
    floats[row * 8 + 4] = at(own.policyWeight, token);
    floats[row * 8 + 5] = at(own.entropyWeight, token);
    floats[row * 8 + 6] = at(own.klWeight, token);
    floats[row * 8 + 7] = own.refLogp ? at(own.refLogp, token) : 0;
  });
  return words;
}
