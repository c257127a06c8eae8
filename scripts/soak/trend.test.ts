import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/lib/rng.ts';
import { median, trendOf, type Sample } from './trend.ts';

const rng = createRng(3, 'trend test');
const noisy = (count: number, slope: number, noise: number): Sample[] =>
  Array.from({ length: count }, (_, at) => ({ at, value: 100 + slope * at + noise * rng.nextGaussian() }));

describe('a trend', () => {
  it('of a line is its slope, without doubt', () => {
    const trend = trendOf(noisy(20, 0.5, 0), 1);
    expect(trend.slope).toBeCloseTo(0.5, 12);
    expect(trend.low).toBeCloseTo(0.5, 12);
    expect(trend.high).toBeCloseTo(0.5, 12);
    expect(trend.level).toBe(104.75);
  });

  it('holds the true slope in more than 8 of 10 intervals', () => {
    const held = Array.from({ length: 100 }, (_, seed) => trendOf(noisy(20, 0.02, 1), seed)).filter(
      ({ low, high }) => low <= 0.02 && high >= 0.02,
    ).length;
    expect(held).toBeGreaterThan(80);
  });

  it('is not moved by samples that another program spoilt', () => {
    const samples = noisy(40, 0, 1).map((sample) => (sample.at % 9 === 8 ? { ...sample, value: 400 } : sample));
    const { low, high } = trendOf(samples, 1);
    expect(low).toBeLessThanOrEqual(0);
    expect(high).toBeLessThan(0.2);
  });

  it('sees a leak of a thousandth a step within the noise of a tenth', () => {
    const { low } = trendOf(noisy(1000, 0.1, 10), 1);
    expect(low).toBeGreaterThan(0.08);
  });

  it('reads many samples as the medians of 50 blocks', () => {
    expect(trendOf(noisy(1000, 0, 1), 1).points).toBe(50);
  });
});

it('the median of an even count lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
