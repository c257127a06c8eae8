/**
 * The run: evaluate, step, evaluate, ... until T. Speaks to the models through `Policy` and `Critic` only, and to the world
 * through events. Everything but timing is decided by experiment, seed, build and adapter.
 */
import type { SideModels } from './prepare';
import { findAlgorithm } from '../algorithms/parts/registry';
import type { Catalogue } from '../experiment/catalogue';
import { applyEdits, recordEdit } from '../experiment/edits';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment, ExperimentEdit } from '../experiment/types';
import type { Clock } from '../lib/clock';
import { InputError } from '../lib/errors';
import { invariant } from '../lib/invariant';
import type { Result } from '../lib/result';
import type { ForceRow } from '../records/forces';
import type { Policy } from '../model/policy';
import type { Task } from '../tasks/parts/types';
import type { Critic } from '../model/critic';
import { crossover, evaluate, evaluationRequest } from './evaluate';
import type { EvaluationRow, MetricsRow, StepTiming } from '../records/metrics';
import { AbandonedError, createBreakpoint, noBreakpoint, type Breakpoint } from './breakpoint';
import { createPace, createPhasePace, throttled, type Phase, type Progress } from './progress';
import { createForceProbe, defaultProbe, type ForceProbe, type ProbeOptions } from './forces/measureForces';
import { createRewinder, type Rewinder } from './rewind';
import type { AnswerWorld, TextCodec } from './rollouts';
import { initialState, type Snapshot, type TrainerState } from './state';
import { forcesAhead, trainStep, type StepWorld } from './step';
import { mostSkippedInARow, type TrainedRollout } from './updates';

export type TrainerEvent =
  | { readonly type: 'progress'; readonly progress: Progress }
  | {
      readonly type: 'step';
      readonly row: MetricsRow;
      readonly timing: StepTiming;
      readonly rollouts: readonly TrainedRollout[];
    }
  | { readonly type: 'evaluation'; readonly row: EvaluationRow; readonly durationMs: number }
  /** Of the step whose event comes next; a reason where they could not be measured. */
  | { readonly type: 'forces'; readonly result: Result<ForceRow>; readonly durationMs: number }
  | { readonly type: 'edit'; readonly edit: ExperimentEdit }
  /** The run went back to `toStep`; rows from there on come again. */
  | { readonly type: 'rewind'; readonly toStep: number; readonly message: string };

export type RunEnd =
  | { readonly reason: 'finished' | 'paused' | 'aborted' }
  /** Numbers would not stay finite. */
  | { readonly reason: 'failed'; readonly message: string };

export interface TrainerOptions {
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  readonly policy: Policy;
  readonly task: Task;
  readonly codec: TextCodec;
  readonly gradeRows?: AnswerWorld['gradeRows'];
  /** Makes the starting model, for a KL term; called at most once, when first needed. Null: such an objective is refused. */
  readonly reference: SideModels['reference'];
  /** For PPO; null otherwise. */
  readonly critic: Critic | null;
  readonly clock: Clock;
  /** Continue from here; the caller has loaded policy and critic of the same moment. */
  readonly resume?: TrainerState;
  /** Steps between the copies in memory that a rewind returns to; 0 keeps none. */
  readonly snapshotEvery?: number;
  /** Asked before each step whose forces the experiment does not ask for: the probe to measure them on, or null for none. */
  readonly forcesBeside?: (step: number) => ProbeOptions | null;
  emit(event: TrainerEvent): void;
  /** Awaited between steps: the place for checkpoints. */
  afterStep?(trainer: Trainer): Promise<void>;
}

export interface RunOptions {
  /** Pause after so many steps (the step button: 1). */
  readonly maxSteps?: number;
  /** Stops at the next step boundary, or within an evaluation or a step that takes longer than a moment, which are then made
   * again on resuming, to the same bits (breakpoint.ts). */
  readonly signal?: AbortSignal;
}

