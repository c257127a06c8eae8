/** Update phase of one step: disjoint mini-batches of whole groups, one optimiser step each. */
import { carriesWeight } from '../objective/tokenWeights';
import { criticSettings } from '../algorithms/ppo';
import type { Experiment } from '../experiment/types';
import type { OptimizerOptions, Policy } from '../model/policy';
import type { LossOptions } from '../records/weighted';
import type { Coefficients } from '../objective/coefficients';
import type { Critic, CriticTarget } from '../model/critic';
import { miniBatches } from './miniBatches';
import type { PreparedRollout } from './prepare';
import { createUpdateStatistics, type UpdateStatistics } from './updateStatistics';
import { aggregationOptions, lossOptions, weightedSequences } from './weightedSequences';

export interface UpdateOutcome {
  readonly statistics: UpdateStatistics;
  /** Null without a critic. */
  readonly valueLoss: number | null;
  readonly criticGradNorm: number | null;
  /** Updates skipped one after another up to now, earlier steps included. */
  readonly skippedInARow: number;
}

/** Skipped updates in a row after which the run goes back (robustness.md). */
export const mostSkippedInARow = 3;

/** Makes the updates of one rollout step; stops early once too many in a row had to be skipped. */
export async function updateOnBatch(
  policy: Policy,
  critic: Critic | null,
  experiment: Experiment,
  step: number,
  prepared: readonly PreparedRollout[],
  coefficients: Coefficients,
  temperature: number,
  skippedBefore: number,
  onUpdate: (done: number, total: number) => void,
): Promise<UpdateOutcome> {
  const { batch, optimizer, seed } = experiment;
  const loss: LossOptions = lossOptions(experiment, temperature);
  const options: OptimizerOptions = { ...optimizer, learningRate: coefficients.learningRate };
  const groups = [...new Set(prepared.map(({ rollout }) => rollout.group))];
  const statistics = createUpdateStatistics();
  const criticLosses: number[] = [];
  const criticNorms: number[] = [];
  let skippedInARow = skippedBefore;
  let done = 0;
  const countSkipped = (skipped: boolean) => (skippedInARow = skipped ? skippedInARow + 1 : 0);

  for (let epoch = 0; epoch < batch.innerEpochs; epoch++) {
    const parts = miniBatches(groups, batch.updatesPerRollout, seed, step, epoch);
    for (const part of parts) {
      const chosen = new Set(part);
      const members = prepared.filter(({ rollout }) => chosen.has(rollout.group));
      if (critic !== null) {
        const result = await updateCritic(critic, members, experiment, options);
        countSkipped(result.skipped);
        if (!result.skipped) {
          criticLosses.push(result.loss);
          criticNorms.push(result.gradNorm);
        }
      }
      const sequences = weightedSequences(members, aggregationOptions(experiment, coefficients));
      if (carriesWeight(sequences)) {
        const result = await policy.update(sequences, loss, options);
        countSkipped(result.skipped);
        statistics.add(sequences, result, loss);
      } else statistics.addEmpty();
      onUpdate(++done, parts.length * batch.innerEpochs);
      if (skippedInARow >= mostSkippedInARow) break;
    }
    if (skippedInARow >= mostSkippedInARow) break;
  }
  return { statistics, valueLoss: meanOrNull(criticLosses), criticGradNorm: meanOrNull(criticNorms), skippedInARow };
}

const meanOrNull = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length;

function updateCritic(
  critic: Critic,
  members: readonly PreparedRollout[],
  experiment: Experiment,
  optimizer: OptimizerOptions,
) {
  const { valueClip, rateFactor } = criticSettings(experiment.objective.params);
  const tokens = members.reduce((total, { rollout }) => total + rollout.completion.length, 0);
  const targets = members.flatMap(({ rollout, values, returns }): CriticTarget[] => {
    const { prompt, completion } = rollout;
    if (values === null || returns === null) return [];
    return [
      {
        prompt,
        completion,
        target: returns,
        oldValue: values,
        weight: new Float32Array(completion.length).fill(1 / tokens),
      },
    ];
  });
  return critic.update(targets, valueClip, { ...optimizer, learningRate: optimizer.learningRate * rateFactor });
}
