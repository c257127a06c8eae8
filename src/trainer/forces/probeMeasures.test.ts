import { expect, it } from 'vitest';
import type { LossOptions, WeightedSequence } from '../../records/weighted';
import { sequencesOf } from '../exact/answerProbabilities';
import { enumerated, exactMeasures, moved, randomTabular, toyListed, toySpace } from './forces.fixture';
import { entropySequences, lengthSequences, passSequences, reweightedMeasures, sampledMeasures } from './probeMeasures';
import { dot, negated } from './vectors';

const loss: LossOptions = { temperature: 1.3, clipLow: 1e6, clipHigh: 1e6, dualClip: null, klEstimator: 'k3' };
const listed = toyListed();
const prompts = listed.map(({ prompt }) => prompt);

async function measureSequences(policy: Awaited<ReturnType<typeof randomTabular>>): Promise<WeightedSequence[][]> {
  const { logp } = await policy.score(sequencesOf(listed), loss.temperature);
  const samples = await enumerated(policy, prompts, toySpace, loss.temperature);
  return [
    passSequences(listed, logp, 1),
    passSequences(listed, logp, 8),
    entropySequences(samples),
    lengthSequences(samples),
  ];
}

it.each([
  ['pass@1', 0, 0.008],
  ['pass@8', 1, 0.04],
  ['entropy', 2, 0.04],
  ['length', 3, 0.04],
])(
  '%s: the gradient predicts the exact change, with an error that halves with the step',
  async (_, measure, largest) => {
    const policy = await randomTabular();
    const before = await policy.save();
    const sequences = (await measureSequences(policy))[measure] ?? [];
    const gradient = negated((await policy.gradients(sequences, loss)).gradients);
    const start = (await exactMeasures(policy, listed, toySpace, loss.temperature))[measure] ?? NaN;
    const slope = dot(gradient, gradient);
    const errors: number[] = [];
    for (const share of [1, 1 / 2, 1 / 4, 1 / 8]) {
      const change = share * largest * start;
      const step = change / slope;
      await policy.load(moved(before, gradient, step));
      const end = (await exactMeasures(policy, listed, toySpace, loss.temperature))[measure] ?? NaN;
      errors.push(Math.abs(end - start - change) / change);
    }
    const ratios = errors.slice(1).map((error, index) => (errors[index] ?? NaN) / error);
    for (const ratio of ratios) expect(ratio).toBeCloseTo(2, 0);
    expect(errors.at(-1)).toBeLessThan(0.05);
  },
);

it('importance weights see the same change as new draws would, from the old answers', async () => {
  const policy = await randomTabular(2);
  const other = await randomTabular(3);
  const samples = await enumerated(policy, prompts, toySpace, 1);
  const scored = await other.score(samples, 1);
  const exact = sampledMeasures(await enumerated(other, prompts, toySpace, 1));
  const reweighted = reweightedMeasures(samples, scored.logp, scored.entropy);
  expect(reweighted.entropyNats).toBeCloseTo(exact.entropyNats, 5);
  expect(reweighted.length).toBeCloseTo(exact.length, 5);
});
