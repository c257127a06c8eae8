import { describe, expect, it } from 'vitest';
import { configRows, randomWeights } from '../engine.fixture';
import { describeDecoder } from '../description';
import { countParameters } from '../parameters';
import { layoutParameters } from './layout';
import { foldedRegions, wholeRegions } from './pieces';
import { packTensor, unpackTensor } from './tensorImage';

describe.each(configRows)('layout of %s', (_, config) => {
  const layout = layoutParameters(describeDecoder(config));

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
    for (const place of layout.tensors) {
      const data = new Float32Array(place.rows * place.width);
      expect(unpackTensor(place, data, image)).toBe(place.rows);
      expect(data).toEqual(weights.get(place.name)?.data);
    }
    // padding stays zero
    expect(image.every((value, i) => owners.has(i) || value === 0)).toBe(true);
  });

  it('starts every region on 256 bytes and pads widths to 4', () => {
    for (const region of wholeRegions(layout)) expect([region.at % 64, region.length % 4], region.name).toEqual([0, 0]);
    for (const { folded, rows, columns, gainAt } of foldedRegions(layout)) {
      expect([folded.at % 64, rows % 4, columns % 4, (gainAt ?? 0) % 64]).toEqual([0, 0, 0, 0]);
    }
    expect(layout.vectorsAt % 64).toBe(0);
    expect(
      layout.tensors.filter(({ shape }) => shape.length === 1).every(({ at: start }) => start >= layout.vectorsAt),
    ).toBe(true);
    expect(
      layout.tensors.filter(({ shape }) => shape.length === 2).every(({ at: start }) => start < layout.vectorsAt),
    ).toBe(true);
  });
});
