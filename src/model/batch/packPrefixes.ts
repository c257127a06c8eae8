/** Packs prompts without their last tokens, equal prompts once: the rows whose keys and values a rollout shares. */
import { packSequences, type MicroBatch } from './packing';

export interface PackedPrefixes {
  /** Whole prompts each, in order. */
  readonly batches: readonly MicroBatch[];
  /** Rows of all of them. */
  readonly rows: number;
  /** First row of each prompt's prefix, counted over all batches. */
  readonly starts: readonly number[];
}

/** `mostRows` of a batch, which must hold the longest prompt. */
export function packPrefixes(prompts: readonly (readonly number[])[], mostRows: number): PackedPrefixes {
  const starts: number[] = [];
  let rows = 0;
  const known = new Map<string, number>();
  const inputs: { prompt: readonly number[]; completion: readonly number[]; wanted: null }[] = [];
  for (const prompt of prompts) {
    const prefix = prompt.slice(0, -1);
    const key = prefix.join(' ');
    const start = known.get(key);
    starts.push(start ?? rows);
    if (start !== undefined || prefix.length === 0) continue;
    known.set(key, rows);
    rows += prefix.length;
    // one label, so that the packer keeps the sequence; no head stage runs on it
    inputs.push({ prompt: prefix, completion: [0], wanted: null });
  }
  const batches = packSequences(inputs, { rows: mostRows, headRows: Infinity });
  return { batches: batches.map((batch) => ({ ...batch, headRows: 0, places: [] })), rows, starts };
}
