/** One run in the worker: engine made on first use, driven by start, pause and step, recovered once when the device is lost. */
import type { Catalogue } from '../../experiment/catalogue';
import { applyEdits } from '../../experiment/edits';
import type { Experiment } from '../../experiment/types';
import type { Gpu } from '../../gpu/device';
import type { Clock } from '../../lib/clock';
import { InputError } from '../../lib/errors';
import { ensureTuned, parseTuning, productShapes, type TuningStorage } from '../../model/tuning';
import { halfwayKey } from '../../persist/runIndex';
import { isFiniteSnapshot, type Snapshot } from '../../trainer/state';
import type { RunEnd, Trainer, TrainerEvent } from '../../trainer/train';
import type { Event } from '../protocol';
import type { TokenReport } from '../../records/tokenReport';
import { createCheckpoints, type CheckpointPlaces } from './checkpoints';
import { loadModelFiles, openEngine, type Engine, type ModelFiles } from './engine';
import { createFrames } from './frames';
import { outOfMemory } from './outOfMemory';
import { toRunError } from './runError';
import type { RunMoment } from './runMoment';
import { createRunRecord } from './runRecord';
import { createRunStatus } from './runStatus';
import { toHistogram, toSamples } from './samples';
import { createTokenInspector } from './tokenInspector';
import type { TokenQuestion } from './tokenReport';

/** A copy to go back to after a lost device or a reload is made after so many rollout steps, or earlier where they are slow. */
const KEEP_EVERY_STEPS = 10;
const KEEP_EVERY_MS = 30_000;
/** Before a first run on a GPU, at most so long at a time. */
const TUNING_MS = 1_500;
/** No more than one automatic recovery in this time (robustness.md). */
const RECOVERY_PAUSE_MS = 120_000;

