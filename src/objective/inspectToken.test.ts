import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { softmax, sum } from '../lib/numeric';
import { contributionsAt, inspectToken, logitPush, type Contribution } from './inspectToken';

/** Worked example of docs/algorithms.md. */
const logits = [2, 1, 0, -1, -2];
const wrong = (token: number): Contribution => ({ token, advantage: -1, weight: 1, correct: false });
const inspect = (
  contributions: readonly Contribution[],
  form: 'ratio' | 'probability',
  after: readonly number[] | null = null,
  stepSize: number | null = 0.5,
) => inspectToken({ before: logits, after, temperature: 1, contributions, form, stepSize, topK: 5 });

describe('the worked example: logits (2,1,0,-1,-2), step 0.5', () => {
  it.each([
    ['ratio', 0, 0.636, 0.0751],
    ['ratio', 3, 0.0317, -0.1231],
    ['probability', 0, 0.636, 0.0497],
    ['probability', 3, 0.0317, -0.0041],
  ] as const)('%s form, pushing down token %i (p = %f) changes entropy by %f', (form, token, probability, change) => {
    const { entropyPredictedNats, entropyBeforeNats, tokens } = inspect([wrong(token)], form);
    expect(tokens.find((row) => row.token === token)?.before).toBeCloseTo(probability, 3);
    expect(entropyPredictedNats - entropyBeforeNats).toBeCloseTo(change, 4);
  });
});

describe('logitPush', () => {
  it('rows sum to 0; the chosen token moves by A (1 - pi), the others by -A pi, times pi in probability form', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 6 }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (row, advantage) => {
          const pi = softmax(row);
          const own = pi[1] ?? 0;
          const ratio = logitPush(pi, 1, advantage, 'ratio');
          const probability = logitPush(pi, 1, advantage, 'probability');
          expect(sum(ratio)).toBeCloseTo(0, 12);
          expect(sum(probability)).toBeCloseTo(0, 12);
          expect(ratio[1]).toBeCloseTo(advantage * (1 - own), 12);
          expect(ratio[0]).toBeCloseTo(-advantage * (pi[0] ?? 0), 12);
          expect(probability[0]).toBeCloseTo(own * (ratio[0] ?? 0), 12);
        },
      ),
    );
  });
});

describe('inspectToken', () => {
  it('parts the push into right and wrong samples', () => {
    const { tokens } = inspect([wrong(0), { token: 1, advantage: 0.5, weight: 2, correct: true }], 'ratio');
    const [top, second] = tokens;
    expect(top?.fromWrong).toBeCloseTo(-(1 - (top?.before ?? 0)), 12);
    expect(top?.fromCorrect).toBeCloseTo(-(top?.before ?? 0), 12);
    expect(second?.fromCorrect).toBeCloseTo(1 - (second?.before ?? 0), 12);
  });

  it('recognises an update that followed the push exactly', () => {
    const push = logitPush(softmax(logits), 0, -1, 'ratio');
    const after = logits.map((value, v) => value + 0.3 * (push[v] ?? 0) + 7);
    const { fittedStep, agreement, tokens } = inspect([wrong(0)], 'ratio', after, null);
    expect(fittedStep).toBeCloseTo(0.3, 12);
    expect(agreement).toBeCloseTo(1, 12);
    for (const { after: actual, predicted } of tokens) expect(predicted).toBeCloseTo(actual ?? NaN, 12);
  });

  it('says nothing of an update that was not made, or that nothing pushed', () => {
    expect(inspect([wrong(0)], 'ratio')).toMatchObject({ fittedStep: null, agreement: null, entropyAfterNats: null });
    expect(inspect([], 'ratio', [2, 1, 0, -1, 5])).toMatchObject({ fittedStep: null, agreement: null });
  });

  it('shows the likeliest tokens and every chosen one', () => {
    const { tokens } = inspectToken({
      before: logits,
      after: null,
      temperature: 1,
      contributions: [wrong(4)],
      form: 'ratio',
      stepSize: null,
      topK: 2,
    });
    expect(tokens.map(({ token }) => token)).toEqual([0, 1, 4]);
  });
});

it('contributionsAt finds the samples that share prompt and answer so far', () => {
  const rollout = (prompt: number[], completion: number[], reward: 0 | 1) => {
    const advantage = new Float32Array(completion.length).fill(2 * reward - 1);
    return { prompt, completion, reward, advantage, policyWeight: advantage.map(() => 0.25) };
  };
  const batch = [
    rollout([1, 2], [5, 6, 0], 0),
    rollout([1, 2], [5, 7, 0], 1),
    rollout([1, 2], [4, 6, 0], 0),
    rollout([1], [2, 5, 6], 0),
    rollout([1, 2], [5], 0),
  ];
  const chosen = { prompt: [1, 2], completion: [5, 6, 0] };
  expect(contributionsAt(batch, chosen, 1)).toEqual([
    { token: 6, advantage: -1, weight: 0.25, correct: false },
    { token: 7, advantage: 1, weight: 0.25, correct: true },
  ]);
});
