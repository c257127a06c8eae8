import { expect, it } from 'vitest';
import { passOfProbability } from '../lib/exactPass';
import { curveOfProblems, ofProblems, packProbabilities, unpackProbabilities } from './coolingProblems';

const probability = [
  [1, 0.5, 1e-9],
  [0.25, 0, 1e-20],
];

it('probabilities come back to a 4,000th of themselves, 0 and what is next to it as 0', () => {
  const back = unpackProbabilities(packProbabilities(probability), 2, 3);
  expect(back?.[0]?.[0]).toBe(1);
  [0.5, 1e-9].forEach((p, index) => expect(Math.abs((back?.[0]?.[index + 1] ?? NaN) / p - 1)).toBeLessThan(1 / 4000));
  expect(Array.from(back?.[1] ?? []).slice(1)).toEqual([0, 0]);
});

it('another number of probabilities, or no base64, is refused', () => {
  expect(unpackProbabilities(packProbabilities(probability), 2, 4)).toBeNull();
  expect(unpackProbabilities('%', 2, 3)).toBeNull();
});

it('some of the problems, in another order, have a curve of their own', () => {
  const all = { temperatures: [1, 0.5], problemIds: ['a', 'b', 'c'], probability };
  const own = ofProblems(all, ['c', 'a']);
  expect(own?.probability[1]).toEqual(Float64Array.from([1e-20, 0.25]));
  expect(ofProblems(all, ['a', 'x'])).toBeNull();
  const [, cold] = own ? curveOfProblems(own, [1, 8]).points : [];
  expect(cold?.passAtK[1]).toBeCloseTo(passOfProbability(0.25, 8) / 2, 12);
});
