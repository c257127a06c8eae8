/** One rollout step: sample, grade, weigh, update, measure. */
import { findAlgorithm } from '../algorithms/parts/registry';
import type { Experiment } from '../experiment/types';
import type { Clock } from '../lib/clock';
import { mean } from '../lib/stats';
import type { Policy } from '../model/policy';
import type { Task } from '../tasks/parts/types';
import { coefficientsAt, temperatureAt, type Coefficients } from '../objective/coefficients';
import { collectBatch, type CollectedBatch } from './collect';
import type { MetricsRow, StepTiming } from '../records/metrics';
import { prepareBatch, type PreparedRollout, type SideModels } from './prepare';
import { distinctCorrect, meanEntropy, type GradedRollout, type TextCodec } from './rollouts';
import { metricsTailLength, type TrainerState } from './state';
import { updateOnBatch, type UpdateOutcome } from './updates';

export type StepPhase = 'rollout' | 'score' | 'update';

export interface StepWorld extends SideModels {
  readonly policy: Policy;
  readonly task: Task;
  readonly codec: TextCodec;
  readonly clock: Clock;
  onProgress(phase: StepPhase, done: number, total: number): void;
}

export interface StepOutcome {
  readonly state: TrainerState;
  readonly row: MetricsRow;
  readonly timing: StepTiming;
  readonly rollouts: readonly PreparedRollout[];
}

/** Does step `state.step` under `experiment`, which holds the edits in force. Leaves the policy updated and gives the next state. */
export async function trainStep(world: StepWorld, experiment: Experiment, state: TrainerState): Promise<StepOutcome> {
  const { policy, task, codec, clock, onProgress } = world;
  const { step, pastAccuracies } = state;
  const started = clock();
  const temperature = temperatureAt(experiment, step, pastAccuracies);
  const batch = await collectBatch(
    policy,
    task,
    codec,
    experiment,
    step,
    state.dataCursor,
    temperature,
    (done, total) => onProgress('rollout', done, total),
  );
  const sampled = clock();

  const accuracy = mean(batch.all.map(({ grade }) => grade.reward));
  const scheduled = coefficientsAt(experiment, { step, totalSteps: experiment.steps, accuracy, pastAccuracies });
  const coefficients = { ...scheduled, learningRate: scheduled.learningRate * state.learningRateFactor };
  onProgress('score', 0, 1);
  const prepared = await prepareBatch(experiment, batch.train, coefficients, temperature, world);
  const scored = clock();

  const critic = findAlgorithm(experiment.objective.algorithm).needsCritic ? world.critic : null;
  const outcome = await updateOnBatch(
    policy,
    critic,
    experiment,
    step,
    prepared,
    coefficients,
    temperature,
    state.skippedInARow,
    (done, total) => onProgress('update', done, total),
  );
  const ended = clock();

  const fresh = batch.all.reduce((total, { completion }) => total + completion.length, 0);
  const row = metricsRow(step, state.tokens + fresh, coefficients, temperature, batch, prepared, outcome);
  return {
    state: {
      ...state,
      step: step + 1,
      dataCursor: batch.dataCursor,
      tokens: state.tokens + fresh,
      pastAccuracies: [...pastAccuracies, accuracy],
      skippedInARow: outcome.skippedInARow,
      metricsTail: [...state.metricsTail, withoutRollouts(row)].slice(-metricsTailLength),
    },
    row,
    timing: {
      step,
      rolloutMs: sampled - started,
      scoreMs: scored - sampled,
      updateMs: ended - scored,
      totalMs: ended - started,
      tokensPerSecond: ended > started ? (1000 * fresh) / (ended - started) : 0,
    },
    rollouts: prepared,
  };
}

function metricsRow(
  step: number,
  tokens: number,
  coefficients: Coefficients,
  temperature: number,
  { all, train, generations }: CollectedBatch,
  prepared: readonly PreparedRollout[],
  { statistics, valueLoss, criticGradNorm }: UpdateOutcome,
): MetricsRow {
  const kept = new Set(prepared.flatMap(({ dropped, rollout }) => (dropped ? [] : [rollout.group])));
  return {
    step,
    tokens,
    ...coefficients,
    temperature,
    correctRatio: mean(all.map(({ grade }) => grade.reward)),
    ...groupShares(all),
    entropyNats: meanEntropy(all),
    ...statistics.metrics(),
    responseLength: mean(all.map(({ completion }) => completion.length)),
    truncatedShare: mean(all.map(({ truncated }) => (truncated ? 1 : 0))),
    distinctCorrect: distinctCorrect(all),
    generations,
    trainedGroups: kept.size,
    valueLoss,
    criticGradNorm,
    rollouts: {
      reward: train.map(({ grade }) => grade.reward),
      confidence: prepared.map(({ confidence }) => short(confidence)),
      weight: prepared.map(({ weight }) => short(weight)),
      advantage: prepared.map(({ advantage }) => short(mean(advantage))),
    },
  };
}

const withoutRollouts = ({ rollouts: _rollouts, ...row }: MetricsRow) => row;

/** Five significant digits: enough for a histogram, and a third of the file. */
const short = (value: number) => Number(value.toPrecision(5));

function groupShares(
  rollouts: readonly GradedRollout[],
): Pick<MetricsRow, 'solvedGroups' | 'unsolvedGroups' | 'mixedGroups'> {
  const groups = new Map<number, { size: number; right: number }>();
  for (const { group, grade } of rollouts) {
    const counts = groups.get(group) ?? { size: 0, right: 0 };
    counts.size++;
    counts.right += grade.reward;
    groups.set(group, counts);
  }
  const all = [...groups.values()];
  const solvedGroups = mean(all.map(({ size, right }) => (right === size ? 1 : 0)));
  const unsolvedGroups = mean(all.map(({ right }) => (right === 0 ? 1 : 0)));
  return {
    solvedGroups,
    unsolvedGroups,
    mixedGroups: mean(all.map(({ size, right }) => (right > 0 && right < size ? 1 : 0))),
  };
}
