/** Update phase of one step: disjoint mini-batches of whole groups, one optimiser step each. */
import type { CriticSettings } from '../algorithms/parts/types';
import type { Experiment } from '../experiment/types';
import { mean } from '../lib/stats';
import type { Critic, CriticTarget } from '../model/critic';
import type { OptimizerOptions, Policy, Watch } from '../model/policy';
import type { StepObjective } from '../objective/resolveObjective';
import { carriesWeight } from '../objective/tokenWeights';
import { weighMiniBatch } from '../objective/weighMiniBatch';
import { AbandonedError, type Breakpoint, type WayBack } from './breakpoint';
import { miniBatches } from './miniBatches';
import type { PreparedRollout } from './prepare';
import { createUpdateStatistics, type UpdateStatistics } from './updateStatistics';

/** A rollout after its step's updates. */
export interface TrainedRollout extends PreparedRollout {
  /** What each token weighed in the policy loss, summed over the updates asked for with it. */
  readonly policyWeight: Float32Array;
}

export interface UpdateOutcome {
  /** In the order they came. */
  readonly rollouts: readonly TrainedRollout[];
  readonly statistics: UpdateStatistics;
  /** Null without a critic. */
  readonly valueLoss: number | null;
  readonly criticGradNorm: number | null;
  /** Updates skipped one after another up to now, earlier steps included. */
  readonly skippedInARow: number;
}

/** Skipped updates in a row after which the run goes back. */
export const mostSkippedInARow = 3;

export interface UpdateRequest {
  readonly policy: Policy;
  /** The run's critic; left alone by an algorithm without one. */
  readonly critic: Critic | null;
  readonly at: StepObjective;
  /** Decides the mini-batches, with `step`. */
  readonly experiment: Pick<Experiment, 'batch' | 'seed'>;
  readonly step: number;
  readonly optimizer: OptimizerOptions;
  readonly prepared: readonly PreparedRollout[];
  /** Updates skipped in a row before this step. */
  readonly skippedBefore: number;
  /** Asked between submits, until an update has acted; from then on only where there is a way back. */
  readonly breakpoint: Breakpoint;
  readonly wayBack: WayBack | null;
  /** Updates done, with the part of the one under way. */
  onUpdate(done: number, total: number): void;
}

/** Makes the updates of one rollout step; stops early once too many in a row had to be skipped. Rejects with the breakpoint's
 * `AbandonedError`, once policy and critic are as they were before. */
export async function updateOnBatch(request: UpdateRequest): Promise<UpdateOutcome> {
  const { policy, critic, at, experiment, step, optimizer, prepared, skippedBefore, wayBack, onUpdate } = request;
  const { batch, seed } = experiment;
  const rollouts = prepared.map((one): TrainedRollout => ({
    ...one,
    policyWeight: new Float32Array(one.completion.length),
  }));
  const groups = [...new Set(rollouts.map(({ group }) => group))];
  const statistics = createUpdateStatistics();
  const criticLosses: number[] = [];
  const criticNorms: number[] = [];
  let skippedInARow = skippedBefore;
  let done = 0;
  /** Whether an update has acted. */
  let moved = false;
  const updates = batch.innerEpochs * miniBatches(groups, batch.updatesPerRollout, seed, step, 0).length;
  const breakpoint = (): void => {
    if (!moved || wayBack !== null) request.breakpoint();
  };
  const watch = (part: number, whole: number): void => {
    onUpdate(done + part / whole, updates);
    breakpoint();
  };
  const countSkipped = (skipped: boolean) => (skippedInARow = skipped ? skippedInARow + 1 : 0);

  async function updateOn(members: readonly TrainedRollout[]): Promise<void> {
    if (critic !== null && at.critic !== null) {
      const result = await updateCritic(critic, at.critic, members, optimizer, watch);
      moved = true;
      countSkipped(result.skipped);
      if (!result.skipped) {
        criticLosses.push(result.loss);
        criticNorms.push(result.gradNorm);
      }
    }
    const sequences = weighMiniBatch(at, members);
    if (!carriesWeight(sequences)) return statistics.addEmpty();
    const result = await policy.update(sequences, at.loss, optimizer, watch);
    moved = true;
    countSkipped(result.skipped);
    statistics.add(sequences, result, at.loss);
    members.forEach(({ policyWeight }, index) =>
      sequences[index]?.policyWeight.forEach(
        (weight, token) => (policyWeight[token] = (policyWeight[token] ?? 0) + weight),
      ),
    );
  }

  async function updateOnAll(): Promise<void> {
    for (let epoch = 0; epoch < batch.innerEpochs; epoch++) {
      for (const part of miniBatches(groups, batch.updatesPerRollout, seed, step, epoch)) {
        const chosen = new Set(part);
        breakpoint();
        await updateOn(rollouts.filter(({ group }) => chosen.has(group)));
        onUpdate(++done, updates);
        if (skippedInARow >= mostSkippedInARow) return;
      }
    }
  }

  try {
    await updateOnAll();
  } catch (error) {
    if (error instanceof AbandonedError && moved) await wayBack?.restore();
    throw error;
  }
  return {
    rollouts,
    statistics,
    valueLoss: meanOrNull(criticLosses),
    criticGradNorm: meanOrNull(criticNorms),
    skippedInARow,
  };
}

const meanOrNull = (values: readonly number[]) => (values.length === 0 ? null : mean(values));

function updateCritic(
  critic: Critic,
  { valueClip, rateFactor }: CriticSettings,
  members: readonly PreparedRollout[],
  optimizer: OptimizerOptions,
  watch: Watch,
) {
  const tokens = members.reduce((total, { completion }) => total + completion.length, 0);
  const targets = members.flatMap(({ prompt, completion, values, returns }): CriticTarget[] => {
    if (values === null || returns === null) return [];
    const weight = new Float32Array(completion.length).fill(1 / tokens);
    return [{ prompt, completion, target: returns, oldValue: values, weight }];
  });
  const slower = { ...optimizer, learningRate: optimizer.learningRate * rateFactor };
  return critic.update(targets, valueClip, slower, watch);
}
