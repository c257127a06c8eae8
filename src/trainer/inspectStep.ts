/** The token inspector on a real step: one rollout batch, its first mini-batch, and what that update did to chosen answers. */
import type { Experiment } from '../experiment/types';
import { mean } from '../lib/stats';
import type { Policy } from '../model/policy';
import { coefficientsAt, temperatureAt } from '../objective/coefficients';
import { collectBatch } from './collect';
import { contributionsAt, inspectToken, type Contribution, type TokenInspection } from './inspect';
import { miniBatches } from './miniBatches';
import { prepareBatch, type PreparedRollout } from './prepare';
import type { TrainerState } from './state';
import type { StepWorld } from './step';
import { aggregationOptions, lossOptions, weightedSequences } from './weightedSequences';

export interface PositionInspection {
  readonly position: number;
  /** The token that the answer has there. */
  readonly token: number;
  readonly advantage: number;
  /** Samples of the mini-batch that pass through the same position. */
  readonly contributions: readonly Contribution[];
  readonly ratio: TokenInspection;
  readonly probability: TokenInspection;
}

export interface AnswerInspection {
  readonly answer: PreparedRollout;
  readonly positions: readonly PositionInspection[];
}

export interface InspectStepOptions {
  readonly topK: number;
  /** Answers to look at, of those in the mini-batch; by default the first right and the first wrong one. */
  choose?(answers: readonly PreparedRollout[]): readonly PreparedRollout[];
}

const firstRightAndWrong = (answers: readonly PreparedRollout[]): PreparedRollout[] =>
  [1, 0].flatMap((reward) => answers.find(({ rollout }) => rollout.grade.reward === reward) ?? []);

/** Samples the batch of step `state.step`, makes the first of its updates and compares. Leaves the policy updated: keep a snapshot
 * to go back to. The predictions follow the gradient of the mini-batch; the optimiser's own ways are part of "after". */
export async function inspectStep(
  world: Omit<StepWorld, 'clock' | 'onProgress'>,
  experiment: Experiment,
  state: TrainerState,
  { topK, choose = firstRightAndWrong }: InspectStepOptions,
): Promise<AnswerInspection[]> {
  const { policy, task, codec } = world;
  const { step, pastAccuracies } = state;
  const { batch, seed, steps, optimizer } = experiment;
  const temperature = temperatureAt(experiment, step, pastAccuracies);
  const { train, all } = await collectBatch(policy, task, codec, experiment, step, state.dataCursor, temperature);
  const accuracy = mean(all.map(({ grade }) => grade.reward));
  const coefficients = coefficientsAt(experiment, { step, totalSteps: steps, accuracy, pastAccuracies });
  const prepared = await prepareBatch(experiment, train, coefficients, temperature, world);
  const groups = [...new Set(prepared.map(({ rollout }) => rollout.group))];
  const part = new Set(miniBatches(groups, batch.updatesPerRollout, seed, step, 0)[0]);
  const members = prepared.filter(({ rollout }) => part.has(rollout.group));
  const sequences = weightedSequences(members, aggregationOptions(experiment, coefficients));
  const correct = members.map(({ rollout }) => rollout.grade.reward === 1);

  const chosen = choose(members);
  const before = await logitsOfAnswers(policy, chosen);
  await policy.update(sequences, lossOptions(experiment, temperature), {
    ...optimizer,
    learningRate: coefficients.learningRate,
  });
  const after = await logitsOfAnswers(policy, chosen);
  return chosen.map((answer, index) => ({
    answer,
    positions: answer.rollout.completion.map((token, position) => {
      const contributions = contributionsAt(sequences, correct, answer.rollout, position);
      const request = {
        before: before[index]?.[position] ?? new Float32Array(),
        after: after[index]?.[position] ?? null,
        temperature,
        contributions,
        stepSize: null,
        topK,
      };
      return {
        position,
        token,
        advantage: answer.advantage[position] ?? 0,
        contributions,
        ratio: inspectToken({ ...request, form: 'ratio' }),
        probability: inspectToken({ ...request, form: 'probability' }),
      };
    }),
  }));
}

/** Logits before each completion token of each answer: [answers][positions][V]. */
async function logitsOfAnswers(policy: Policy, answers: readonly PreparedRollout[]): Promise<Float32Array[][]> {
  const rows = answers.map(({ rollout: { prompt, completion } }) => [...prompt, ...completion]);
  const logits = await policy.logits(rows);
  return answers.map(({ rollout: { prompt, completion } }, index) =>
    completion.map((_, position) => {
      // The logits that predict a token stand at the one before it.
      const at = (prompt.length + position - 1) * policy.vocabularySize;
      return (logits[index] ?? new Float32Array()).subarray(at, at + policy.vocabularySize);
    }),
  );
}
