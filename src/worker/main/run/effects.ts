/** What one run computes with and tells: its engine, its copies, its rows. Does what it is told (`transition.ts` decides what). */
import type { Experiment } from '../../../experiment/types';
import type { Catalogue } from '../../../experiment/catalogue';
import type { Gpu } from '../../../gpu/device';
import type { Clock } from '../../../lib/clock';
import { InputError } from '../../../lib/errors';
import { invariant } from '../../../lib/invariant';
import { ensureTuned, parseTuning, productShapes, type TuningStorage } from '../../../model/tuning';
import { halfwayKey } from '../../../persist/runIndex';
import type { TaskRows } from '../../../tasks/parts/types';
import { runGrader } from '../../../trainer/gradeRows';
import { isFiniteSnapshot, type Snapshot } from '../../../trainer/state';
import type { RunEnd, Trainer, TrainerEvent } from '../../../trainer/train';
import { lightProbe } from '../../../trainer/forces/measureForces';
import type { Event, ForcePace, ForcesWish, RunError, RunErrorKind } from '../../protocol';
import type { ForceRow } from '../../../records/forces';
import { createCheckpoints, type CheckpointPlaces } from '../checkpoints';
import { loadModelFiles, openEngine, type Engine, type ModelFiles } from '../engine';
import { createForcePacing } from '../forcePacing';
import { presentCooling } from '../presentCooling';
import { baseLicense, presentModel } from '../presentModel';
import { createFrames } from '../frames';
import { startGradeWorker } from '../nestedWorkers';
import { isLossOfDevice, toRunError } from '../runError';
import type { RunMoment } from '../runMoment';
import { createRunRecord } from '../runRecord';
import { createRunStatus } from '../runStatus';
import { toHistogram, toSamples } from '../samples';
import { sentence } from '../sentence';
import { createTokenInspector } from '../tokenInspector';
import type { WorkerQuestion } from '../questions';
import type { HeldRun } from './state';

/** Before a first run on a GPU, at most so long at a time. */
const TUNING_MS = 1_500;
/** So long after an error the loss of its device may still be told. */
const LOSS_TOLD_MS = 500;
/** May come of a lost device, whatever their words. */
const doubtful: readonly RunErrorKind[] = ['device-lost', 'worker', 'out-of-memory', 'no-adapter'];

export interface RunWorld extends CheckpointPlaces {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly tunings: TuningStorage;
  /** The rows of a task that is made of a data set; null for any other. Rejects with `InputError` where they are not stored. */
  readonly taskRows: (task: Experiment['task']) => Promise<TaskRows | null>;
  /** The page's address, beside which the models lie. */
  readonly base: () => string;
  /** How often forces are measured that no experiment asks for. */
  readonly forcesWish: () => ForcesWish;
  readonly openGpu: () => Promise<Gpu>;
  /** It was lost: the next `openGpu` opens another. */
  readonly forgetGpu: (dead: Gpu) => void;
  /** Gives all its memory back; the next `openGpu` opens another. */
  readonly closeGpu: () => Promise<void>;
  readonly send: (event: Event) => void;
}

export interface RunOrder {
  readonly runId: string;
  readonly experiment: Experiment;
  /** Go on from this stored checkpoint: the run's own, or that of the run it is a fork of. Where this very run stored none yet, it
   * begins anew: its edits are replayed, so the numbers come out the same. */
  readonly resumeFrom: string | null;
}

/** What a run tells the machine while it works. */
export interface RunHooks {
  restored(experiment: Experiment, step: number): void;
  /** Awaited between two steps. */
  stepped(step: number): Promise<void>;
}

export interface Failure {
  readonly error: RunError;
  /** With the edits recorded so far; null without an engine. */
  readonly experiment: Experiment | null;
  readonly step: number;
}

