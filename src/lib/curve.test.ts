import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { easings, evaluateCurve, readKnots, type Knot } from './curve';

const knots: readonly Knot[] = [
  [0, 0, 'linear'],
  [0.25, 1, 'step'],
  [0.5, 2, 'cosine'],
  [0.75, 4, 'exponential'],
  [1, 0, 'linear'],
];

describe('evaluateCurve', () => {
  it('goes through its knots and eases each segment its own way', () => {
    for (const [x, y] of knots) expect(evaluateCurve(knots, x)).toBeCloseTo(y, 12);
    expect(evaluateCurve(knots, 0.125)).toBe(0.5);
    expect(evaluateCurve(knots, 0.4999)).toBe(1);
    expect(evaluateCurve(knots, 0.625)).toBeCloseTo(3, 12);
    expect(evaluateCurve(knots, 0.875)).toBeCloseTo(4 - (4 * (1 - Math.exp(-2.1))) / (1 - Math.exp(-4.2)), 12);
  });

  it('is constant outside its knots and jumps where two share an x', () => {
    const jump: readonly Knot[] = [
      [0.2, 1, 'linear'],
      [0.5, 2, 'linear'],
      [0.5, 5, 'linear'],
      [0.8, 5, 'linear'],
    ];
    expect([0, 0.5, 1].map((x) => evaluateCurve(jump, x))).toEqual([1, 5, 5]);
    expect(evaluateCurve(jump, 0.499999)).toBeCloseTo(2, 4);
  });

  it('monotone segments keep monotone data monotone', () => {
    const heights = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 2, maxLength: 7 });
    fc.assert(
      fc.property(heights, (steps) => {
        let y = 0;
        const rising = steps.map((step, index): Knot => [index / (steps.length - 1), (y += step), 'monotone']);
        let previous = -Infinity;
        for (let x = 0; x <= 1; x += 0.01) {
          const value = evaluateCurve(rising, x);
          expect(value).toBeGreaterThanOrEqual(previous - 1e-9);
          previous = value;
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('readKnots', () => {
  it('reads what JSON brings back', () => {
    expect(readKnots(JSON.parse(JSON.stringify(knots)), 'curve')).toEqual(knots);
    expect(easings).toHaveLength(5);
  });

  it.each([
    [[], 'curve'],
    ['x', 'curve'],
    [[[0, 1]], 'curve.0'],
    [[[0, NaN, 'linear']], 'curve.0.y'],
    [[[0, 9, 'linear']], 'curve.0.y'],
    [[[0, 1, 'bounce']], 'curve.0.easing'],
    [
      [
        [0.5, 1, 'linear'],
        [0.4, 1, 'linear'],
      ],
      'curve.1.x',
    ],
    [[[1.5, 1, 'linear']], 'curve.0.x'],
  ])('refuses %j and names %s', (value, field) => {
    expect(() => readKnots(value, 'curve', 0, 5)).toThrow(new RegExp(`^${field}: `));
  });
});

it('is a number between knots that are too close for a slope', () => {
  const close: Knot[] = [
    [0, 0, 'monotone'],
    [5e-324, 1, 'monotone'],
    [1, 2, 'linear'],
  ];
  expect(evaluateCurve(close, 0)).toBe(0);
  expect(evaluateCurve(close, 0.5)).toBeGreaterThan(1);
});
