import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BufferPool } from '../../gpu/buffers';
import { openDevice, type Gpu } from '../../gpu/device';
import { windowTokens } from '../../kernels/vocabulary';
import { InputError } from '../../lib/errors';
import { at } from '../../lib/invariant';
import { describeDecoder } from '../description';
import { configRows, smallConfigs } from '../engine.fixture';
import { layoutParameters, type MatrixRegion } from './layout';
import { foldedRegions, wholeRegions } from './pieces';
import { cutShards, Shards } from './shards';
import { finishTables, foldTables } from './stepTables';
import { gradientRuns } from './decoderWeights';

let gpu: Gpu;
let pool: BufferPool;
beforeAll(async () => {
  gpu = await openDevice();
  pool = new BufferPool(gpu, 'test');
});
afterEach(() => {
  pool.dispose();
});
afterAll(() => {
  gpu.destroy();
});

const mostFloats = 448;
const limits = (most: number) => ({ usual: most, most });

describe.each(configRows)('shards of %s', (_, config) => {
  const layout = layoutParameters(describeDecoder(config));

  it.each([mostFloats, 700, 2 ** 20])('hold every region whole, in order, with at most %i floats', (most) => {
    const runs = cutShards(wholeRegions(layout), limits(most));
    for (const { at: start, length } of wholeRegions(layout)) {
      const own = runs.filter((run) => run.at <= start && start + length <= run.at + run.length);
      expect(own).toHaveLength(1);
    }
    runs.forEach(({ at: start, length }, s) => {
      expect(length).toBeLessThanOrEqual(most);
      const next = runs[s + 1];
      if (next) expect(start + length).toBeLessThanOrEqual(next.at);
    });
    expect(runs.length === 1).toBe(most === 2 ** 20);
    // the gradients have the same cuts, and the tied head's fits behind the last or stands alone
    expect(gradientRuns(layout, limits(most)).map((run) => run.at)).toEqual(
      expect.arrayContaining(runs.map((run) => run.at)) as number[],
    );
  });

  it.each([mostFloats, 2 ** 20])('are covered by the tables of a step, once (%i floats)', (most) => {
    const weights = new Shards(pool, 'weights', 'weights', cutShards(wholeRegions(layout), limits(most)));
    const gradients = new Shards(pool, 'gradients', 'gradients', gradientRuns(layout, limits(most)));
    const transposes = foldedRegions(layout).map(({ folded, name }) => ({ ...folded, name }));
    const folded = new Shards(pool, 'folded', 'folded', cutShards(transposes, limits(most)));

    const { finish, gain, chunkCount } = finishTables(layout, weights, gradients);
    const lone = most > mostFloats;
    expect(finish.length === 1).toBe(lone);
    const addressOf = (shards: Shards, index: number, vec4: number) => at(shards.shards, index).at + vec4 * 4;
    const rows = finish.flatMap((table) =>
      Array.from({ length: table.chunks.length / 8 }, (__, c) => {
        const [from = 0, count = 0, columns4 = 0, weightAt = 0, gainAt = 0, to = 0, add, partialRow = 0] = table.chunks.slice(c * 8);
        return {
          from: addressOf(gradients, table.folded, from), count, columns: columns4 * 4, weight: addressOf(weights, table.weights, weightAt),
          gain: addressOf(weights, table.gains, gainAt), to: addressOf(gradients, table.grads, to), add, partialRow,
        };
      }),
    ); // prettier-ignore
    expect(rows.map(({ partialRow }) => partialRow).sort((a, b) => a - b)).toEqual(
      Array.from({ length: chunkCount }, (__, i) => i),
    );
    const behindNorms: readonly MatrixRegion[] = foldedRegions(layout).filter(({ gainAt }) => gainAt !== null);
    for (const region of behindNorms) {
      const own = rows.filter(({ weight }) => weight >= region.at && weight < region.at + region.length);
      expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(region.rows);
      const isTied = region.at === layout.embedding.at;
      for (const { from, weight, to, columns, gain: gainAt, add } of own) {
        expect([columns, gainAt, to, add]).toEqual([region.columns, region.gainAt, weight, isTied ? 1 : 0]);
        expect(from - weight).toBe(isTied ? layout.headGradient.at - region.at : 0);
      }
    }
    const norms = gain.flatMap((table) =>
      Array.from({ length: table.norms.length / 4 }, (__, n) => addressOf(gradients, table.gains, at(table.norms, n * 4 + 2))),
    ); // prettier-ignore
    expect(norms.sort((a, b) => a - b)).toEqual(
      behindNorms.map(({ gainAt }) => gainAt).sort((a, b) => (a ?? 0) - (b ?? 0)),
    );

    const moved = foldTables(foldedRegions(layout), weights, folded).flatMap((table) =>
      Array.from({ length: table.matrices.length / 8 }, (__, m) => [
        addressOf(weights, table.weights, at(table.matrices, m * 8)),
        addressOf(folded, table.folded, at(table.matrices, m * 8 + 1)),
      ]),
    );
    expect(new Map(moved.map(([from = 0, to = 0]) => [from, to]))).toEqual(
      new Map(foldedRegions(layout).map((region) => [region.at, region.folded.at])),
    );
  });
});