export interface Trainer {
  /** Runs until the end, a pause or an abort; may be called again after the last two. Only one at a time. Rejects where the
   * engine does (a lost device): weights may then stand between two steps, so load a snapshot before going on. */
  run(options?: RunOptions): Promise<RunEnd>;
  /** Pauses at the next step boundary. */
  pause(): void;
  /** Changes a field from the next rollout on and records it. Throws `InputError` on a field that needs a restart or a bad value. */
  edit(path: string, value: unknown): void;
  /** With the edits recorded so far. */
  experiment(): Experiment;
  state(): TrainerState;
  /** Measures the forces of the step about to come, on the batch that it will have, and tells them as an event; between steps
   * only. Changes no number of the run. */
  measureForces(probe: ProbeOptions): Promise<void>;
  /** State and weights of this moment; between steps only. */
  snapshot(): Promise<Snapshot>;
}

const progressIntervalMs = 100;
const defaultSnapshotEvery = 10;

/** Throws `InputError` where the algorithm needs a critic and there is none. */
export function createTrainer(options: TrainerOptions): Trainer {
  const { policy, task, codec, gradeRows = null, critic, clock, emit } = options;
  const { algorithm } = options.experiment.objective;
  if (findAlgorithm(algorithm).critic !== null && critic === null)
    throw new InputError('objective.algorithm', algorithm, 'an algorithm without a critic: this run has none');
  const pace = createPace();
  const phasePace = createPhasePace(clock);
  const rewinder: Rewinder = createRewinder(policy, critic, options.snapshotEvery ?? defaultSnapshotEvery);
  let experiment = options.experiment;
  let state = options.resume ?? initialState;
  let running = false;
  let stepping = false;
  let pauseAsked = false;
  let breakpoint: Breakpoint = noBreakpoint;
  let referencePolicy: ReturnType<NonNullable<SideModels['reference']>> | null = null;
  const forceProbes = new Map<ProbeOptions, Result<ForceProbe>>();

  const emitProgress = throttled(clock, progressIntervalMs, (progress) => emit({ type: 'progress', progress }));

  function report(phase: Phase, done: number, total: number, sampled?: number): void {
    const { every } = experiment.evaluation;
    const stepsLeft = experiment.steps - state.step;
    const evaluationsLeft = every > 0 ? Math.floor(stepsLeft / every) : 1;
    const within = phasePace({ phase, done, total, ...(sampled === undefined ? {} : { sampled }) });
    const { tokensPerSecond, remainingMs } = pace.estimate(stepsLeft, evaluationsLeft);
    emitProgress({
      phase,
      step: state.step,
      totalSteps: experiment.steps,
      done,
      total,
      tokensPerSecond: tokensPerSecond ?? within.tokensPerSecond,
      phaseRemainingMs: within.phaseRemainingMs,
      remainingMs,
    });
  }

  const makeReference = options.reference;
  const world: StepWorld = {
    policy,
    critic,
    task,
    codec,
    gradeRows,
    clock,
    reference: makeReference === null ? null : () => (referencePolicy ??= makeReference()),
    onProgress: report,
    breakpoint: () => breakpoint(),
  };

  /** Whether the step about to come wants an evaluation first. */
  function owesEvaluation(): boolean {
    const { every } = applyEdits(experiment, state.step).evaluation;
    const due = state.step === 0 || state.step === experiment.steps || (every > 0 && state.step % every === 0);
    return due && state.lastEvaluatedStep !== state.step;
  }

  /** False when aborted. */
  async function evaluateNow(signal?: AbortSignal): Promise<boolean> {
    const started = clock();
    const onProgress = (done: number, total: number): void => report('evaluate', done, total);
    const result = await evaluate(world, evaluationRequest(experiment), { onProgress, signal, breakpoint });
    if (result === null) return false;
    const startingFan = state.startingFan ?? result.passAtK;
    const crossoverK = state.startingFan === null ? null : crossover(startingFan, result.passAtK);
    state = { ...state, lastEvaluatedStep: state.step, startingFan };
    const durationMs = clock() - started;
    pace.addEvaluation(durationMs);
    emit({ type: 'evaluation', row: { step: state.step, ...result, crossoverK }, durationMs });
    return true;
  }

  /** The first time that none can be made, that is said. */
  function probeOf(wanted: ProbeOptions): ForceProbe | null {
    const known = forceProbes.get(wanted);
    const probe = known ?? createForceProbe(world, experiment, wanted);
    forceProbes.set(wanted, probe);
    if (!probe.ok && known === undefined) emit({ type: 'forces', result: probe, durationMs: 0 });
    return probe.ok ? probe.value : null;
  }

  /** The probe where the step about to come is to be measured. */
  function forcesDue({ evaluation: { forcesEvery } }: Experiment): ForceProbe | null {
    const asked = forcesEvery > 0 && state.step % forcesEvery === 0;
    const probe = asked ? defaultProbe : (options.forcesBeside?.(state.step) ?? null);
    return probe === null ? null : probeOf(probe);
  }

  /** Null when all went well. */
  async function stepNow(): Promise<RunEnd | null> {
    stepping = true;
    try {
      const inForce = applyEdits(experiment, state.step);
      const outcome = await trainStep({ ...world, forces: forcesDue(inForce) }, inForce, state);
      if (outcome.state.skippedInARow >= mostSkippedInARow || !(await rewinder.keep(outcome.state)))
        return await rewind();
      pace.addStep(outcome.state.tokens - state.tokens, outcome.timing.totalMs);
      state = outcome.state;
      if (outcome.forces !== null) emit({ type: 'forces', ...outcome.forces });
      emit({ type: 'step', row: outcome.row, timing: outcome.timing, rollouts: outcome.rollouts });
      return null;
    } catch (error) {
      if (error instanceof AbandonedError) return { reason: 'aborted' };
      throw error;
    } finally {
      stepping = false;
    }
  }

  async function rewind(): Promise<RunEnd | null> {
    const back = await rewinder.rewind(state);
    if (!back.ok) return { reason: 'failed', message: back.reason };
    const failedStep = state.step;
    state = back.value;
    const message = `numbers stopped being finite at step ${failedStep}: back to step ${state.step} with the learning rate times ${state.learningRateFactor}`;
    emit({ type: 'rewind', toStep: state.step, message });
    return null;
  }

  async function run({ maxSteps = Infinity, signal }: RunOptions = {}): Promise<RunEnd> {
    invariant(!running, 'a trainer runs once at a time');
    running = true;
    try {
      return await runLoop(maxSteps, signal);
    } finally {
      running = false;
    }
  }

  async function runLoop(maxSteps: number, signal: AbortSignal | undefined): Promise<RunEnd> {
    pauseAsked = false;
    breakpoint = createBreakpoint(clock, signal);
    const aborted = () => signal?.aborted === true;
    await rewinder.begin(state);
    for (let done = 0; ; done++) {
      if (aborted()) return { reason: 'aborted' };
      if (owesEvaluation() && !(await evaluateNow(signal))) return { reason: 'aborted' };
      if (state.step >= experiment.steps) return { reason: 'finished' };
      if (pauseAsked || done >= maxSteps) return { reason: 'paused' };
      if (aborted()) return { reason: 'aborted' };
      const end = await stepNow();
      if (end !== null) return end;
      await options.afterStep?.(trainer);
    }
  }

  const trainer: Trainer = {
    run,
    pause: () => {
      pauseAsked = true;
    },
    edit(path, value) {
      // A step in flight keeps the values that it began with.
      const step = state.step + (stepping ? 1 : 0);
      experiment = parseExperiment(recordEdit(experiment, step, path, value), options.catalogue);
      const edit = experiment.edits.findLast((candidate) => candidate.step === step && candidate.path === path);
      if (edit !== undefined) emit({ type: 'edit', edit });
    },
    experiment: () => experiment,
    state: () => state,
    async measureForces(probe) {
      invariant(!stepping, 'forces are measured between steps');
      const forces = probeOf(probe);
      if (forces === null) return;
      const quiet = { ...world, forces, onProgress: () => undefined, breakpoint: noBreakpoint };
      emit({ type: 'forces', ...(await forcesAhead(quiet, applyEdits(experiment, state.step), state)) });
    },
    async snapshot() {
      return { state, policy: await policy.save(), critic: critic === null ? null : await critic.save() };
    },
  };
  return trainer;
}