export interface RunEffects {
  /** Makes the engine from the experiment, at the last copy. Rejects where model, device or storage do. */
  open(experiment: Experiment): Promise<void>;
  /** Records the edits and trains. Rejects on a lost device. */
  train(maxSteps: number | null, edits: HeldRun['edits']): Promise<{ end: RunEnd; step: number; finiteSteps: number }>;
  abort(): void;
  /** Throws `InputError` on a value that the experiment does not allow. */
  edit(path: string, value: unknown): void;
  keepWeights(): Promise<void>;
  /** Stores a copy and resolves to its step, or to null where a number in it is not finite. */
  keep(halfway: boolean): Promise<number | null>;
  forgetCopy(): void;
  /** Null where there is no engine or no step yet. */
  answer(question: WorkerQuestion): Promise<unknown>;
  say(words: string): void;
  sayPhase(phase: 'loading' | 'beginning' | 'paused' | 'finished'): void;
  sayStopped(error: RunError): void;
  /** The error as the page may read it, and how far the run had come. */
  failure(error: unknown): Promise<Failure>;
  close(): void;
  /** Sends what was measured and is not sent yet, ends the step under way and tells no more. */
  leave(): void;
  /** Gives everything back. */
  discard(): void;
}

const pause = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(resolve, ms, null));

const adapterName = ({ adapter }: Gpu): string => adapter.description || adapter.device;

/** What of it is worth telling again. */
const paceWords = ({ every, tooDear, stepMs }: ForcePace): string => `${every} ${tooDear} ${stepMs === null}`;

const environmentOf = (gpu: Gpu): RunMoment['environment'] => ({
  adapter: adapterName(gpu),
  products: JSON.stringify(gpu.products),
});