describe('tables over a large vocabulary', () => {
  const vocabularySize = 2 * windowTokens + 809;
  const layout = layoutParameters(describeDecoder({ ...smallConfigs.llama, vocabularySize }));
  const windowFloats = windowTokens * layout.embedding.columns;

  it('may be cut between windows, never inside one', () => {
    const runs = cutShards(wholeRegions(layout), limits(windowFloats));
    const ends = runs.map((run) => (run.at + run.length - layout.embedding.at) / windowFloats);
    expect(ends.slice(0, 2)).toEqual([1, 2]);
    expect(() => cutShards(wholeRegions(layout), limits(windowFloats - 4))).toThrow(
      /192\.0 KiB for its embedding, rows 0 to 4095/,
    );
  });

  it('are found again, row by row', () => {
    const shards = new Shards(pool, 'weights', 'weights', cutShards(wholeRegions(layout), limits(windowFloats)));
    const windows = shards.windows(layout.embedding);
    expect(windows.map(({ first, tensor }) => [first, tensor.rows])).toEqual([
      [0, windowTokens],
      [windowTokens, windowTokens],
      [2 * windowTokens, 812],
    ]);
    expect(new Set(windows.map(({ tensor }) => tensor.buffer)).size).toBe(3);
  });

  it('have a chunk of the step for each 64 rows, whatever the cuts, and one norm', () => {
    const tables = [windowFloats, 2 ** 24].map((most) => {
      const weights = new Shards(pool, 'weights', 'weights', cutShards(wholeRegions(layout), limits(most)));
      const gradients = new Shards(pool, 'gradients', 'gradients', gradientRuns(layout, limits(most)));
      const { finish, gain, chunkCount } = finishTables(layout, weights, gradients);
      const rows = finish.flatMap(({ chunks }) => chunks.filter((_, i) => i % 8 === 1));
      return {
        chunkCount,
        rows: [...rows].sort(),
        norms: gain.flatMap(({ norms }) => norms.filter((_, i) => i % 4 < 2)),
      };
    });
    expect(at(tables, 0)).toEqual(at(tables, 1));
    expect(at(tables, 1).norms.slice(-2)).toEqual([at(tables, 1).chunkCount - 141, 141]);
  });
});

describe('a matrix larger than the usual buffer', () => {
  const layout = layoutParameters(describeDecoder(smallConfigs.llama));
  const regions = wholeRegions(layout);

  it('has a buffer of its own', () => {
    const runs = cutShards(regions, { usual: 100, most: 1000 });
    const larger = regions.filter(({ length }) => length > 100);
    expect(larger.length).toBeGreaterThan(4);
    for (const { at: start, length } of larger) expect(runs).toContainEqual({ at: start, length });
  });

  it('is refused past what the device binds, by name and with numbers', () => {
    const cut = () => cutShards(regions, { usual: 100, most: 100 });
    expect(cut).toThrow(InputError);
    expect(cut).toThrow(/576 B for its embedding.*no buffer over 400 B/);
  });
});
