import { describe, expect, it } from 'vitest';
import { createRng } from './rng';
import {
  bootstrapColumns,
  bootstrapMean,
  mean,
  pairedDifference,
  passAtK,
  passKs,
  sampleStd,
  studentInterval,
} from './stats';

describe('passAtK, golden table of docs/algorithms.md section 7', () => {
  it.each([
    [256, 1, 16, 0.0625],
    [256, 13, 8, 0.344855455],
    [256, 128, 4, 0.9389676819],
    [64, 3, 16, 0.5848694316],
    [8, 2, 4, 0.7857142857],
    [8, 0, 8, 0],
  ])('n=%i c=%i k=%i', (n, c, k, expected) => {
    expect(passAtK(n, c, k)).toBeCloseTo(expected, 10);
  });

  it('is c/n at k=1 and 0 or 1 at k=n', () => {
    for (let c = 0; c <= 6; c++) {
      expect(passAtK(6, c, 1)).toBeCloseTo(c / 6, 12);
      expect(passAtK(6, c, 6)).toBe(c === 0 ? 0 : 1);
    }
  });

  it('refuses k beyond n', () => {
    expect(() => passAtK(4, 1, 5)).toThrow('pass@k');
  });
});

it('passKs doubles up to n', () => {
  expect(passKs(64)).toEqual([1, 2, 4, 8, 16, 32, 64]);
  expect(passKs(24)).toEqual([1, 2, 4, 8, 16, 24]);
  expect(passKs(1)).toEqual([1]);
});

it('mean and sampleStd never make NaN', () => {
  expect([mean([]), sampleStd([]), sampleStd([3])]).toEqual([0, 0, 0]);
  expect(sampleStd([0, 0, 0, 0, 1, 1, 1, 1])).toBeCloseTo(0.534522, 6);
});

describe('bootstrap', () => {
  it('covers the true mean about 95 times in 100', () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const rng = createRng(trial);
      const { low, high } = bootstrapMean(Array.from({ length: 60 }, rng.nextFloat), trial, 200);
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(176);
    expect(covered).toBeLessThanOrEqual(200);
  });

  it('is seeded and resamples columns together', () => {
    const rows = Array.from({ length: 30 }, (_, index) => [index % 2, index % 2]);
    const [first, second] = bootstrapColumns(rows, 4);
    expect(first).toEqual(second);
    expect(bootstrapColumns(rows, 4)).toEqual([first, second]);
  });

  it('gives an empty mean as zeros', () => {
    expect(bootstrapMean([], 1)).toEqual({ mean: 0, low: 0, high: 0 });
  });

  it('sees a small paired difference that two separate intervals would hide', () => {
    const rng = createRng(9);
    const b = Array.from({ length: 100 }, rng.nextFloat);
    const { mean: difference, low } = pairedDifference(
      b.map((value) => value + 0.02 + 0.01 * rng.nextFloat()),
      b,
      1,
    );
    expect(difference).toBeCloseTo(0.025, 2);
    expect(low).toBeGreaterThan(0.02);
  });
});

it('studentInterval of three seeds uses t = 4.303', () => {
  const { mean: centre, low } = studentInterval([1, 2, 3]);
  expect(centre).toBe(2);
  expect(low).toBeCloseTo(2 - 4.3027 / Math.sqrt(3), 4);
  expect(studentInterval([1]).high).toBe(Infinity);
});
