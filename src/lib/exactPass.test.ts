import { describe, expect, it } from 'vitest';
import { exactKs, passOfProbability, passSlope } from './exactPass';

describe('pass@k of a known probability', () => {
  it.each([0, 1e-12, 1e-6, 0.003, 0.15, 0.5, 0.999, 1])('agrees with -expm1(k log1p(-p)) at p = %s', (p) => {
    for (const k of [...exactKs, 3, 7, 100, 1_000_000]) {
      const expected = p === 1 ? 1 : -Math.expm1(k * Math.log1p(-p));
      expect(Math.abs(passOfProbability(p, k) - expected)).toBeLessThanOrEqual(1e-12 * expected);
    }
  });

  it('is p itself at k = 1 and grows with k', () => {
    expect(passOfProbability(0.3, 1)).toBe(0.3);
    const fan = exactKs.map((k) => passOfProbability(0.01, k));
    expect(fan).toEqual([...fan].sort((a, b) => a - b));
  });

  it('has the slope k (1 - p)^(k - 1)', () => {
    const step = 1e-6;
    for (const p of [0.01, 0.2, 0.7])
      for (const k of [1, 2, 5, 64]) {
        const difference = (passOfProbability(p + step, k) - passOfProbability(p - step, k)) / (2 * step);
        expect(passSlope(p, k)).toBeCloseTo(difference, 6);
      }
    expect(passSlope(0, 64)).toBe(64);
    expect(passSlope(1, 64)).toBe(0);
    expect(passSlope(1, 1)).toBe(1);
  });
});
