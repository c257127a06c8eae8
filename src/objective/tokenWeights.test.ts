import { describe, expect, it } from 'vitest';
import { sum } from '../lib/numeric';
import { tokenWeights } from './tokenWeights';

const advantages = [Float32Array.of(1, 1), Float32Array.of(0, 0, 0), Float32Array.of(-1)];
const options = { normalizer: 'all', maxLength: 10, entropyCoef: 0.5, klCoef: 0.25 } as const;

describe('aggregations', () => {
  it.each([
    ['token-mean', [1 / 6, 1 / 6, 1 / 6]],
    ['seq-mean-token-mean', [1 / 6, 1 / 9, 1 / 3]],
    ['seq-mean-token-sum', [1 / 3, 1 / 3, 1 / 3]],
    ['constant', [1 / 30, 1 / 30, 1 / 30]],
  ] as const)('%s over all', (aggregation, expected) => {
    tokenWeights(advantages, { ...options, aggregation }).forEach(
      ({ policyWeight, entropyWeight, klWeight }, index) => {
        const weight = expected[index] ?? NaN;
        expect(policyWeight[0]).toBeCloseTo(index === 1 ? 0 : weight, 6);
        expect(entropyWeight[0]).toBeCloseTo(weight * 0.5, 6);
        expect(klWeight[0]).toBeCloseTo(weight * 0.25, 6);
      },
    );
  });

  it.each([
    ['token-mean', 1 / 3],
    ['seq-mean-token-mean', 1 / 4],
    ['seq-mean-token-sum', 1 / 2],
    ['constant', 1 / 20],
  ] as const)(
    '%s over kept sequences leaves rows without advantage out, entropy and KL included',
    (aggregation, expected) => {
      const [first, second] = tokenWeights(advantages, { ...options, aggregation, normalizer: 'kept' });
      expect(first?.policyWeight[0]).toBeCloseTo(expected, 6);
      expect(sum(second?.entropyWeight ?? [1]) + sum(second?.klWeight ?? [1])).toBe(0);
    },
  );
});
