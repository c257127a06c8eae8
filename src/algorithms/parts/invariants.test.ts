/**
 * The invariants of docs/algorithms.md that need no engine; `-t "invariant 9"` finds one wherever it stands. Elsewhere:
 * 2, 4, 9 and 14 of a whole run in trainer/train.test.ts, 6 in algorithms.test.ts, 10 in trainer/weightedSequences.test.ts, 14 on the
 * engine in cli/resume.test.ts. The engine's part of 10, 12 and 13 is in model/engine.gradients.test.ts and engine.steps.test.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { penaltyWeights } from '../../objective/penaltyWeights';
import { entropyNats, softmax } from '../../lib/numeric';
import { algorithms } from './registry';
import { advantagesOf, firstAdvantages, group, sample } from './rollouts.fixture';
import { probabilityRatio, surrogate } from '../../objective/surrogate';
import { carriesWeight, tokenWeights, type AggregationOptions } from '../../objective/tokenWeights';
import type { RolloutSample } from './types';

const mixed = [...group(4, 1, 0), ...group(4, 3, 1), sample(2, 0, 5, -0.2)];
const aggregation: AggregationOptions = {
  aggregation: 'token-mean',
  normalizer: 'all',
  maxLength: 8,
  entropyCoef: 0,
  klCoef: 0,
};
const clip = { clipLow: 0.2, clipHigh: 0.2, dualClip: null };

/** Coefficient on -grad logp of every token at rho = 1: policyWeight * advantage, flattened. */
function coefficients(
  samples: readonly RolloutSample[],
  positiveWeight: number,
  negativeWeight: number,
  options = aggregation,
): number[] {
  const { advantage } = advantagesOf('signed', samples, { positiveWeight, negativeWeight });
  return tokenWeights(advantage, options).flatMap(({ policyWeight }, index) =>
    Array.from(policyWeight, (weight, token) => weight * (advantage[index]?.[token] ?? 0)),
  );
}

describe('invariant 1', () => {
  it('REINFORCE = W-REINFORCE with lambda 1, the lambda = 1 end of lambda PSR + NSR', () => {
    const psr = coefficients(mixed, 1, 0);
    const nsr = coefficients(mixed, 0, 1);
    const reinforce = coefficients(mixed, 1, 1);
    reinforce.forEach((value, token) => expect(value).toBeCloseTo((psr[token] ?? 0) + (nsr[token] ?? 0), 6));
  });

  it('W-REINFORCE with lambda 0 is parallel to NSR, whichever normaliser each uses', () => {
    const w = coefficients(mixed, 0, 1);
    const nsr = coefficients(mixed, 0, 1, { ...aggregation, normalizer: 'kept' });
    const ratios = w.flatMap((value, token) => (value === 0 ? [] : [(nsr[token] ?? 0) / value]));
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0] ?? NaN, 5);
    expect(w.map((value) => value === 0)).toEqual(nsr.map((value) => value === 0));
  });
});

it('invariant 3: confidence weighting with equal confidences and equal budget = NSR', () => {
  const samples = group(6, 2);
  const { tokenWeight } = penaltyWeights(samples, { kind: 'power', gamma: 2, normalize: true });
  const weighted = firstAdvantages('signed', samples, { positiveWeight: 0, tokenWeight });
  firstAdvantages('signed', samples, { positiveWeight: 0 }).forEach((advantage, index) =>
    expect(weighted[index]).toBeCloseTo(advantage, 6),
  );
});

describe('invariant 4', () => {
  it.each(['kept', 'all'] as const)('NSR asks for nothing when all are right, PSR when none is (%s)', (normalizer) => {
    for (const [samples, positive, negative] of [
      [group(4, 4), 0, 1],
      [group(4, 0), 1, 0],
    ] as const) {
      const { advantage } = advantagesOf('signed', samples, { positiveWeight: positive, negativeWeight: negative });
      const weights = tokenWeights(advantage, { ...aggregation, normalizer });
      expect(carriesWeight(weights)).toBe(false);
      for (const { policyWeight } of weights) for (const weight of policyWeight) expect(weight).toBe(0);
    }
  });
});

it('invariant 5: NGRPO gives -1/sqrt(G+1) on all wrong; what gives 0 on equal rewards says so by its laws', () => {
  for (const size of [1, 3, 8])
    for (const advantage of firstAdvantages('ngrpo', group(size, 0)))
      expect(advantage).toBeCloseTo(-1 / Math.sqrt(size + 1), 5);
  const silent = algorithms.filter(({ laws }) => laws.includes('equal rewards give nothing')).map(({ id }) => id);
  expect(silent).toEqual(expect.arrayContaining(['grpo', 'drGrpo', 'rloo', 'dapo']));
});

it('invariant 7: RLOO = G/(G-1) Dr. GRPO', () => {
  const samples = [...group(4, 1, 0), ...group(7, 5, 1)];
  const drGrpo = firstAdvantages('drGrpo', samples);
  firstAdvantages('rloo', samples).forEach((advantage, index) => {
    const size = index < 4 ? 4 : 7;
    expect(advantage).toBeCloseTo(((drGrpo[index] ?? 0) * size) / (size - 1), 6);
  });
});

