import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cos, exp, log } from './transcendental';

/** Distance in units of the last place of `right`. */
function ulps(value: number, right: number): number {
  if (Object.is(value, right) || value === right) return 0;
  const place = Math.max(Number.MIN_VALUE, Math.abs(right) * 2 ** -52);
  return Math.abs(value - right) / place;
}

describe('against Math, which may itself be off by one', () => {
  it('exp', () => {
    fc.assert(fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => ulps(exp(x), Math.exp(x)) <= 2));
    fc.assert(fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (x) => ulps(exp(x), Math.exp(x)) <= 2));
  });

  it('log', () => {
    fc.assert(fc.property(fc.double({ min: 5e-324, max: 1e308, noNaN: true }), (x) => ulps(log(x), Math.log(x)) <= 2));
    fc.assert(fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) => ulps(log(x), Math.log(x)) <= 2));
  });

  it('cos, absolutely', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (x) => Math.abs(cos(x) - Math.cos(x)) < 1e-14),
    );
  });
});

it('keeps the exact values and the edges', () => {
  expect([exp(0), log(1), cos(0), cos(Math.PI)]).toEqual([1, 0, 1, -1]);
  expect(ulps(exp(1), Math.E)).toBeLessThanOrEqual(1);
  expect([exp(-Infinity), exp(Infinity), exp(-746), exp(710)]).toEqual([0, Infinity, 0, Infinity]);
  expect([log(0), log(Infinity)]).toEqual([-Infinity, Infinity]);
  expect([exp(NaN), log(-1), log(NaN)]).toEqual([NaN, NaN, NaN]);
  expect(exp(-745)).toBeGreaterThan(0);
});
