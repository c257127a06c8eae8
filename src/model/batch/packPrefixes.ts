/** Packs prompts without their last tokens, equal prompts once: the rows whose keys and values a rollout shares. */
import { packSequences, type MicroBatch } from './packing';

export interface PackedPrefixes {
  readonly batch: MicroBatch;
  /** First row of each prompt's prefix. */
  readonly starts: readonly number[];
}

const empty: MicroBatch = {
  rows: 0, headRows: 0, runs: 0, rowTable: new Uint32Array(), sources: new Uint32Array(), labels: new Uint32Array(), places: [],
  runTable: new Uint32Array(), sortedRows: new Uint32Array(),
}; // prettier-ignore

export function packPrefixes(prompts: readonly (readonly number[])[]): PackedPrefixes {
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
  const batch = packSequences(inputs, { rows: Infinity, headRows: Infinity })[0] ?? empty;
  return { batch: { ...batch, headRows: 0, places: [] }, starts };
}
