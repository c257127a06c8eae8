import { describe, expect, it } from 'vitest';
import { packRows, type PackedGroup } from '../../kernels/heads.fixture';
import { at } from '../../lib/invariant';
import { createRng } from '../../lib/rng';
import { packPrefixes } from './packPrefixes';
import { packedSize, packSequences, rowsOf, type MicroBatch, type PackInput } from './packing';

const unlimited = { rows: Infinity, headRows: Infinity };
const field = (batch: MicroBatch, row: number, index: number) => at(batch.rowTable, row * 8 + index);

/** Groups as [prompt length, completion lengths], tokens at random out of 5. */
function inputs(groups: readonly PackedGroup[]): PackInput[] {
  const rng = createRng(1, 'packing');
  return groups.flatMap(([length, completions], g) => {
    // the first token tells groups apart
    const prompt = Array.from({ length }, (_, i) => (i === 0 ? 100 + g : rng.int(5)));
    return completions.map((count) => ({
      prompt,
      completion: Array.from({ length: count }, () => rng.int(5)),
      wanted: null,
    }));
  });
}
const groups: readonly PackedGroup[] = [
  [3, [4, 1, 6]],
  [1, [1]],
  [1, [5, 5]],
  [7, [2]],
];

describe('packing', () => {
  it('puts each prompt once, then its completions without their last tokens; rows see prompt and own past', () => {
    const batch = at(packSequences(inputs(groups), unlimited), 0);
    const { table } = packRows(groups.map(([prompt, completions]) => [prompt, completions.map((count) => count - 1)]));
    expect(batch.rows).toBe(table.length / 8);
    for (let row = 0; row < batch.rows; row++) {
      // position, prefix start and length, start of the own segment, end of the queries that see the row
      const own = [1, 2, 3, 4, 5].map((index) => field(batch, row, index));
      expect(own, `row ${row}`).toEqual(table.slice(row * 8 + 1, row * 8 + 6));
    }
  });

  it('gives every completion token one head row: the row before it, labelled with the token', () => {
    const sequences = inputs(groups);
    const batch = at(packSequences(sequences, unlimited), 0);
    expect(batch.headRows).toBe(sequences.reduce((sum, { completion }) => sum + completion.length, 0));
    batch.places.forEach(({ sequence, token }, head) => {
      const { prompt, completion } = at(sequences, sequence);
      const source = at(batch.sources, head);
      const before = [...prompt, ...completion].at(prompt.length + token - 1);
      expect([field(batch, source, 0), field(batch, source, 1)]).toEqual([before, prompt.length + token - 1]);
      expect(at(batch.labels, head)).toBe(completion[token]);
    });
    expect(new Set(batch.places.map(({ sequence, token }) => `${sequence} ${token}`)).size).toBe(batch.headRows);
    // a row's run of head rows
    for (let row = 0; row < batch.rows; row++) {
      const run = Array.from({ length: field(batch, row, 7) }, (_, i) => at(batch.sources, field(batch, row, 6) + i));
      expect(run.every((source) => source === row)).toBe(true);
    }
  });

  it('sorts the rows into one run per token', () => {
    const batch = at(packSequences(inputs(groups), unlimited), 0);
    const seen: number[] = [];
    for (let run = 0; run < batch.runs; run++) {
      const [token, first, count] = [0, 1, 2].map((i) => at(batch.runTable, run * 4 + i));
      for (let i = 0; i < (count ?? 0); i++) {
        const row = at(batch.sortedRows, (first ?? 0) + i);
        expect(field(batch, row, 0)).toBe(token);
        seen.push(row);
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: batch.rows }, (_, row) => row));
    expect(at(batch.runTable, 3)).toBe(batch.runs);
  });

  it('keeps only wanted tokens, and leaves out sequences without any', () => {
    const [first, second] = inputs([[2, [3, 2]]]);
    if (!first || !second) throw new Error('no inputs');
    const some = [
      { ...first, wanted: [false, true, false] },
      { ...second, wanted: [false, false] },
    ];
    const batch = at(packSequences(some, unlimited), 0);
    expect(batch.places).toEqual([{ sequence: 0, token: 1 }]);
    expect(batch.rows).toBe(rowsOf(first));
    expect(packSequences([{ ...second, wanted: [false, false] }], unlimited)).toEqual([]);
  });

  it('splits in order within the limits, and no token is lost or doubled', () => {
    const sequences = inputs(groups);
    const batches = packSequences(sequences, { rows: 9, headRows: 7 });
    expect(batches.length).toBeGreaterThan(1);
    for (const { rows, headRows } of batches) expect([rows <= 9, headRows <= 7]).toEqual([true, true]);
    const places = batches.flatMap((batch) => batch.places.map(({ sequence, token }) => `${sequence} ${token}`));
    expect(places.sort()).toEqual(
      sequences.flatMap(({ completion }, s) => completion.map((_, t) => `${s} ${t}`)).sort(),
    );
  });

  it('refuses a sequence that no micro-batch holds, and an empty prompt', () => {
    expect(() => packSequences(inputs([[5, [9]]]), { rows: 12, headRows: 20 })).toThrow(
      'sequence 0 takes 13 rows and 9 head rows',
    );
    expect(() => packSequences([{ prompt: [], completion: [1], wanted: null }], unlimited)).toThrow('empty prompt');
  });
});

describe('prefixes', () => {
  it('hold all but the last token of every prompt, equal ones once, none for one token', () => {
    const { batches, rows, starts } = packPrefixes([[1, 2, 3], [9], [1, 2, 4], [5, 6], [1, 2, 3]], Infinity);
    expect([0, 2, 3, 4].map((prompt) => starts[prompt])).toEqual([0, 0, 2, 0]);
    expect(batches.map((batch) => [batch.rows, batch.headRows])).toEqual([[rows, 0]]);
    expect([0, 1, 2].map((row) => field(at(batches, 0), row, 0))).toEqual([1, 2, 5]);
  });

  it('are split between prompts, and starts count on', () => {
    const { batches, rows, starts } = packPrefixes(
      [
        [1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
      ],
      3,
    );
    expect(batches.map((batch) => batch.rows)).toEqual([2, 3, 1]);
    expect(rows).toBe(6);
    expect(starts).toEqual([0, 2, 5]);
  });

  it('are none when every prompt is one token', () => {
    expect(packPrefixes([[1], [2]], Infinity)).toEqual({ batches: [], rows: 0, starts: [0, 0] });
  });
});

it('tells the size of one micro-batch of all sequences before packing', () => {
  const sequences: PackInput[] = [
    { prompt: [1, 2, 3], completion: [4, 5], wanted: null },
    { prompt: [1, 2, 3], completion: [6], wanted: [false] },
    { prompt: [1, 2, 3], completion: [6, 7, 8], wanted: [true, false, true] },
    { prompt: [9], completion: [1], wanted: null },
    { prompt: [1, 2, 3], completion: [5], wanted: null },
  ];
  const [batch, ...more] = packSequences(sequences, unlimited);
  expect(more).toEqual([]);
  expect(packedSize(sequences)).toEqual({ rows: batch?.rows, headRows: batch?.headRows });
});
