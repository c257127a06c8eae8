/** The page's token inspector on steps that the tabular policy really trained. */
import { describe, expect, it } from 'vitest';
import { inspectAnswer } from '../../cli/inspectAnswer';
import type { Experiment, Objective } from '../../experiment/types';
import type { PolicyCheckpoint } from '../../model/policy';
import { initialState } from '../../trainer/state';
import { trainStep } from '../../trainer/step';
import { createTabularPolicy } from '../../trainer/tabularPolicy.fixture';
import { toyCodec, toyExperiment, toyTask } from '../../trainer/toyRun.fixture';
import { reportToken, type KeptStep } from './tokenReport';

/** One prompt per table row, and an epsilon so large that AdamW steps along the gradient: the prediction must then be right. */
const task = { ...toyTask, train: toyTask.train.slice(0, 2) };
const experimentOf = (objective: Partial<Objective>, updatesPerRollout: number): Experiment =>
  toyExperiment((toy) => ({
    ...toy,
    batch: { ...toy.batch, promptsPerStep: 2, groupSize: 64, updatesPerRollout },
    objective: { ...toy.objective, positiveWeight: 1, ...objective },
    optimizer: { ...toy.optimizer, eps: 1 },
  }));

const newPolicy = () => createTabularPolicy(5, [0.5]);
const lens = async (checkpoint: PolicyCheckpoint) => {
  const policy = newPolicy();
  await policy.load(checkpoint);
  return policy;
};
const tokenText = (id: number) => `<${id}>`;

async function trained(experiment: Experiment) {
  const policy = newPolicy();
  const before = await policy.save();
  const models = { policy, reference: null, critic: null };
  const world = { ...models, task, codec: toyCodec, clock: () => 0, onProgress: () => undefined };
  const { row, rollouts } = await trainStep(world, experiment, initialState);
  const step: KeptStep = { step: row.step, temperature: row.temperature, rollouts, before };
  return { policy, step };
}

const firstOf = ({ rollouts }: KeptStep, reward: 0 | 1) => rollouts.findIndex((rollout) => rollout.reward === reward);

describe('reportToken', () => {
  it.each(['token-mean', 'seq-mean-token-mean'] as const)(
    'says what `nsr inspect` says, under %s',
    async (aggregation) => {
      const { policy, step } = await trained(experimentOf({ aggregation }, 1));
      const world = { policy, lens, tokenText };
      const sample = firstOf(step, 0);
      const chosen = step.rollouts[sample];
      if (chosen === undefined || step.before === null) throw new Error('nothing was trained');
      const printed = await inspectAnswer(step, chosen, {
        before: await lens(step.before),
        after: policy,
        tokenText,
        topK: 12,
        handing: null,
      });
      for (const [position, token] of printed.tokens.entries()) {
        const report = await reportToken({ sample, position }, step, world);
        for (const form of ['ratio', 'probability'] as const) {
          const { tokens, entropyPredictedNats, agreement } = token[form];
          expect(report?.[form].entropyPredicted).toBe(entropyPredictedNats);
          expect(report?.[form].agreement).toBe(agreement);
          expect(report?.[form].shares).toEqual(
            tokens.map(({ token: id, fromCorrect, ...share }) => ({
              ...share,
              fromRight: fromCorrect,
              chosen: id === token.token,
            })),
          );
        }
      }
    },
  );

  it('weighs answers of different lengths as the update did', async () => {
    const { policy, step } = await trained(experimentOf({ aggregation: 'seq-mean-token-mean' }, 1));
    const report = await reportToken({ sample: firstOf(step, 1), position: 0 }, step, { policy, lens, tokenText });
    const chosen = step.rollouts[firstOf(step, 1)];
    // At the first position of 64 answers to one prompt out of 2, each weighs 1 / (128 length).
    const members = step.rollouts.filter(({ group }) => group === chosen?.group);
    const pi = report?.ratio.shares.map(({ before }) => before) ?? [];
    report?.ratio.shares.forEach(({ text, fromWrong }, index) => {
      const expected = members
        .filter(({ reward }) => reward === 0)
        .reduce((total, { completion }) => {
          const chose = tokenText(completion[0] ?? -1) === text ? 1 : 0;
          return total - (chose - (pi[index] ?? 0)) / (128 * completion.length);
        }, 0);
      expect(fromWrong).toBeCloseTo(expected, 8);
    });
  });

  it('keeps the weights of the mini-batch that an answer was updated in', async () => {
    const { step } = await trained(experimentOf({ normalizer: 'kept', positiveWeight: 0 }, 2));
    for (const { group, reward, policyWeight } of step.rollouts) {
      // Two mini-batches of one group each: the tokens of its wrong answers share it.
      const wrong = step.rollouts.filter((other) => other.group === group && other.reward === 0);
      const tokens = wrong.reduce((total, { completion }) => total + completion.length, 0);
      expect(policyWeight[0]).toBe(reward === 1 ? 0 : Math.fround(1 / tokens));
    }
  });

  it('predicts what an update along the gradient then does', async () => {
    const { policy, step } = await trained(experimentOf({}, 1));
    for (const reward of [0, 1] as const) {
      const report = await reportToken({ sample: firstOf(step, reward), position: 0 }, step, {
        policy,
        lens,
        tokenText,
      });
      expect(report?.answers).toBe(64);
      expect(report?.entropyAfter).not.toBeNull();
      expect(report?.ratio.agreement).toBeGreaterThan(0.99);
      expect(report?.ratio.shares.reduce((total, { after }) => total + (after ?? 0), 0)).toBeCloseTo(1, 6);
    }
  });

  it('has nothing to say of an answer that is not there', async () => {
    const { policy, step } = await trained(experimentOf({}, 1));
    expect(await reportToken({ sample: 999, position: 0 }, step, { policy, lens, tokenText })).toBeNull();
    expect(await reportToken({ sample: 0, position: 99 }, step, { policy, lens, tokenText })).toBeNull();
  });
});
