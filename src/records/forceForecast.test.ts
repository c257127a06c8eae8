import { describe, expect, it } from 'vitest';
import { createRng } from '../lib/rng';
import {
  balancedMix,
  binForces,
  changeWithPenalties,
  clipFactors,
  forceAt,
  leastNoiseMix,
  signalShare,
  suggestedPenalty,
  unitErrors,
} from './forceForecast';
import { forceMeasure, forceRow } from './forces.fixture';
import type { ForceRow, MixForm } from './forces';

const measure = forceMeasure();
const row = forceRow({ measures: [measure] });
const mixOf = (positiveWeight: number, negativeWeight: number) => ({ positiveWeight, negativeWeight });

describe('forces at a mix', () => {
  it('clip each mini-batch by its own norm', () => {
    const [first = 0, second = 0] = clipFactors(row, mixOf(1, 2));
    expect(first).toBeCloseTo(1 / Math.sqrt(4 - 4 + 36 + 1 + 0.25), 6);
    expect(second).toBe(1);
  });

  it('are linear in lambda and beta between clips, all epochs counted', () => {
    const { change, perPositive, perNegative } = forceAt(row, measure, mixOf(1, 2));
    const [first = 0] = clipFactors(row, mixOf(1, 2));
    expect(perPositive).toBeCloseTo(2 * (first * 0.01 + 0.03), 12);
    expect(perNegative).toBeCloseTo(2 * (first * 0.02 - 0.01), 12);
    expect(change).toBeCloseTo(perPositive + 2 * perNegative + 2 * first * 0.001, 12);
    expect(forceAt(row, measure, mixOf(0, 0)).change).toBeCloseTo(2 * 0.001, 12);
  });

  it('say by confidence what one more unit of penalty does', () => {
    const [first = 0] = clipFactors(row, mixOf(1, 2));
    expect(binForces(row, measure, mixOf(1, 2))[0]).toBeCloseTo(2 * ((first + 1) / 2) * 0.004, 12);
  });
});

describe('signal and noise', () => {
  const noisy = (noise: MixForm, signal: MixForm): ForceRow => ({
    ...row,
    noise: {
      parts: 8,
      signal,
      total: { pp: noise.pp + signal.pp, pn: noise.pn + signal.pn, nn: noise.nn + signal.nn },
    },
  });
  const alike = { pp: 1, pn: 1, nn: 1 };

  it('give the share of the update that another batch would have too', () => {
    expect(signalShare(row, row)).toBeNull();
    expect(signalShare(noisy({ pp: 3, pn: 0, nn: 1 }, alike), mixOf(1, 0))).toBeCloseTo(0.25, 12);
    expect(signalShare(noisy({ pp: 3, pn: 0, nn: 1 }, alike), mixOf(0, 1))).toBeCloseTo(0.5, 12);
  });

  it('find the ratio of least noise: no mix of the same sum has less', () => {
    const noise = { pp: 3, pn: -0.5, nn: 1 };
    const best = leastNoiseMix(noisy(noise, alike));
    if (best === null) throw new Error('none');
    expect(best.positiveWeight + best.negativeWeight).toBeCloseTo(1, 12);
    const noiseOf = (l: number) => noise.pp * l * l + 2 * noise.pn * l * (1 - l) + noise.nn * (1 - l) ** 2;
    for (let l = 0; l <= 1; l += 0.01) expect(noiseOf(l)).toBeGreaterThanOrEqual(noiseOf(best.positiveWeight) - 1e-12);
    expect(leastNoiseMix(noisy({ pp: 0, pn: 0, nn: 1 }, alike))).toBeNull();
  });

  it('agree with theory where every answer pulls alike hard: lambda : beta = 1 - p : p', () => {
    const rng = createRng(5, 'balanced');
    for (const p of [0.1, 0.3, 0.8]) {
      // One answer per part: a random direction s, in the right class with probability p; the classes' means cancel.
      const draws = Array.from({ length: 200_000 }, () => ({ right: rng.nextFloat() < p, push: rng.nextGaussian() }));
      const meanOf = (value: (draw: (typeof draws)[number]) => number) =>
        draws.reduce((total, draw) => total + value(draw), 0) / draws.length;
      const pp = meanOf(({ right, push }) => (right ? push * push : 0));
      const nn = meanOf(({ right, push }) => (right ? 0 : push * push));
      const best = leastNoiseMix(noisy({ pp, pn: 0, nn }, alike));
      expect(best?.positiveWeight).toBeCloseTo(balancedMix(p).positiveWeight, 1);
      expect(best?.negativeWeight).toBeCloseTo(balancedMix(p).negativeWeight, 1);
    }
  });
});

describe('penalty that the data ask for', () => {
  it('is in proportion to the force per token, none below 0, and 1 on average', () => {
    const weights = suggestedPenalty(row.bins, [0.004, 0.004]) ?? [];
    expect(weights[1]).toBeCloseTo(4 * (weights[0] ?? 0), 12);
    expect((0.4 * (weights[0] ?? 0) + 0.1 * (weights[1] ?? 0)) / 0.5).toBeCloseTo(1, 12);
    expect(suggestedPenalty(row.bins, [0.004, -0.002])).toEqual([1.25, 0]);
  });

  it('says nothing of bins without answers, and nothing at all where no bin would help', () => {
    const bins = [...row.bins, { low: 1, high: 1, answers: 0, tokenWeight: 0 }];
    expect(suggestedPenalty(bins, [0.1, 0.1, 0])?.[2]).toBeNull();
    expect(suggestedPenalty(row.bins, [-1, 0])).toBeNull();
  });

  it('penalties by confidence at weight 1 change what the wrong answers as a whole change, where the clip is the same', () => {
    // One mini-batch of which the bins are all.
    const [first] = row.miniBatches;
    const whole = forceMeasure({ positive: [0.01], negative: [0.002], rest: [0.001], bins: [0.004, -0.002] });
    const one = forceRow({ miniBatches: first ? [first] : [], measures: [whole] });
    const mix = mixOf(0.5, 2);
    expect(changeWithPenalties(one, whole, mix, [1, 1])).toBeCloseTo(forceAt(one, whole, mix).change, 12);
    const [low = 0] = binForces(one, whole, mix);
    expect(changeWithPenalties(one, whole, mix, [2, 1]) - changeWithPenalties(one, whole, mix, [1, 1])).toBeCloseTo(
      2 * low,
      12,
    );
  });

  it('errors of one more unit shrink with the clip', () => {
    const [first = 0, second = 0] = clipFactors(row, mixOf(0.1, 1));
    const scale = row.innerEpochs * ((first + second) / 2);
    expect(unitErrors(row, measure, mixOf(0.1, 1))).toEqual({ positive: scale * 0.01, negative: scale * 0.02 });
    expect(unitErrors(row, { ...measure, positiveError: null }, mixOf(0.1, 1)).positive).toBeNull();
  });
});
