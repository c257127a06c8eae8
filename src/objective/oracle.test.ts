import { describe, expect, it } from 'vitest';
import { penaltyWeights } from './penaltyWeights';
import { relativeError } from '../lib/numeric';
import { mean } from '../lib/stats';
import { evaluateSchedule } from '../schedules/parts/registry';
import { batchAdvantages } from './batchAdvantages';
import { oracleCases, type OracleCase } from './oracle.fixture';
import { klEstimate, probabilityRatio, surrogate } from './surrogate';
import { tokenWeights } from './tokenWeights';

const cases = oracleCases();

function compute({ objective, samples, step, totalSteps }: OracleCase) {
  const at = { step, totalSteps, accuracy: mean(samples.map(({ reward }) => reward)) };
  const weights = penaltyWeights(samples, objective.confidence);
  const { advantage } = batchAdvantages(objective, {
    samples,
    positiveWeight: evaluateSchedule(objective.positiveWeight, at),
    negativeWeight: evaluateSchedule(objective.negativeWeight, at),
    tokenWeight: weights.tokenWeight,
    maxNewTokens: 12,
  });
  const entropyCoef = evaluateSchedule(objective.entropyCoef, at);
  const klCoef = evaluateSchedule(objective.klCoef, at);
  const perToken = tokenWeights(advantage, { ...objective, maxLength: objective.maxLength ?? 12, entropyCoef, klCoef });
  return { ...weights, advantage, perToken };
}

/** [N, longest], zero past the end, as the oracle stores it. */
function padded(rows: readonly Float32Array[], longest: number): Float32Array {
  const out = new Float32Array(rows.length * longest);
  rows.forEach((row, index) => out.set(row, index * longest));
  return out;
}

it('there are 17 cases', () => {
  expect(cases).toHaveLength(17);
});

describe.each(cases.map((oracle) => [oracle.name, oracle] as const))('%s', (_, oracle) => {
  const { advantage, confidence, weight, perToken } = compute(oracle);

  it('advantage, confidence and weight agree', () => {
    const expected = oracle.expected('advantage');
    expect(relativeError(padded(advantage, expected.shape[1] ?? 0), expected.data)).toBeLessThan(1e-5);
    expect(relativeError(confidence, oracle.expected('confidence').data)).toBeLessThan(1e-5);
    expect(relativeError(weight, oracle.expected('weight').data)).toBeLessThan(1e-5);
  });

  it('the weighted sum over tokens gives the losses', () => {
    const { objective, samples } = oracle;
    const logp = oracle.expected('logp');
    const entropy = oracle.expected('entropy').data;
    const longest = logp.shape[1] ?? 0;
    let policyLoss = 0;
    let loss = 0;
    samples.forEach(({ oldLogp, refLogp }, index) => {
      const weights = perToken[index];
      if (weights === undefined) return;
      for (let token = 0; token < oldLogp.length; token++) {
        const now = logp.data[index * longest + token] ?? 0;
        const ratio = probabilityRatio(now, oldLogp[token] ?? 0);
        policyLoss +=
          (weights.policyWeight[token] ?? 0) * surrogate(advantage[index]?.[token] ?? 0, ratio, objective).loss;
        loss -= (weights.entropyWeight[token] ?? 0) * (entropy[index * longest + token] ?? 0);
        loss += (weights.klWeight[token] ?? 0) * klEstimate(now, refLogp?.[token] ?? 0, objective.klEstimator);
      }
    });
    expect(relativeError([policyLoss], oracle.expected('policy_loss').data)).toBeLessThan(2e-4);
    expect(relativeError([policyLoss + loss], oracle.expected('loss').data)).toBeLessThan(2e-4);
  });
});
