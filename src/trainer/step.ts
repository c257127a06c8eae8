/** One rollout step: sample, grade, weigh, update, measure. */
import type { Experiment } from '../experiment/types';
import type { Clock } from '../lib/clock';
import { mean } from '../lib/stats';
import { temperatureAt } from '../objective/coefficients';
import { objectiveAt, resolveObjective } from '../objective/resolveObjective';
import type { MetricsRow, StepTiming } from '../records/metrics';
import { success, type Result } from '../lib/result';
import type { ForceRow } from '../records/forces';
import { collectBatch } from './collect';
import type { ForceProbe } from './forces/measureForces';
import { metricsRow } from './metricsRow';
import { prepareBatch, type SideModels } from './prepare';
import type { AnswerWorld } from './rollouts';
import { metricsTailLength, type TrainerState } from './state';
import { updateOnBatch, type TrainedRollout } from './updates';

export type StepPhase = 'rollout' | 'score' | 'update';

export interface StepWorld extends AnswerWorld, SideModels {
  /** Measures the forces of this step. */
  readonly forces?: ForceProbe | null;
  readonly clock: Clock;
  onProgress(phase: StepPhase, done: number, total: number): void;
}

/** Forces of a step, or why they could not be measured. */
export interface MeasuredForces {
  readonly result: Result<ForceRow>;
  readonly durationMs: number;
}

export interface StepOutcome {
  readonly state: TrainerState;
  readonly row: MetricsRow;
  readonly timing: StepTiming;
  readonly rollouts: readonly TrainedRollout[];
  readonly forces: MeasuredForces | null;
}

/** Does step `state.step` under `experiment`, which holds the edits in force. Leaves the policy updated and gives the next state. */
export async function trainStep(world: StepWorld, experiment: Experiment, state: TrainerState): Promise<StepOutcome> {
  const { policy, critic, clock, onProgress } = world;
  const { step, pastAccuracies } = state;
  const started = clock();
  const objective = resolveObjective(experiment);
  const temperature = temperatureAt(experiment, step, pastAccuracies);
  const batch = await collectBatch(world, {
    experiment,
    objective,
    step,
    dataCursor: state.dataCursor,
    temperature,
    onToken: (done, total) => onProgress('rollout', done, total),
  });
  const sampled = clock();

  const accuracy = mean(batch.all.map(({ grade }) => grade.reward));
  const at = objectiveAt(objective, { step, accuracy, pastAccuracies, temperature });
  const learningRate = at.coefficients.learningRate * state.learningRateFactor;
  onProgress('score', 0, 1);
  const prepared = await prepareBatch(at, batch.train, world);
  const scored = clock();
  const optimizer = { ...experiment.optimizer, learningRate };
  const pending = (await world.forces?.before({ experiment, step, at, prepared, optimizer, accuracy })) ?? null;
  const probed = clock();

  const outcome = await updateOnBatch({
    policy,
    critic,
    at,
    experiment,
    step,
    optimizer,
    prepared,
    skippedBefore: state.skippedInARow,
    onUpdate: (done, total) => onProgress('update', done, total),
  });
  const updated = clock();
  const forces = pending?.ok === true ? success(await pending.value.after()) : pending;
  const ended = clock();

  const fresh = batch.all.reduce((total, { completion }) => total + completion.length, 0);
  const tokens = state.tokens + fresh;
  const row = metricsRow({ step, tokens, ...at.coefficients, learningRate, temperature }, batch, outcome);
  return {
    state: {
      ...state,
      step: step + 1,
      dataCursor: batch.dataCursor,
      tokens,
      pastAccuracies: [...pastAccuracies, accuracy],
      skippedInARow: outcome.skippedInARow,
      metricsTail: [...state.metricsTail, withoutRollouts(row)].slice(-metricsTailLength),
    },
    row,
    timing: {
      step,
      rolloutMs: sampled - started,
      scoreMs: scored - sampled,
      updateMs: updated - probed,
      totalMs: ended - started,
      tokensPerSecond: ended > started ? (1000 * fresh) / (ended - started) : 0,
    },
    rollouts: outcome.rollouts,
    forces: forces === null ? null : { result: forces, durationMs: probed - scored + ended - updated },
  };
}

const withoutRollouts = ({ rollouts: _rollouts, ...row }: MetricsRow) => row;
