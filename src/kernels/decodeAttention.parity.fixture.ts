/** decode_attention.wgsl and its forms against float64: one new token over a shared prefix and the sequence's own cache. */
import { describe, expect, it } from 'vitest';
import { at } from '../lib/invariant';
import { ropeTable } from '../model/decoder/ropeTable';
import { attentionForward, prepareHeads } from './attention.reference';
import { decodeAttention } from './decode';
import { headVectors, type headShapes } from './heads.fixture';
import { expectClose, expectUntouched, normals, type KernelBench } from './kernelBench.fixture';
import { Matrix } from './matrix.reference';
import type { KernelVariant } from './variant';

/** Prefix length, tokens in the cache, ended. */
const sequences = [
  { prefix: 0, length: 0, done: 0 },
  { prefix: 1, length: 2, done: 0 },
  { prefix: 65, length: 1, done: 1 },
  { prefix: 65, length: 64, done: 0 },
  { prefix: 0, length: 5, done: 0 },
];
/** Row r of the batch holds sequence going[r]; sequence 1 is not in the batch. */
const going = [4, 3, 2, 0];

/** Slots of the cache: prompts from slot 3, then pages, no two of a sequence in a row. */
const promptAt = 3;
const pageTokens = 16;
const pagesEach = 5;
const pageTable = Array.from({ length: sequences.length * pagesEach }, (_, i) => 5 + ((7 * i) % 25));
const slots = (5 + pageTable.length) * pageTokens;
const ownSlot = (s: number, token: number) =>
  at(pageTable, s * pagesEach + Math.floor(token / pageTokens)) * pageTokens + (token % pageTokens);

export function decodeAttentionParity(
  open: () => KernelBench,
  shapes: typeof headShapes,
  variant: KernelVariant,
): void {
  describe.each(shapes)('%s', (_, shape) => {
    it('mixes prefix, cache and the token itself, and stores its key and value', async () => {
      const bench = open();
      const kv = 2 * shape.kvHeads * shape.headDim;
      const kAt = shape.qHeads * shape.headDim;
      const cache = new Matrix(slots, kv, normals(slots * kv, 1, 'cache'));
      const raw = normals(going.length * shape.qkvWidth, 1, 'qkv');
      const vectors = headVectors(shape);
      const table = ropeTable(256, shape.headDim, 100);
      const sampling = new ArrayBuffer(48);
      new Uint32Array(sampling).set([going.length]);
      const states = sequences.flatMap(({ prefix, length, done }, s) => [
        promptAt,
        prefix,
        length,
        done,
        0,
        0,
        s * pagesEach,
        0,
      ]);
      const cacheSlice = bench.floats(cache.data);
      const mixed = bench.poisoned(going.length * shape.mixedWidth);
      const calls = decodeAttention(shape, variant, {
      sampling: bench.uniform(sampling), sequences: bench.words(states), active: bench.words(going), qkv: bench.floats(raw),
      cache: cacheSlice, pages: bench.words(pageTable), pageTokens, mixed, table: bench.floats(table), vectors: bench.floats(vectors),
    }); // prettier-ignore
      await bench.run(calls, { rows: going.length });
      const actual = await bench.read(mixed, going.length * shape.mixedWidth);
      const cached = await bench.read(cacheSlice, cache.data.length);
      const expectedCache = cache.data.slice();
      going.forEach((s, row) => {
        const { prefix: before, length, done } = at(sequences, s);
        const own = actual.slice(row * shape.mixedWidth, (row + 1) * shape.mixedWidth);
        if (done === 1) {
          expectUntouched(new Uint32Array(own.buffer), 'a sequence that has ended');
          return;
        }
        // the sequence as rows: prefix, cache, the new token
        const position = before + length;
        const newest = new Matrix(1, shape.qkvWidth, raw.slice(row * shape.qkvWidth, (row + 1) * shape.qkvWidth));
        const prepared = prepareHeads({ shape, rows: [{ position, keys: [] }], raw: newest, vectors, table });
        const all = Matrix.from(position + 1, shape.qkvWidth, (r, column) => {
          if (r === position) return prepared.get(0, column);
          const slot = r < before ? promptAt + r : ownSlot(s, r - before);
          return column < kAt || column >= kAt + kv ? 0 : cache.get(slot, column - kAt);
        });
        const rows = Array.from({ length: position + 1 }, (_row, r) => ({ position: r, keys: [r] }));
        rows[position] = { position, keys: rows.map((_row, r) => r) };
        const expected = attentionForward(shape, rows, all).mixed.row(position);
        const width = shape.qHeads * shape.headDim;
        expectClose(own.slice(0, width), expected.slice(0, width), 3e-6, `mixed of sequence ${s}`);
        expectedCache.set(prepared.row(0).slice(kAt, kAt + kv), ownSlot(s, length) * kv);
      });
      expectClose(cached, expectedCache, 1e-6, 'cache');
      expect(cached.filter((value, i) => value !== Math.fround(at(cache.data, i))).length).toBeLessThanOrEqual(3 * kv);
    });
  });
}
