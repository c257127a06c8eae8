import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean } from '../lib/stats';
import { penaltyWeights } from './penaltyWeights';
import { evaluateMapping, mappings } from '../confidence/parts/registry';

it('every mapping of the folder is registered under its file name', () => {
  const files = readdirSync(join(import.meta.dirname, '../confidence'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  expect(mappings.map(({ kind }) => kind).sort()).toEqual(files.sort());
});

describe('mappings', () => {
  it.each([
    [{ kind: 'power', gamma: 1, min: 0.05, max: 1 }, [0.001, 0.5, 1], [0.05, 0.5, 1]],
    [{ kind: 'power', gamma: 2, min: 0.05, max: 0.8 }, [0.5, 1], [0.25, 0.8]],
    [{ kind: 'linear', min: 1, max: 0 }, [0, 0.25, 1], [1, 0.75, 0]],
    [{ kind: 'threshold', at: 0.5, min: 0.1, max: 2 }, [0.49, 0.5], [0.1, 2]],
    [{ kind: 'sigmoid', center: 0.5, steepness: 20, min: 0, max: 2 }, [0.5], [1]],
    [
      {
        kind: 'curve',
        knots: [
          [0, 0, 'linear'],
          [1, 3, 'linear'],
        ],
      },
      [0, 0.5, 1],
      [0, 1.5, 3],
    ],
  ])('%j', (spec, confidences, weights) => {
    confidences.forEach((confidence, index) =>
      expect(evaluateMapping(spec, confidence)).toBeCloseTo(weights[index] ?? NaN, 12),
    );
  });

  it('every mapping with its defaults stays finite and not negative', () => {
    fc.assert(
      fc.property(fc.constantFrom(...mappings), fc.double({ min: 0, max: 1, noNaN: true }), (mapping, confidence) => {
        const spec = Object.fromEntries([
          ['kind', mapping.kind],
          ...mapping.params.map((param) => [param.key, param.default]),
        ]) as { kind: string };
        const weight = evaluateMapping(spec, confidence);
        expect(weight).toBeGreaterThanOrEqual(0);
        expect(weight).toBeLessThanOrEqual(100);
      }),
    );
  });
});

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
