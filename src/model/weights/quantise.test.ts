import { describe, expect, it } from 'vitest';
import { quantisedGroup, quantisedRow } from '../../kernels/tensor';
import { at } from '../../lib/invariant';
import { relativeError } from '../../lib/numeric';
import { createRng } from '../../lib/rng';
import { float16Value } from '../halfFloat';
import { dequantise, quantisedImage, quantiseRows } from './quantise';

const types = ['q8', 'q4'] as const;
const limits = { q8: [-127, 127], q4: [-8, 7] } as const;

function gaussian(count: number, seed: string): Float32Array {
  const rng = createRng(1, 'quantise', seed);
  return Float32Array.from({ length: count }, () => 0.02 * rng.nextGaussian());
}

function quantised(type: 'q8' | 'q4', values: Float32Array, width: number, columns = width) {
  const image = quantisedImage(type, values.length / width, columns);
  quantiseRows(values, width, image, 0);
  return image;
}

/** The scale of each group, row by row. */
function scalesOf(image: ReturnType<typeof quantised>): number[] {
  const row = quantisedRow(image.type, image.columns);
  const halves = new Uint16Array(image.words.buffer);
  return Array.from({ length: image.words.length / row.words }, (_, r) =>
    Array.from({ length: row.groups }, (__, g) => float16Value(at(halves, 2 * (r * row.words + row.valueWords) + g))),
  ).flat();
}

describe.each(types)('%s', (type) => {
  const [least, most] = limits[type];

  it.each([32, 48, 100, 12, 4])('holds the nearest number for its scale in every place of rows of %i', (width) => {
    const values = gaussian(6 * width, String(width));
    const image = quantised(type, values, width);
    const found = dequantise(image);
    const scales = scalesOf(image);
    const groups = Math.ceil(width / quantisedGroup);
    values.forEach((value, i) => {
      const scale = at(scales, Math.floor(i / width) * groups + Math.floor((i % width) / quantisedGroup));
      const number = Math.max(least, Math.min(most, value / scale));
      // half a step beyond the nearest, in float64, and what the division in float32 may tip over
      expect(Math.abs(at(found, i) / scale - number)).toBeLessThanOrEqual(0.5 + 1e-5);
      expect(Number.isInteger(at(found, i) / scale)).toBe(true);
    });
  });

  it('keeps padding, and groups of zeros, at zero', () => {
    const values = gaussian(3 * 30, 'padded');
    values.fill(0, 30, 60);
    const image = quantised(type, values, 30, 36);
    const found = dequantise(image);
    for (let row = 0; row < 3; row++)
      expect([...found.subarray(row * 36 + 30, row * 36 + 36)]).toEqual(Array(6).fill(0));
    expect([...found.subarray(36, 72)]).toEqual(Array(36).fill(0));
  });

  it('writes rows where they belong, to the same bits in one go or several', () => {
    const values = gaussian(7 * 40, 'rows');
    const whole = quantised(type, values, 40);
    const parts = quantisedImage(type, 7, 40);
    quantiseRows(values.subarray(0, 3 * 40), 40, parts, 0);
    quantiseRows(values.subarray(3 * 40), 40, parts, 3);
    expect(parts.words).toEqual(whole.words);
  });

  it('survives values that no scale can hold', () => {
    const values = new Float32Array(64).fill(1e-12);
    values.set([3e38, -3e38, 1], 32);
    const found = dequantise(quantised(type, values, 64));
    expect(found.every(Number.isFinite)).toBe(true);
    expect([...found.subarray(0, 32)]).toEqual(Array(32).fill(0));
  });
});

it('4 bits lose less than the scale of the largest magnitude alone would, and no fine search finds much less', () => {
  const values = gaussian(64 * 512, 'search');
  const own = relativeError(dequantise(quantised('q4', values, 512)), values);
  /** Relative root of the squared error where each group takes the best of these sizes, in float64. */
  const lossOf = (spans: readonly number[], refine: boolean): number => {
    let lost = 0;
    let all = 0;
    for (let start = 0; start < values.length; start += quantisedGroup) {
      const group = Float64Array.from(values.subarray(start, start + quantisedGroup));
      const largest = group.reduce((found, value) => (Math.abs(value) > Math.abs(found) ? value : found));
      const errors = spans.map((span) => {
        const numbers = group.map((value) => Math.max(-8, Math.min(7, Math.round((-span * value) / largest))));
        const products = group.reduce((sum, value, i) => sum + value * at(numbers, i), 0);
        const scale = refine ? products / numbers.reduce((sum, number) => sum + number * number, 0) : -largest / span;
        return group.reduce((sum, value) => {
          const number = Math.max(-8, Math.min(7, Math.round(value / scale)));
          return sum + (value - scale * number) ** 2;
        }, 0);
      });
      lost += Math.min(...errors);
      all += group.reduce((sum, value) => sum + value * value, 0);
    }
    return Math.sqrt(lost / all);
  };
  expect(own).toBeLessThan(0.97 * lossOf([8], false));
  const fine = Array.from({ length: 61 }, (_, i) => 6 + 0.05 * i);
  expect(own).toBeLessThan(1.03 * lossOf(fine, true));
});

it('8 bits lose half a percent', () => {
  const values = gaussian(64 * 512, 'eight');
  expect(relativeError(dequantise(quantised('q8', values, 512)), values)).toBeLessThan(0.006);
});
