import { describe, expect, it } from 'vitest';
import { at } from '../lib/invariant';
import { configRows, randomWeights } from './engine.fixture';
import { gradientTables, layoutParameters, packTensor, unpackTensor } from './layout';
import { countParameters } from './parameters';

describe.each(configRows)('layout of %s', (_, config) => {
  const layout = layoutParameters(config);

  it('gives every tensor a place of its own, and every value comes back', () => {
    const weights = randomWeights(config);
    const image = new Float32Array(layout.count);
    const owners = new Map<number, string>();
    for (const place of layout.tensors) {
      for (let row = 0; row < place.rows; row++) {
        for (let column = 0; column < place.width; column++) {
          const index = place.at + row * place.stride + column;
          expect(owners.get(index), `${place.name} over another`).toBeUndefined();
          owners.set(index, place.name);
        }
      }
      packTensor(place, weights.get(place.name)?.data ?? new Float32Array(), image);
    }
    expect(owners.size).toBe(countParameters(config));
    for (const place of layout.tensors) expect(unpackTensor(place, image)).toEqual(weights.get(place.name)?.data);
    // padding stays zero
    expect(image.every((value, i) => owners.has(i) || value === 0)).toBe(true);
  });

  it('starts every region on 256 bytes and pads widths to 4', () => {
    const regions = [
      layout.embedding,
      layout.head,
      ...layout.layers.flatMap(({ qkv, output, gateUp, down }) => [qkv, output, gateUp, down]),
    ];
    for (const { at: start, foldedAt, rows, columns, gainAt } of regions) {
      expect([start % 64, foldedAt % 64, rows % 4, columns % 4, (gainAt ?? 0) % 64]).toEqual([0, 0, 0, 0, 0]);
    }
    expect(layout.vectorsAt % 64).toBe(0);
    expect(
      layout.tensors.filter(({ shape }) => shape.length === 1).every(({ at: start }) => start >= layout.vectorsAt),
    ).toBe(true);
    expect(
      layout.tensors.filter(({ shape }) => shape.length === 2).every(({ at: start }) => start < layout.vectorsAt),
    ).toBe(true);
  });

  it('covers each matrix behind a norm with chunks, once, and names its norm', () => {
    const { chunks, norms } = gradientTables(layout, config.tiedEmbeddings);
    const behindNorms = [...layout.layers.flatMap(({ qkv, gateUp }) => [qkv, gateUp]), layout.head];
    expect(norms.length / 4).toBe(behindNorms.length);
    behindNorms.forEach((region, i) => {
      const [first = 0, count = 0, gain = 0, columns = 0] = norms.slice(i * 4, i * 4 + 4);
      expect([gain * 4, columns * 4]).toEqual([region.gainAt, region.columns]);
      let row = 0;
      for (let chunk = first; chunk < first + count; chunk++) {
        expect(at(chunks, chunk * 8 + 3) * 4).toBe(region.at + row * region.columns);
        row += at(chunks, chunk * 8 + 1);
      }
      expect(row).toBe(region.rows);
    });
  });
});
