import { expect, it } from 'vitest';
import { rounded, timingOf } from './measure';

it('takes the median and the whole spread', () => {
  expect(timingOf([5, 1, 2])).toEqual({ median: 2, low: 1, high: 5, rounds: 3 });
  expect(timingOf([4, 1, 2, 8])).toEqual({ median: 3, low: 1, high: 8, rounds: 4 });
  expect(timingOf([7])).toEqual({ median: 7, low: 7, high: 7, rounds: 1 });
});

it('rounds fractions at any depth to four digits and leaves the rest', () => {
  expect(rounded({ a: 123_456, b: [0.000_123_456, 12.345_678], c: 'x', d: null })).toEqual({
    a: 123_456,
    b: [0.000_123_5, 12.35],
    c: 'x',
    d: null,
  });
});
