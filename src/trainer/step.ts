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
import type { ForceProbe, StepMoment } from './forces/measureForces';
import { noBreakpoint, takeWayBack, type Breakpoint } from './breakpoint';
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
  /** `sampled`: tokens, in a rollout. */
  onProgress(phase: StepPhase, done: number, total: number, sampled?: number): void;
  /** Asked between submits, where the step can be abandoned as if it had not begun. */
  readonly breakpoint?: Breakpoint;
}

/** A step that took so long before its updates keeps a way back from them, where there are several. */
const slowStepMs = 1000;

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

/** The batch of step `state.step`, rated, as its updates get it. (seed, step) decide every draw: made twice, it is the same. */
async function prepareStep(world: StepWorld, experiment: Experiment, state: TrainerState) {
  const { step, pastAccuracies } = state;
  const objective = resolveObjective(experiment);
  const temperature = temperatureAt(experiment, step, pastAccuracies);
  const batch = await collectBatch(world, {
    experiment,
    objective,
    step,
    dataCursor: state.dataCursor,
    temperature,
    onToken: (done, total, sampled) => {
      world.onProgress('rollout', done, total, sampled);
      world.breakpoint?.();
    },
  });
  const sampledAt = world.clock();
  const accuracy = mean(batch.all.map(({ grade }) => grade.reward));
  const at = objectiveAt(objective, { step, accuracy, pastAccuracies, temperature });
  const learningRate = at.coefficients.learningRate * state.learningRateFactor;
  world.onProgress('score', 0, 1);
  const prepared = await prepareBatch(at, batch.train, world, (done, total) => {
    world.onProgress('score', done, total);
    world.breakpoint?.();
  });
  const optimizer = { ...experiment.optimizer, learningRate };
  const moment: StepMoment = { experiment, step, at, prepared, optimizer, accuracy };
  return { moment, batch, temperature, sampledAt };
}

/** Forces of the step about to come, which is not made: policy and state stay as they are. Without what would come of it. */
export async function forcesAhead(
  world: StepWorld & { readonly forces: ForceProbe },
  experiment: Experiment,
  state: TrainerState,
): Promise<MeasuredForces> {
  const started = world.clock();
  const { moment } = await prepareStep(world, experiment, state);
  const pending = await world.forces.before(moment);
  return { result: pending.ok ? success(pending.value.row) : pending, durationMs: world.clock() - started };
}

/** Does step `state.step` under `experiment`, which holds the edits in force. Leaves the policy updated and gives the next state.
 * Rejects with the breakpoint's `AbandonedError`, and has then left policy and critic as they were. */
export async function trainStep(world: StepWorld, experiment: Experiment, state: TrainerState): Promise<StepOutcome> {
  const { policy, critic, clock, onProgress } = world;
  const { step, pastAccuracies } = state;
  const started = clock();
  const { moment, batch, temperature, sampledAt: sampled } = await prepareStep(world, experiment, state);
  const { at, prepared, optimizer, accuracy } = moment;
  const scored = clock();
  const pending = (await world.forces?.before(moment)) ?? null;
  const probed = clock();

  const { updatesPerRollout, innerEpochs } = experiment.batch;
  const several = updatesPerRollout * innerEpochs > 1 || at.critic !== null;
  const wayBack = several && clock() - started > slowStepMs ? await takeWayBack(policy, critic) : null;

  const outcome = await updateOnBatch({
    policy,
    critic,
    wayBack,
    breakpoint: world.breakpoint ?? noBreakpoint,
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
  const inForce = { ...at.coefficients, learningRate: optimizer.learningRate };
  const row = metricsRow({ step, tokens, ...inForce, temperature }, batch, outcome);
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