describe('invariant 8: clip truth table, eps 0.2', () => {
  it.each([
    [1, [0.5, 0.79, 1, 1.19], -1],
    [1, [1.21, 3.5], 0],
    [-1, [0.5, 0.79], 0],
    [-1, [0.81, 1, 1.21, 3.5], 1],
  ])('A = %i at %j: slope %i', (advantage, ratios, slope) => {
    for (const ratio of ratios) expect(surrogate(advantage, ratio, clip).slope).toBe(slope);
  });

  it('dual clip 3 stops a wrong answer at rho = 3.5 and leaves it live at 2.9', () => {
    expect(surrogate(-1, 3.5, { ...clip, dualClip: 3 })).toEqual({ loss: 3, slope: 0 });
    expect(surrogate(-1, 2.9, { ...clip, dualClip: 3 }).slope).toBe(1);
  });

  it('switched off, the clip never acts', () => {
    for (const ratio of [0.01, 1, 100])
      expect(surrogate(-1, ratio, { clipLow: Infinity, clipHigh: Infinity, dualClip: null }).slope).toBe(1);
  });
});

it('invariant 9: rho = 1 is never clipped', () => {
  expect(probabilityRatio(-3.2, -3.2)).toBe(1);
  for (const advantage of [-2, -0.1, 0.1, 2]) expect(surrogate(advantage, 1, clip).slope).toBe(-advantage);
});

it('invariant 10: the slope is the finite difference of the loss', () => {
  for (const advantage of [-1.5, 0.7])
    for (const ratio of [0.3, 0.75, 0.9, 1, 1.1, 1.3, 2.5, 4]) {
      const options = { ...clip, dualClip: 3 };
      const step = 1e-6;
      const difference =
        surrogate(advantage, ratio + step, options).loss - surrogate(advantage, ratio - step, options).loss;
      expect(surrogate(advantage, ratio, options).slope).toBeCloseTo(difference / (2 * step), 6);
    }
});

describe('a one-token policy', () => {
  const logits = [1.2, -0.3, 0.4, 2, -1];
  const right = [1, 0, 0, 1, 0];
  const policy = softmax(logits);

  /** Exact expectation over the policy of the logits gradient of the loss, -A (1[v = y] - pi_v). */
  function expectedGradient(positive: number, negative: number): number[] {
    return logits.map((_, v) =>
      Array.from(policy).reduce((total, probability, y) => {
        const advantage = right[y] === 1 ? positive : -negative;
        return total - probability * advantage * ((v === y ? 1 : 0) - (policy[v] ?? 0));
      }, 0),
    );
  }

  it('invariant 11: E g_PSR = E g_NSR = g_W / 1.1 = g_REINFORCE / 2', () => {
    const psr = expectedGradient(1, 0);
    const others = [
      expectedGradient(0, 1),
      expectedGradient(0.1, 1).map((g) => g / 1.1),
      expectedGradient(1, 1).map((g) => g / 2),
    ];
    for (const gradient of others) gradient.forEach((value, v) => expect(value).toBeCloseTo(psr[v] ?? NaN, 12));
    expect(Math.max(...psr.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('invariant 13: uniform entropy is ln V and a gradient row sums to 0', () => {
    expect(entropyNats(softmax([3, 3, 3, 3, 3]))).toBeCloseTo(Math.log(5), 12);
    expect(expectedGradient(0.3, 1.4).reduce((total, value) => total + value, 0)).toBeCloseTo(0, 12);
  });
});

it('invariant 4: no batch, normaliser or aggregation makes a weight that is not finite', () => {
  const anySample = fc
    .tuple(fc.nat(2), fc.constantFrom<0 | 1>(0, 1), fc.nat(4))
    .map(([id, reward, length]) => sample(id, reward, length));
  fc.assert(
    fc.property(
      fc.array(anySample, { maxLength: 6 }),
      fc.constantFrom<readonly [number, number]>([0, 1], [1, 0], [0, 0], [0.1, 1]),
      fc.constantFrom<AggregationOptions['normalizer']>('kept', 'all'),
      fc.constantFrom<AggregationOptions['aggregation']>(
        'token-mean',
        'seq-mean-token-mean',
        'seq-mean-token-sum',
        'constant',
      ),
      (samples, [positiveWeight, negativeWeight], normalizer, kind) => {
        const { advantage } = advantagesOf('signed', samples, { positiveWeight, negativeWeight });
        const weights = tokenWeights(advantage, { ...aggregation, aggregation: kind, normalizer, entropyCoef: 0.1 });
        for (const { policyWeight, entropyWeight } of weights)
          for (const weight of [...policyWeight, ...entropyWeight]) expect(Number.isFinite(weight)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

describe('invariant 12: padding, order and micro-batch split', () => {
  it('weights do not depend on the order of the sequences', () => {
    const { advantage } = advantagesOf('signed', mixed);
    const options = { ...aggregation, aggregation: 'seq-mean-token-mean', entropyCoef: 0.1 } as const;
    expect(tokenWeights([...advantage].reverse(), options).reverse()).toEqual(tokenWeights(advantage, options));
  });

  it('an empty answer changes nothing for the others', () => {
    const { advantage } = advantagesOf('signed', mixed);
    expect(tokenWeights([...advantage, new Float32Array(0)], aggregation).slice(0, -1)).toEqual(
      tokenWeights(advantage, aggregation),
    );
  });
});
