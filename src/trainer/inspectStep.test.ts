import { expect, it } from 'vitest';
import { inspectStep } from './inspectStep';
import { initialState } from './state';
import { createTabularPolicy } from './tabularPolicy.fixture';
import { toyCodec, toyExperiment, toyTask } from './toyRun.fixture';

/** One prompt per table row, and an epsilon so large that AdamW steps along the gradient: the prediction must then be right. */
const task = { ...toyTask, train: toyTask.train.slice(0, 2) };
const experiment = toyExperiment((toy) => ({
  ...toy,
  batch: { ...toy.batch, promptsPerStep: 2, groupSize: 64, updatesPerRollout: 1 },
  objective: { ...toy.objective, positiveWeight: 1 },
  optimizer: { ...toy.optimizer, eps: 1 },
}));
const world = { task, codec: toyCodec, reference: null, critic: null };
const inspect = () =>
  inspectStep({ ...world, policy: createTabularPolicy(5, [0.5]) }, experiment, initialState, { topK: 5 });

it('looks at a right and a wrong answer, every position, with every sample that passes there', async () => {
  const answers = await inspect();
  expect(answers.map(({ answer }) => answer.rollout.grade.reward)).toEqual([1, 0]);
  for (const { answer, positions } of answers) {
    expect(positions.map(({ token }) => token)).toEqual(answer.rollout.completion);
    // All samples of the mini-batch with this prompt stand at the first position.
    expect(positions[0]?.contributions.length).toBe(64);
  }
});

it('predicts what an update along the gradient then does', async () => {
  const [right, wrong] = await inspect();
  for (const inspection of [right, wrong])
    for (const { ratio } of inspection?.positions ?? []) {
      expect(ratio.entropyAfterNats).not.toBeNull();
      expect(ratio.agreement).toBeGreaterThan(0.99);
      expect(ratio.tokens.reduce((total, { after }) => total + (after ?? 0), 0)).toBeCloseTo(1, 6);
    }
});

it('is the same every time', async () => {
  expect(await inspect()).toEqual(await inspect());
});
