import { describe, expect, it } from 'vitest';
import { clippedValueLoss, generalizedAdvantage, whiten } from './gae';
import { advantagesOf, sample } from './rollouts.fixture';

describe('generalizedAdvantage', () => {
  it('with gamma = lambda = 1 is the reward to come minus the value', () => {
    expect(Array.from(generalizedAdvantage([0, 0.5, 1], [0.2, 0.4, 0.9], 1, 1))).toEqual(
      [1.3, 1.1, 0.1].map((value) => expect.closeTo(value, 12) as number),
    );
  });

  it('with lambda = 0 is the one-step error of the critic', () => {
    expect(Array.from(generalizedAdvantage([0, 0, 1], [0.2, 0.4, 0.9], 0.5, 0))).toEqual(
      [0, 0.05, 0.1].map((value) => expect.closeTo(value, 12) as number),
    );
  });
});

describe('whiten', () => {
  it('gives mean 0 and sample variance 1 over all tokens together', () => {
    const flat = whiten([[1, 2], [4], [9, 3, 3]]).flatMap((row) => Array.from(row));
    expect(flat.reduce((a, b) => a + b)).toBeCloseTo(0, 10);
    expect(flat.reduce((total, value) => total + value * value, 0) / 5).toBeCloseTo(1, 6);
  });

  it('makes 0 of equal values, of one value and of none', () => {
    expect(whiten([[2, 2], [2]]).flatMap((row) => Array.from(row))).toEqual([0, 0, 0]);
    expect(whiten([[7]]).flatMap((row) => Array.from(row))).toEqual([0]);
    expect(whiten([])).toEqual([]);
  });
});

describe('clippedValueLoss', () => {
  it('takes the larger of the plain and the clipped error, and stops the gradient where the clip decides', () => {
    expect(clippedValueLoss(0.3, 0.2, 1, 0.5)).toEqual({
      loss: expect.closeTo(0.245, 12) as number,
      slope: expect.closeTo(-0.7, 12) as number,
    });
    expect(clippedValueLoss(0.95, 0.2, 1, 0.5)).toEqual({ loss: expect.closeTo(0.045, 12) as number, slope: 0 });
  });

  it('has the slope of its finite difference', () => {
    for (const value of [-1, 0.1, 0.65, 0.8, 1.4, 3]) {
      const step = 1e-6;
      const difference =
        clippedValueLoss(value + step, 0.2, 1, 0.5).loss - clippedValueLoss(value - step, 0.2, 1, 0.5).loss;
      expect(clippedValueLoss(value, 0.2, 1, 0.5).slope).toBeCloseTo(difference / (2 * step), 5);
    }
  });
});

describe('PPO', () => {
  it('targets are the rewards to come, the price of leaving the reference included', () => {
    const { returns } = advantagesOf('ppo', [sample(0, 1, 2), sample(0, 0, 2)], {}, { params: { rewardKlCoef: 0.5 } });
    // k1 = 0.1 at every token of the fixture.
    expect(Array.from(returns?.[0] ?? [])).toEqual([0.9, 0.95].map((value) => expect.closeTo(value, 6) as number));
    expect(Array.from(returns?.[1] ?? [])).toEqual([-0.1, -0.05].map((value) => expect.closeTo(value, 6) as number));
  });

  it('says what is missing', () => {
    expect(() => advantagesOf('ppo', [{ ...sample(0, 1), values: null }])).toThrow('critic');
    expect(() => advantagesOf('ppo', [{ ...sample(0, 1), refLogp: null }])).toThrow('reference');
  });
});
