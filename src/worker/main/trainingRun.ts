/** One run in the worker: engine made on first use, driven by start, pause and step, recovered once when the device is lost. */
import type { Catalogue } from '../../experiment/catalogue';
import { applyEdits } from '../../experiment/edits';
import type { Experiment } from '../../experiment/types';
import type { Gpu } from '../../gpu/device';
import type { Clock } from '../../lib/clock';
import { InputError } from '../../lib/errors';
import { ensureTuned, parseTuning, productShapes, type TuningStorage } from '../../model/tuning';
import { isFiniteSnapshot, type Snapshot } from '../../trainer/state';
import type { RunEnd, Trainer, TrainerEvent } from '../../trainer/train';
import type { Event, TokenReport } from '../protocol';
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
  /** Go on from the stored checkpoint of this run. Where this very run stored none yet, it begins anew: its edits are replayed,
   * so the numbers come out the same. */
  readonly resumeFrom: string | null;
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export interface TrainingRun {
  start(maxSteps?: number): void;
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

export function createTrainingRun({ runId, experiment: given, resumeFrom }: RunOrder, world: RunWorld): TrainingRun {
  const { send, clock } = world;
  const frames = createFrames(runId, send);
  const record = createRunRecord();
  const inspector = createTokenInspector();
  const say = (message: string): void => send({ type: 'notice', runId, message });
  const checkpoints = createCheckpoints(runId, world, say);
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
  let running: Promise<void> | null = null;
  let disposed = false;
  let lastRecovery = -Infinity;
  let pending: (() => Promise<void>)[] = [];

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
    return moment.snapshot;
  }

  async function keep({ trainer, gpu }: Engine): Promise<void> {
    const now = await trainer.snapshot();
    if (!isFiniteSnapshot(now)) return;
    snapshot = now;
    const moment = { snapshot, experiment: trainer.experiment(), measured: record.measured() };
    await checkpoints.keep({ ...moment, environment: environmentOf(gpu) });
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
    const due = trainer.state().step % KEEP_EVERY_STEPS === 0 || clock() - keptAt > KEEP_EVERY_MS;
    if (due) await keep(current);
  }

  async function drive(maxSteps: number | undefined): Promise<void> {
    abort = new AbortController();
    try {
      engine ??= await open();
      status.say(status.phase() === 'loading' ? 'compiling' : 'rollout');
      const end = await engine.trainer.run({ signal: abort.signal, ...(maxSteps === undefined ? {} : { maxSteps }) });
      engine.gpu.check();
      if (end.reason !== 'failed' && !disposed) await keep(engine);
      settle(end);
    } catch (error) {
      if (disposed) return;
      await halt(error, maxSteps);
    }
  }

  /** What the engine threw: a lost device is replaced, anything else ends the run and frees the device. */
  async function halt(error: unknown, maxSteps: number | undefined): Promise<void> {
    const failure = engine?.gpu.failure() ?? null;
    const reason = toRunError(failure !== null && /device lost/.test(failure) ? new Error(failure) : error);
    experiment = engine?.trainer.experiment() ?? experiment;
    const inForce = applyEdits(experiment, engine?.trainer.state().step ?? 0);
    inspector.forget();
    engine?.dispose();
    engine = null;
    if (reason.kind === 'device-lost') return abort.signal.aborted ? status.finish(false) : recover(maxSteps);
    await world.closeGpu();
    status.stop(reason.kind === 'out-of-memory' ? outOfMemory(inForce, reason.message) : reason);
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
  async function recover(maxSteps: number | undefined): Promise<void> {
    const again = clock() - lastRecovery < RECOVERY_PAUSE_MS;
    lastRecovery = clock();
    if (again)
      return status.stop({
        kind: 'device-lost',
        message: 'The graphics device was lost twice within two minutes, so it is not tried again by itself',
      });
    const from = snapshot === null ? 'its start' : `step ${snapshot.state.step}`;
    say(`The graphics device was lost. The run goes on from ${from}.`);
    await drive(maxSteps);
  }

  return {
    start: (maxSteps) => {
      running ??= drive(maxSteps).finally(() => {
        running = null;
      });
    },
    pause: () => abort.abort(),
    edit: (path, value) => {
      if (engine) return engine.trainer.edit(path, value);
      experiment = { ...experiment, edits: [...experiment.edits, { step: 0, path, value }] };
    },
    inspect: (question) =>
      running === null
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