export interface RunWorld extends CheckpointPlaces {
  readonly catalogue: Catalogue;
  readonly base: string;
  readonly clock: Clock;
  readonly tunings: TuningStorage;
  readonly openGpu: () => Promise<Gpu>;
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

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export interface TrainingRun {
  readonly runId: string;
  start(maxSteps?: number): void;
  /** One rollout step and no word about the end of it: another run's turn comes next. False when this run has ended. */
  turn(): Promise<boolean>;
  /** After turns: keeps a copy and says that it is paused. */
  rest(): Promise<void>;
  /** Ends the step under way. */
  pause(): void;
  edit(path: string, value: unknown): void;
  inspect(question: TokenQuestion): Promise<TokenReport | null>;
  dispose(): Promise<void>;
}

const adapterName = ({ adapter }: Gpu): string => adapter.description || adapter.device;

const environmentOf = (gpu: Gpu): RunMoment['environment'] => ({
  adapter: adapterName(gpu),
  products: JSON.stringify(gpu.products),
});
/** The step whose copy is kept for good. */
const halfOf = (steps: number): number => Math.floor(steps / 2);

export function createTrainingRun({ runId, experiment: given, resumeFrom }: RunOrder, world: RunWorld): TrainingRun {
  const { send, clock } = world;
  const frames = createFrames(runId, send);
  const record = createRunRecord();
  const inspector = createTokenInspector();
  const say = (message: string): void => send({ type: 'notice', runId, message });
  const checkpoints = createCheckpoints(runId, world, say);
  /** What a finished run is forked from; that it could not be stored is said for the other copy. */
  const halfway = createCheckpoints(halfwayKey(runId), world, () => undefined);
  const status = createRunStatus(frames, given.steps, () => {
    const state = engine?.trainer.state();
    const copyStep = snapshot?.state.step ?? 0;
    return {
      secondsUsed: record.seconds(),
      copyStep,
      ...(state ? { step: state.step, tokensUsed: state.tokens } : {}),
    };
  });
  let experiment = given;
  let engine: Engine | null = null;
  let files: ModelFiles | null = null;
  let snapshot: Snapshot | null = null;
  /** Of the copy that the run goes on from. */
  let storedOn: RunMoment['environment'] = {};
  let keptAt = -Infinity;
  let abort = new AbortController();
  let running: Promise<boolean> | null = null;
  let disposed = false;
  /** Between two turns another run computes: this one's model is asked only after its own step. */
  let takesTurns = false;
  let lastRecovery = -Infinity;
  let pending: (() => Promise<void>)[] = [];
  /** Edits made before there is a trainer to record them at its step. */
  const waiting: { readonly path: string; readonly value: unknown }[] = [];

  /** The copy to go on from; null when this run starts from the base model. */
  async function stored(): Promise<Snapshot | null> {
    if (resumeFrom === null || snapshot) return snapshot;
    const moment = await checkpoints.load(resumeFrom);
    if (!moment) {
      if (resumeFrom !== runId)
        throw new InputError('checkpoint', resumeFrom, 'a run whose copy is still stored; restart instead');
      // The same experiment, seed and edits give the same run again.
      say('No copy of this run is stored: it starts again from step 0.');
      return null;
    }
    const { step } = moment.snapshot.state;
    const earlier = moment.experiment.edits.filter((edit) => edit.step < step);
    // The page's list may be a moment older than the copy.
    experiment = { ...experiment, edits: [...earlier, ...experiment.edits.filter((edit) => edit.step >= step)] };
    record.restore(moment.measured);
    const { rows, evaluations } = moment.measured;
    send({ type: 'frame', runId, rows, evaluations, edits: earlier, samples: null, histogram: null });
    storedOn = moment.environment;
    // A fork stands on its own from here: the run that it came from may be deleted.
    if (resumeFrom !== runId) await checkpoints.keep({ ...moment, experiment });
    return moment.snapshot;
  }

  async function keep({ trainer, gpu }: Engine): Promise<void> {
    const now = await trainer.snapshot();
    if (!isFiniteSnapshot(now)) return;
    snapshot = now;
    const moment = { snapshot, experiment: trainer.experiment(), measured: record.measured() };
    const whole = { ...moment, environment: environmentOf(gpu) };
    await checkpoints.keep(whole);
    if (snapshot.state.step === halfOf(given.steps)) await halfway.keep(whole);
    keptAt = clock();
  }

  async function open(): Promise<Engine> {
    status.say('loading');
    snapshot = await stored();
    files ??= await loadModelFiles(experiment.model, world.base, (done, total) =>
      status.say('loading', { done, total }),
    );
    const gpu = await world.openGpu();
    gpu.pipelines.onProgress = status.compiled;
    const { adapter, products } = storedOn;
    if (products !== undefined) Object.assign(gpu.products, parseTuning(products));
    else {
      const onProgress = (done: number, total: number): void => status.say('tuning', { done, total });
      await ensureTuned(gpu, productShapes(files.folder.config), world.tunings, { budgetMs: TUNING_MS, onProgress });
    }
    if (adapter !== undefined && adapter !== adapterName(gpu))
      say(`The copy of this run is from another adapter (${adapter}): from here on its numbers differ.`);
    const { catalogue } = world;
    const opened = await openEngine({ gpu, files, experiment, catalogue, clock, snapshot, emit, afterStep });
    await inspector.keepWeights(opened.policy);
    keptAt = clock();
    for (const { path, value } of waiting.splice(0)) opened.trainer.edit(path, value);
    return opened;
  }

  function emit(event: TrainerEvent): void {
    if (disposed) return;
    switch (event.type) {
      case 'progress':
        return status.progress(event.progress);
      case 'step':
        return sendStep(event);
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

  function sendStep(event: Extract<TrainerEvent, { type: 'step' }>): void {
    const row = record.addStep(event);
    inspector.show(event);
    const current = engine;
    if (!current) return;
    // An edit is told when the rollout that used it is done: what stands on the charts has really acted.
    const applied = current.trainer.experiment().edits.filter((edit) => edit.step === row.step);
    frames.row(row, applied, () => ({
      samples: toSamples(event.rollouts, current.tokenizer.tokenText),
      histogram: toHistogram(event.rollouts),
    }));
  }

  async function afterStep(trainer: Trainer): Promise<void> {
    const current = engine;
    if (!current) return;
    for (const answer of pending.splice(0)) await answer();
    await inspector.keepWeights(current.policy);
    const { step } = trainer.state();
    const due = step % KEEP_EVERY_STEPS === 0 || step === halfOf(given.steps) || clock() - keptAt > KEEP_EVERY_MS;
    if (due) await keep(current);
  }

  /** True when the run can go on. `quiet`: says nothing of a pause. */
  async function drive(maxSteps: number | undefined, quiet: boolean): Promise<boolean> {
    abort = new AbortController();
    try {
      engine ??= await open();
      engine.gpu.pipelines.onProgress = status.compiled;
      status.say(status.phase() === 'loading' ? 'compiling' : 'rollout');
      const end = await engine.trainer.run({ signal: abort.signal, ...(maxSteps === undefined ? {} : { maxSteps }) });
      engine.gpu.check();
      const goesOn = end.reason === 'paused' || end.reason === 'aborted';
      if (quiet && goesOn) return true;
      if (end.reason !== 'failed' && !disposed) await keep(engine);
      settle(end);
      return goesOn;
    } catch (error) {
      return disposed ? false : await halt(error, maxSteps, quiet);
    }
  }

  /** What the engine threw: a lost device is replaced, anything else ends the run and frees the device. True when the run can go on. */
  async function halt(error: unknown, maxSteps: number | undefined, quiet: boolean): Promise<boolean> {
    const failure = engine?.gpu.failure() ?? null;
    const reason = toRunError(failure !== null && /device lost/.test(failure) ? new Error(failure) : error);
    experiment = engine?.trainer.experiment() ?? experiment;
    const inForce = applyEdits(experiment, engine?.trainer.state().step ?? 0);
    inspector.forget();
    engine?.dispose();
    engine = null;
    if (reason.kind === 'device-lost') {
      if (!abort.signal.aborted) return recover(maxSteps, quiet);
      status.finish(false);
      return true;
    }
    await world.closeGpu();
    status.stop(reason.kind === 'out-of-memory' ? outOfMemory(inForce, reason.message) : reason);
    return false;
  }

  function settle(end: RunEnd): void {
    if (disposed) return;
    if (end.reason !== 'failed') return status.finish(end.reason === 'finished');
    frames.flush();
    const failedAt = engine?.trainer.state().step ?? 0;
    const finite = record.lastFiniteStep(failedAt);
    // Not one step could be made from that copy: it is nothing to go back to.
    if (snapshot !== null && snapshot.state.step >= failedAt) snapshot = null;
    const message = `${sentence(end.message)}. The last step with finite numbers was ${finite} of ${given.steps}`;
    status.stop({ kind: 'not-finite', message });
  }

  /** A fresh device, the last good copy, and on; a second loss within two minutes is left to the person. */
  async function recover(maxSteps: number | undefined, quiet: boolean): Promise<boolean> {
    const again = clock() - lastRecovery < RECOVERY_PAUSE_MS;
    lastRecovery = clock();
    if (again) {
      status.stop({
        kind: 'device-lost',
        message: 'The graphics device was lost twice within two minutes, so it is not tried again by itself',
      });
      return false;
    }
    const from = snapshot === null ? 'its start' : `step ${snapshot.state.step}`;
    say(`The graphics device was lost. The run goes on from ${from}.`);
    return drive(maxSteps, quiet);
  }

  function begin(maxSteps: number | undefined, quiet: boolean): Promise<boolean> {
    running ??= drive(maxSteps, quiet).finally(() => {
      running = null;
    });
    return running;
  }

  return {
    runId,
    start: (maxSteps) => void begin(maxSteps, false),
    turn: async () => {
      takesTurns = !disposed && (await begin(1, true));
      return takesTurns;
    },
    rest: async () => {
      takesTurns = false;
      if (disposed) return;
      if (engine) await keep(engine);
      status.finish(false);
    },
    pause: () => abort.abort(),
    edit: (path, value) => {
      if (engine) engine.trainer.edit(path, value);
      else waiting.push({ path, value });
    },
    inspect: (question) =>
      running === null && !takesTurns
        ? inspector.answer(question, engine)
        : // Between two steps: the model must not be asked while it is being updated.
          new Promise((resolve, reject) => {
            pending.push(() => inspector.answer(question, engine).then(resolve, reject));
          }),
    dispose: async () => {
      disposed = true;
      pending = [];
      abort.abort();
      await running;
      inspector.dispose();
      engine?.dispose();
    },
  };
}
