import { describe, expect, it } from 'vitest';
import { createRng, deriveSeed } from './rng';
import { mean } from './stats';

const take = (n: number, draw: () => number) => Array.from({ length: n }, draw);

describe('createRng', () => {
  it('is decided by seed and streams', () => {
    const first = take(9, createRng(7, 'data', 3).nextUint32);
    expect(take(9, createRng(7, 'data', 3).nextUint32)).toEqual(first);
    for (const other of [
      createRng(8, 'data', 3),
      createRng(7, 'data', 4),
      createRng(7, 'date', 3),
      createRng(7, 3, 'data'),
      createRng(7 + 2 ** 32, 'data', 3),
    ])
      expect(take(9, other.nextUint32)).not.toEqual(first);
  });

  it('draws uniformly from [0, 1)', () => {
    const values = take(20_000, createRng(1).nextFloat);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
  });

  it('draws integers of a range evenly', () => {
    const rng = createRng(2);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 9000; draw++) {
      const value = rng.int(3);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(200);
  });

  it('shuffles to a permutation, every position alike', () => {
    const firsts = [0, 0, 0, 0];
    for (let seed = 0; seed < 2000; seed++) {
      const shuffled = createRng(seed).shuffle([0, 1, 2, 3]);
      expect([...shuffled].sort()).toEqual([0, 1, 2, 3]);
      firsts[shuffled[0] ?? 0] = (firsts[shuffled[0] ?? 0] ?? 0) + 1;
    }
    for (const count of firsts) expect(Math.abs(count - 500)).toBeLessThan(100);
  });

  it('draws Gaussians of mean 0 and variance 1', () => {
    const values = take(20_000, createRng(3).nextGaussian);
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(mean(values.map((value) => value * value))).toBeCloseTo(1, 1);
  });

  it('refuses seeds that would be rounded', () => {
    expect(() => createRng(-1)).toThrow('seed');
    expect(() => createRng(1.5)).toThrow('seed');
  });
});

it('deriveSeed gives a uint32 per purpose', () => {
  expect(deriveSeed(5, 'rollout', 1)).toBe(deriveSeed(5, 'rollout', 1));
  expect(deriveSeed(5, 'rollout', 1)).not.toBe(deriveSeed(5, 'rollout', 2));
});
