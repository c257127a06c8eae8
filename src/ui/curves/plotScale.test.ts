import { describe, expect, it } from 'vitest';
import { formatTick, linearScale, logScale, niceTicks } from './plotScale';

describe('plot scales', () => {
  it('chooses round ticks inside the range', () => {
    expect(niceTicks(0, 1.5, 4)).toEqual([0, 0.5, 1, 1.5]);
    expect(niceTicks(0, 140, 4)).toEqual([0, 50, 100]);
    expect(niceTicks(3, 3, 4)).toEqual([3]);
  });
  it('maps values to pixels and back, y upside down', () => {
    const scale = linearScale(0, 2, 100, 0);
    expect(scale.toPixel(0.5)).toBe(75);
    expect(scale.toValue(75)).toBeCloseTo(0.5);
  });
  it('draws zero at the floor of a log axis', () => {
    const scale = logScale(1e-6, 1e-2, 100, 0);
    expect(scale.toPixel(0)).toBe(100);
    expect(scale.toPixel(1e-4)).toBeCloseTo(50);
    expect(scale.toValue(50)).toBeCloseTo(1e-4, 8);
    expect(scale.ticks).toHaveLength(5);
  });
  it('writes ticks briefly', () => {
    expect([0, 0.0001, 0.05, 1500, 12_000].map(formatTick)).toEqual(['0', '1e-4', '0.05', '1500', '12k']);
  });
});
