import { describe, expect, it } from 'vitest';
import { mean } from '../lib/stats';
import { penaltyWeights } from './penaltyWeights';

describe('penaltyWeights', () => {
  const rollouts = [
    { reward: 0, oldLogp: [-1, -3] },
    { reward: 1, oldLogp: [-0.1] },
    { reward: 0, oldLogp: [-0.5] },
  ];

  it('takes the length-normalised likelihood as confidence and weighs right answers 1', () => {
    const { confidence, weight } = penaltyWeights(rollouts, { kind: 'power' });
    expect(Array.from(confidence)).toEqual([Math.exp(-2), Math.exp(-0.1), Math.exp(-0.5)]);
    expect(Array.from(weight)).toEqual([Math.exp(-2), 1, Math.exp(-0.5)]);
  });

  it('per token maps each token of a wrong answer by its own probability', () => {
    const { tokenWeight, weight } = penaltyWeights(rollouts, { kind: 'power', scope: 'token' });
    expect(Array.from(tokenWeight[0] ?? [])).toEqual([Math.exp(-1), 0.05]);
    expect(weight[0]).toBeCloseTo((Math.exp(-1) + 0.05) / 2, 12);
    expect(Array.from(tokenWeight[1] ?? [])).toEqual([1]);
  });

  it.each(['sequence', 'token'] as const)('equal budget makes the mean weight of the wrong samples 1 (%s)', (scope) => {
    const { tokenWeight } = penaltyWeights(rollouts, { kind: 'power', scope, normalize: true });
    const wrong = [tokenWeight[0] ?? [], tokenWeight[2] ?? []];
    const perSample = wrong.map((weights) => mean(weights));
    expect(mean(scope === 'token' ? wrong.flatMap((weights) => Array.from(weights)) : perSample)).toBeCloseTo(1, 12);
    expect(Array.from(tokenWeight[1] ?? [])).toEqual([1]);
  });

  it('never makes NaN of an empty class, an empty answer or weights of zero', () => {
    const cases = [[], [{ reward: 1, oldLogp: [-1] }], [{ reward: 0, oldLogp: [] }], [{ reward: 0, oldLogp: [-2] }]];
    for (const rolloutsOfCase of cases) {
      const { weight, confidence } = penaltyWeights(rolloutsOfCase, {
        kind: 'linear',
        min: 0,
        max: 0,
        normalize: true,
      });
      for (const value of [...weight, ...confidence]) expect(Number.isFinite(value)).toBe(true);
    }
  });
});
