/** The head rows of a critic's micro-batch, as value_loss.wgsl reads them (`ValueRow`, 8 words each). */
import { at } from '../lib/invariant';
import type { CriticTarget } from './critic';
import type { MicroBatch } from './packing';

/** `targets` null: no loss, only values. */
export function valueTable(batch: MicroBatch, targets: readonly CriticTarget[] | null): ArrayBuffer {
  const words = new ArrayBuffer(batch.headRows * 32);
  const integers = new Uint32Array(words);
  const floats = new Float32Array(words);
  batch.places.forEach(({ sequence, token }, row) => {
    integers[row * 8] = at(batch.sources, row);
    integers[row * 8 + 1] = at(batch.labels, row);
    if (!targets) return;
    const own = at(targets, sequence);
    floats[row * 8 + 2] = at(own.oldValue, token);
    floats[row * 8 + 3] = at(own.target, token);
    floats[row * 8 + 4] = at(own.weight, token);
  });
  return words;
}