export function createRunEffects(
  { runId, experiment: given, resumeFrom }: RunOrder,
  world: RunWorld,
  hooks: RunHooks,
): RunEffects {
  const { send, clock } = world;
  const frames = createFrames(runId, send);
  const record = createRunRecord();
  const inspector = createTokenInspector();
  const pacing = createForcePacing(world.forcesWish);
  /** What the page was told of it last. */
  let paceTold = '';
  /** Of the step under way: what its measurement took. */
  let forcesMs = 0;
  let training = false;
  const say = (message: string): void => send({ type: 'notice', runId, message });
  const checkpoints = createCheckpoints(runId, world, say);
  /** What a finished run is forked from; that it could not be stored is said for the other copy. */
  const halfway = createCheckpoints(halfwayKey(runId), world, () => undefined);
  const status = createRunStatus(frames, given.steps, () => {
    const state = engine?.trainer.state();
    return {
      secondsUsed: record.seconds(),
      copyStep: snapshot?.state.step ?? 0,
      ...(state ? { step: state.step, tokensUsed: state.tokens } : {}),
    };
  });
  /** Starts with the first answers that may hang it. */
  const grader = startGradeWorker();
  let engine: Engine | null = null;
  let files: ModelFiles | null = null;
  let snapshot: Snapshot | null = null;
  /** Of the copy that the run goes on from. */
  let storedOn: RunMoment['environment'] = {};
  /** The device that the engine was made on, or was to be. */
  let gpu: Gpu | null = null;
  let aborting = new AbortController();
  /** It is on its way out: nobody wants to hear of what it still does. */
  let leaving = false;

  function there(): Engine {
    invariant(engine, 'a run computes only while its engine is open');
    return engine;
  }

  /** The copy to go on from, with the experiment as it was there; null when this run starts from the base model. */
  async function stored(experiment: Experiment): Promise<Experiment> {
    if (resumeFrom === null || snapshot) return experiment;
    const moment = await checkpoints.load(resumeFrom);
    if (!moment) {
      if (resumeFrom !== runId)
        throw new InputError('checkpoint', resumeFrom, 'a run whose copy is still stored; restart instead');
      // The same experiment, seed and edits give the same run again.
      say('No copy of this run is stored: it starts again from step 0.');
      return experiment;
    }
    const { step } = moment.snapshot.state;
    const earlier = moment.experiment.edits.filter((edit) => edit.step < step);
    // The page's list may be a moment older than the copy.
    const edited = { ...experiment, edits: [...earlier, ...experiment.edits.filter((edit) => edit.step >= step)] };
    if (leaving) return edited;
    record.restore(moment.measured);
    const { rows, evaluations, forces } = moment.measured;
    send({ type: 'frame', runId, rows, evaluations, edits: earlier, samples: null, histogram: null });
    tellForces(forces);
    storedOn = moment.environment;
    // A fork stands on its own from here: the run that it came from may be deleted.
    if (resumeFrom !== runId) await checkpoints.keep({ ...moment, experiment: edited });
    snapshot = moment.snapshot;
    hooks.restored(edited, step);
    return edited;
  }

  /** The device, with the kernels that this run was computed with before, or the fastest. */
  async function prepareGpu(model: ModelFiles): Promise<Gpu> {
    gpu = await world.openGpu();
    gpu.pipelines.onProgress = status.compiled;
    const { adapter, products } = storedOn;
    if (products !== undefined) Object.assign(gpu.products, parseTuning(products));
    else {
      const onProgress = (done: number, total: number): void => status.say('tuning', { done, total });
      await ensureTuned(gpu, productShapes(model.folder.config), world.tunings, { budgetMs: TUNING_MS, onProgress });
    }
    if (adapter !== undefined && adapter !== adapterName(gpu))
      say(`The copy of this run is from another adapter (${adapter}): from here on its numbers differ.`);
    return gpu;
  }

  async function open(told: Experiment): Promise<void> {
    const experiment = await stored(told);
    files ??= await loadModelFiles(experiment.model, world.base(), (done, total) =>
      status.say('loading', { done, total }),
    );
    const device = await prepareGpu(files);
    const { catalogue } = world;
    const afterStep = (trainer: Trainer): Promise<void> => hooks.stepped(trainer.state().step);
    const opened = await openEngine({
      gpu: device,
      files,
      experiment,
      catalogue,
      clock,
      snapshot,
      rows: await world.taskRows(experiment.task),
      gradeRows: runGrader(grader),
      onNotice: (words) => say(`${words}.`),
      emit,
      afterStep,
      forcesBeside: (step) => (pacing.due(step) ? lightProbe : null),
    });
    await inspector.keepWeights(opened.policy);
    engine = opened;
  }

  function emit(event: TrainerEvent): void {
    if (leaving) return;
    switch (event.type) {
      case 'progress':
        return status.progress(event.progress);
      case 'step':
        return sendStep(event);
      case 'forces':
        return addForces(event);
      case 'evaluation':
        return frames.evaluation(record.addEvaluation(event, engine?.trainer.state().tokens ?? 0));
      case 'rewind':
        return say(`${sentence(event.message)}. Skipped updates change no weight.`);
      case 'edit':
        return;
      default:
        return event satisfies never;
    }
  }

  function tellForces(rows: readonly ForceRow[]): void {
    const pace = pacing.pace();
    paceTold = paceWords(pace);
    send({ type: 'forces', runId, rows, pace });
  }

  function addForces({ result, durationMs }: Extract<TrainerEvent, { type: 'forces' }>): void {
    if (training) forcesMs = durationMs;
    if (result.ok) {
      record.addForces(result.value);
      pacing.measured(result.value.step, durationMs);
      return tellForces([result.value]);
    }
    const { experiment, state } = there().trainer;
    // Without a probe nothing was measured; a gradient that is not finite may be finite again.
    if (durationMs === 0) pacing.refused(result.reason);
    else pacing.measured(state().step, durationMs);
    if (experiment().evaluation.forcesEvery > 0) say(`No forces: ${result.reason}`);
    tellForces([]);
  }

  /** Now, or at the next step of a run that trains. False without an engine. */
  async function measureForces(): Promise<boolean> {
    if (!engine) return false;
    if (training) pacing.askOnce();
    else await engine.trainer.measureForces(lightProbe);
    return true;
  }

  function sendStep(event: Extract<TrainerEvent, { type: 'step' }>): void {
    const row = record.addStep(event);
    pacing.stepped(event.timing.totalMs - forcesMs);
    forcesMs = 0;
    if (paceWords(pacing.pace()) !== paceTold) tellForces([]);
    inspector.show(event);
    const { trainer, tokenizer } = there();
    // An edit is told when the rollout that used it is done: what stands on the charts has really acted.
    const applied = trainer.experiment().edits.filter((edit) => edit.step === row.step);
    frames.row(row, applied, () => ({
      samples: toSamples(event.rollouts, (ids) => tokenizer.tokenTexts(ids)),
      histogram: toHistogram(event.rollouts),
    }));
  }

  async function train(maxSteps: number | null, edits: HeldRun['edits']) {
    const { trainer, gpu: device } = there();
    aborting = new AbortController();
    for (const { path, value } of edits) trainer.edit(path, value);
    device.pipelines.onProgress = status.compiled;
    const { signal } = aborting;
    training = true;
    const end = await trainer.run({ signal, ...(maxSteps === null ? {} : { maxSteps }) }).finally(() => {
      training = false;
    });
    device.check();
    if (end.reason === 'failed') frames.flush();
    const { step } = trainer.state();
    return { end, step, finiteSteps: record.lastFiniteStep(step) };
  }

  async function keep(alsoHalfway: boolean): Promise<number | null> {
    const { trainer, gpu: device } = there();
    const now = await trainer.snapshot();
    if (!isFiniteSnapshot(now)) return null;
    snapshot = now;
    const environment = environmentOf(device);
    const moment = { snapshot, experiment: trainer.experiment(), measured: record.measured(), environment };
    await checkpoints.keep(moment);
    if (alsoHalfway) await halfway.keep(moment);
    return snapshot.state.step;
  }

  async function failure(error: unknown): Promise<Failure> {
    const [experiment, step] = [engine?.trainer.experiment() ?? null, engine?.trainer.state().step ?? 0];
    const direct = toRunError(error);
    if (gpu === null || !doubtful.includes(direct.kind)) return { error: direct, experiment, step };
    // What fails first is whatever was being asked of the device; that it was lost is told a moment later.
    const reason = gpu.failure() ?? (await Promise.race([gpu.lost, pause(LOSS_TOLD_MS)]));
    const lost = reason !== null && isLossOfDevice(reason);
    if (lost || direct.kind === 'device-lost') world.forgetGpu(gpu);
    return { error: lost ? toRunError(new Error(reason)) : direct, experiment, step };
  }

  function close(): void {
    inspector.forget();
    engine?.dispose();
    engine = null;
  }

  return {
    open,
    train,
    keep,
    abort: () => aborting.abort(),
    edit: (path, value) => there().trainer.edit(path, value),
    keepWeights: () => inspector.keepWeights(there().policy),
    forgetCopy: () => {
      snapshot = null;
    },
    answer: async (question) => {
      switch (question.kind) {
        case 'token':
          return inspector.answer(question, engine);
        case 'cooling':
          return engine && presentCooling(engine);
        case 'model': {
          if (engine === null) return null;
          const license = await baseLicense(engine.trainer.experiment().model, world.base());
          return presentModel(engine, { license, evaluations: record.measured().evaluations }, question.wish);
        }
        case 'handed-on':
          return inspector.handOn(question, engine);
        case 'forces':
          return measureForces();
        default:
          return question satisfies never;
      }
    },
    say,
    sayPhase: (phase) => {
      if (phase === 'loading') status.say('loading');
      else if (phase === 'beginning') status.say(status.phase() === 'loading' ? 'compiling' : 'rollout');
      else status.finish(phase === 'finished');
    },
    sayStopped: status.stop,
    failure,
    close,
    leave: () => {
      frames.flush();
      leaving = true;
      aborting.abort();
    },
    discard: () => {
      if (!leaving) frames.flush();
      inspector.dispose();
      grader.dispose();
      files?.tokenizer.dispose();
      engine?.dispose();
      engine = null;
    },
  };
}
