/** Per-token results of a run, put back in the order of the sequences. */
import { at } from '../../lib/invariant';
import type { MicroBatch, PackInput } from './packing';

export interface TokenResults {
  readonly logp: Float32Array[];
  readonly entropy: Float32Array[];
  readonly policyLoss: Float32Array[];
  readonly kl: Float32Array[];
}

export function emptyResults(inputs: readonly PackInput[]): TokenResults {
  const zeros = () => inputs.map((input) => new Float32Array(input.completion.length));
  return { logp: zeros(), entropy: zeros(), policyLoss: zeros(), kl: zeros() };
}

/** `values`: the head rows' (logp, entropy, weighted surrogate, kl), micro-batch after micro-batch. */
export function collectResults(
  inputs: readonly PackInput[],
  batches: readonly MicroBatch[],
  values: Float32Array,
): TokenResults {
  const results = emptyResults(inputs);
  let row = 0;
  for (const batch of batches) {
    for (const { sequence, token } of batch.places) {
      at(results.logp, sequence)[token] = at(values, row * 4);
      at(results.entropy, sequence)[token] = at(values, row * 4 + 1);
      at(results.policyLoss, sequence)[token] = at(values, row * 4 + 2);
      at(results.kl, sequence)[token] = at(values, row * 4 + 3);
      row++;
    }
  }
  return results;
}
