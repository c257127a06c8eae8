import { describe, expect, it } from 'vitest';
import { softmax } from '../../lib/numeric';
import { beyondCooling, coolingBranch, type CoolingCurve } from '../../records/cooling';
import { randomTabular, toyListed } from '../forces/forces.fixture';
import { answerProbabilities, rightProbability } from './answerProbabilities';
import { coolingPoints, coolingVariants } from './coolingCurve';
import { drawProbability } from './samplingVariants';

describe('ways of sampling', () => {
  const row = Float32Array.of(2, 1, 1, 0, -3);
  const all = (variant: Parameters<typeof drawProbability>[2]) =>
    Array.from(row, (_, token) => drawProbability(row, token, variant));

  it('temperature alone is the softmax', () => {
    for (const temperature of [0.2, 1, 2])
      all({ temperature, topK: 0, topP: 1 }).forEach((p, token) => {
        expect(p).toBeCloseTo(softmax(row, temperature)[token] ?? NaN, 12);
      });
  });

  it('top-k keeps ties at the limit, and renormalises', () => {
    const e = Math.E;
    expect(all({ temperature: 1, topK: 1, topP: 1 })).toEqual([1, 0, 0, 0, 0]);
    const two = all({ temperature: 1, topK: 2, topP: 1 });
    expect(two[0]).toBeCloseTo(e / (e + 2), 12);
    expect(two[2]).toBeCloseTo(1 / (e + 2), 12);
    expect(two.slice(3)).toEqual([0, 0]);
  });

  it('a nucleus keeps the fewest likeliest tokens that hold its share, ties included', () => {
    // Shares .52 .19 .19 .07 .004
    const kept = (topP: number, topK = 0) => all({ temperature: 1, topK, topP }).filter((p) => p > 0).length;
    expect([0.5, 0.6, 0.75, 0.95, 0.999].map((p) => kept(p))).toEqual([1, 3, 3, 4, 5]);
    expect(kept(0.5, 3)).toBe(1);
    expect(kept(0.6, 3)).toBe(3);
  });
});

describe('exact pass@k over ways of sampling', () => {
  it('at each temperature is what scoring at that temperature says', async () => {
    const policy = await randomTabular();
    const points = await coolingPoints(policy, toyListed(), coolingVariants, [1]);
    if (!points.ok) throw new Error(points.reason);
    for (const { temperature, passAtK } of points.value.points.slice(0, 19)) {
      const answers = (await answerProbabilities(policy, toyListed(), temperature)) ?? [];
      const mean = answers.reduce((total, own) => total + rightProbability(own), 0) / answers.length;
      expect(passAtK[0]).toBeCloseTo(mean, 5);
    }
  });

  it('top-1 is greedy: every problem is right for sure or never', async () => {
    const points = await coolingPoints(
      await randomTabular(),
      toyListed(),
      [{ temperature: 1, topK: 1, topP: 1 }],
      [1, 64],
    );
    expect(points.ok && points.value.points[0]?.passAtK.every((pass) => [0, 0.5, 1].includes(pass))).toBe(true);
  });

  it('is refused where the logits would not fit', async () => {
    const policy = { ...(await randomTabular()), vocabularySize: 1e8 };
    expect(await coolingPoints(policy, toyListed())).toMatchObject({ ok: false });
  });
});

describe('beyond cooling', () => {
  const curve: CoolingCurve = {
    version: 1,
    model: 'm',
    modelSha256: '',
    task: { name: 'toy', params: {} },
    problems: 2,
    ks: [1, 8],
    // pass@1 rises as the base cools, then falls again; pass@8 falls all the way.
    points: [
      { temperature: 2, topK: 0, topP: 1, passAtK: [0.1, 0.9], effectiveSolutions: 3 },
      { temperature: 1, topK: 0, topP: 1, passAtK: [0.3, 0.7], effectiveSolutions: 3 },
      { temperature: 0.2, topK: 0, topP: 1, passAtK: [0.2, 0.3], effectiveSolutions: 1 },
      { temperature: 1, topK: 2, topP: 1, passAtK: [0.29, 0.99], effectiveSolutions: 1 },
    ],
  };

  it('compares with the hottest temperature of the same pass@1', () => {
    expect(beyondCooling(curve, 8, 0.2, 0.85)).toBeCloseTo(0.05, 12);
    expect(beyondCooling(curve, 8, 0.25, 0.7)).toBeCloseTo(-0.05, 12);
  });

  it('is unknown beyond what temperature reaches, and for a k that the curve lacks', () => {
    expect(beyondCooling(curve, 8, 0.31, 0.9)).toBeNull();
    expect(beyondCooling(curve, 8, 0.05, 0.9)).toBeNull();
    expect(beyondCooling(curve, 4, 0.2, 0.9)).toBeNull();
  });

  it('knows its branches', () => {
    expect(coolingBranch(curve, 'temperature')).toHaveLength(3);
    expect(coolingBranch(curve, 'topK').map(({ topK }) => topK)).toEqual([0, 2]);
  });
});
