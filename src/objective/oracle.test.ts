import { describe, expect, it } from 'vitest';
import { relativeError } from '../lib/numeric';
import { expectedTensors, oracleRows, padRows } from '../model/oracleFiles.fixture';
import { klEstimate, probabilityRatio, surrogate } from './surrogate';

const cases = oracleRows();

it('there are 17 cases', () => {
  expect(cases).toHaveLength(17);
});

describe.each(cases)('%s', (name, { weighed: { at, rated, sequences } }) => {
  const expected = expectedTensors(name);

  it('advantage, confidence and weight agree', () => {
    const advantage = padRows(rated.map((rollout) => rollout.advantage));
    expect(relativeError(advantage, expected.read('advantage'))).toBeLessThan(1e-5);
    for (const key of ['confidence', 'weight'] as const) {
      const ours = rated.map((rollout) => rollout[key]);
      expect(relativeError(ours, expected.read(key)), key).toBeLessThan(1e-5);
    }
  });

  it('the weighted sum over tokens gives the losses', () => {
    const logp = expected.read('logp');
    const entropy = expected.read('entropy');
    const longest = logp.length / sequences.length;
    let policyLoss = 0;
    let loss = 0;
    sequences.forEach((sequence, index) => {
      sequence.oldLogp.forEach((old, token) => {
        const now = logp[index * longest + token] ?? 0;
        const { loss: value } = surrogate(sequence.advantage[token] ?? 0, probabilityRatio(now, old), at.loss);
        policyLoss += (sequence.policyWeight[token] ?? 0) * value;
        loss -= (sequence.entropyWeight[token] ?? 0) * (entropy[index * longest + token] ?? 0);
        const reference = sequence.refLogp?.[token] ?? now;
        loss += (sequence.klWeight[token] ?? 0) * klEstimate(now, reference, at.loss.klEstimator);
      });
    });
    expect(relativeError([policyLoss], expected.read('policy_loss'))).toBeLessThan(2e-4);
    expect(relativeError([policyLoss + loss], expected.read('loss'))).toBeLessThan(2e-4);
  });
});
