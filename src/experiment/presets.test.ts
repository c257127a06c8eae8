import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../trainer/catalogue';
import { findPreset } from './presets';

const catalogue = buildCatalogue();

const rising = { kind: 'linear', from: 0.05, to: 0.2 };
const confidence = { kind: 'power', gamma: 1, min: 0.05, max: 1 };

describe('the published settings of the signed family (docs/algorithms.md)', () => {
  it.each([
    ['psr', 1, 0, null, 'kept'],
    ['nsr', 0, 1, null, 'kept'],
    ['w-reinforce', 0.1, 1, null, 'all'],
    ['reinforce', 1, 1, null, 'all'],
    ['a-nsr-exponential', rising, { kind: 'exponential', from: 1.5, to: 0.5, rate: 0.03 }, null, 'all'],
    ['a-nsr-cosine', rising, { kind: 'cosine', from: 1.5, to: 0.5 }, null, 'all'],
    ['a-nsr-accuracy', rising, { kind: 'accuracy', min: 0.5, max: 1.5 }, null, 'all'],
    ['cw-nsr', 0.1, 1, confidence, 'all'],
    ['a-cw-nsr', rising, { kind: 'exponential', from: 1.5, to: 0.5, rate: 0.03 }, confidence, 'all'],
  ] as const)('%s', (id, positiveWeight, negativeWeight, mapping, normalizer) => {
    expect(findPreset(catalogue, `paper-${id}`)?.experiment.objective).toMatchObject({
      algorithm: 'signed',
      positiveWeight,
      negativeWeight,
      confidence: mapping,
      normalizer,
      clipLow: 0.2,
      clipHigh: 0.2,
    });
  });
});

describe('the published settings of the other methods (docs/algorithms.md)', () => {
  it.each([
    ['grpo', { clipLow: 0.2, clipHigh: 0.2, aggregation: 'token-mean', klCoef: 0.001, klEstimator: 'k3' }],
    ['dr-grpo', { clipLow: 0.2, clipHigh: 0.2, aggregation: 'constant' }],
    ['rloo', { clipLow: 0.2, clipHigh: 0.2, aggregation: 'seq-mean-token-sum' }],
    ['dapo', { clipLow: 0.2, clipHigh: 0.28, dropGroups: 'homogeneous', params: { refillCap: 4 } }],
    ['ngrpo', { clipLow: 0.16, clipHigh: 0.24, dropGroups: 'all-correct', virtualMaxReward: true }],
    [
      'ppo',
      {
        clipLow: 0.2,
        clipHigh: 0.2,
        params: { gamma: 1, gaeLambda: 1, rewardKlCoef: 0.001, valueClip: 0.5, criticRateFactor: 10 },
      },
    ],
  ])('%s', (id, objective) => {
    expect(findPreset(catalogue, `paper-${id}`)?.experiment.objective).toMatchObject(objective);
  });
});

describe('what a preset says of itself', () => {
  /** Promises that a test keeps, with the test. */
  const checked: Readonly<Record<string, { readonly promise: RegExp; readonly by: string }>> = {
    'quick-psr': { promise: /pass@1 rise/, by: 'e2e/training.spec.ts' },
  };
  const outcome = /pass@\d+|entropy|diversity|learns? (more|better|faster)|\b(stays|rises?|falls?|keeps|improves?)\b/i;
  /** A curve rises and falls by definition. */
  const ofItsCurve = /the penalty (falls|decays)|the reward (grows|rises)/gi;

  it.each(catalogue.presets.map((preset) => [preset.id, preset.help] as const))(
    '%s promises nothing that CI does not check',
    (id, help) => {
      const promise = checked[id]?.promise;
      const rest = (promise ? help.replace(promise, '') : help).replaceAll(ofItsCurve, '');
      expect(rest).not.toMatch(outcome);
    },
  );

  it('every promise stands in its text and in its test', () => {
    for (const [id, { promise, by }] of Object.entries(checked)) {
      expect(findPreset(catalogue, id)?.help).toMatch(promise);
      expect(readFileSync(by, 'utf8')).toMatch(/pass@1 rises on held-out prompts/);
    }
  });

  it('no two presets have one name', () => {
    const names = catalogue.presets.map(({ label }) => label);
    expect(new Set(names).size).toBe(names.length);
  });
});
