/** One run in the worker: engine made on first use, driven by start, pause and step, recovered once when the device is lost. */
import type { Catalogue } from '../../experiment/catalogue';
import type { Experiment } from '../../experiment/types';
import type { Gpu } from '../../gpu/device';
import type { Clock } from '../../lib/clock';
import { InputError } from '../../lib/errors';
import type { RunIndex } from '../../persist/runIndex';
import type { Snapshot } from '../../trainer/state';
import type { RunEnd, Trainer, TrainerEvent } from '../../trainer/train';
import type { Event, TokenReport } from '../protocol';
import { loadCheckpoint, storeCheckpoint } from './checkpoints';
import { loadModelFiles, openEngine, type Engine, type ModelFiles } from './engine';
import { createFrames } from './frames';
import { toRunError } from './runError';
import { createRunRecord } from './runRecord';
import { createRunStatus } from './runStatus';
import { toHistogram, toSamples } from './samples';
import { createTokenInspector } from './tokenInspector';
import type { TokenQuestion } from './tokenReport';

/** Rollout steps between the copies that a lost device goes back to. */
const SNAPSHOT_EVERY = 10;
/** No more than one automatic recovery in this time (robustness.md). */
const RECOVERY_PAUSE_MS = 120_000;

export interface RunWorld {
  readonly catalogue: Catalogue;
  readonly base: string;
  readonly clock: Clock;
  readonly openGpu: () => Promise<Gpu>;
  readonly send: (event: Event) => void;
  readonly storage: RunIndex;
}

export interface RunOrder {
  readonly runId: string;
  readonly experiment: Experiment;
  /** Go on from the stored checkpoint of this run. */
  readonly resumeFrom: string | null;
}

export interface TrainingRun {
  start(maxSteps?: number): void;
  pause(): void;
  edit(path: string, value: unknown): void;
  inspect(question: TokenQuestion): Promise<TokenReport | null>;
  dispose(): Promise<void>;
}

export function createTrainingRun({ runId, experiment: given, resumeFrom }: RunOrder, world: RunWorld): TrainingRun {
  const { send, clock } = world;
  const frames = createFrames(runId, send);
  const record = createRunRecord();
  const inspector = createTokenInspector();
  const status = createRunStatus(frames, given.steps, () => {
    const state = engine?.trainer.state();
    return { secondsUsed: record.seconds(), ...(state ? { step: state.step, tokensUsed: state.tokens } : {}) };
  });
  let experiment = given;
  let engine: Engine | null = null;
  let files: ModelFiles | null = null;
  let snapshot: Snapshot | null = null;
  let abort = new AbortController();
  let running: Promise<void> | null = null;
  let disposed = false;
  let lastRecovery = -Infinity;
  let pending: (() => Promise<void>)[] = [];

  /** The stored copy, once; null when this run starts from the base model. */
  async function stored(): Promise<Snapshot | null> {
    if (resumeFrom === null || snapshot) return snapshot;
    const checkpoint = await loadCheckpoint(world.storage, resumeFrom);
    if (!checkpoint)
      throw new InputError('checkpoint', resumeFrom, 'a run whose copy is still stored; restart instead');
    record.restore(checkpoint);
    const { rows, evaluations } = checkpoint;
    const edits = checkpoint.experiment.edits.filter((edit) => edit.step < checkpoint.snapshot.state.step);
    send({ type: 'frame', runId, rows, evaluations, edits, samples: null, histogram: null });
    return checkpoint.snapshot;
  }

  async function keep(trainer: Trainer): Promise<void> {
    snapshot = await trainer.snapshot();
    await storeCheckpoint(world.storage, runId, { experiment: trainer.experiment(), snapshot, ...record.measured() });
  }

  async function open(): Promise<Engine> {
    status.say('loading');
    snapshot = await stored();
    files ??= await loadModelFiles(experiment.model, world.base, (done, total) =>
      status.say('loading', { done, total }),
    );
    const gpu = await world.openGpu();
    gpu.pipelines.onProgress = status.compiled;
    const { catalogue } = world;
    const opened = await openEngine({ gpu, files, experiment, catalogue, clock, snapshot, emit, afterStep });
    await inspector.keepWeights(opened.policy);
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
        return send({ type: 'notice', runId, message: event.message });
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
    if (trainer.state().step % SNAPSHOT_EVERY === 0) await keep(trainer);
  }

  async function drive(maxSteps: number | undefined): Promise<void> {
    abort = new AbortController();
    try {
      engine ??= await open();
      status.say(status.phase() === 'loading' ? 'compiling' : 'rollout');
      const end = await engine.trainer.run({ signal: abort.signal, ...(maxSteps === undefined ? {} : { maxSteps }) });
      engine.gpu.check();
      if (end.reason !== 'failed' && !disposed) await keep(engine.trainer);
      settle(end);
    } catch (error) {
      if (disposed) return;
      const failure = engine?.gpu.failure() ?? null;
      if (failure !== null && /device lost/.test(failure)) return recover(maxSteps);
      status.stop(toRunError(error));
    }
  }

  function settle(end: RunEnd): void {
    if (disposed) return;
    if (end.reason !== 'failed') return status.finish(end.reason === 'finished');
    frames.flush();
    status.stop({ kind: 'not-finite', message: end.message });
  }

  /** A fresh device, the last good copy, and on; a second loss within two minutes is left to the person. */
  async function recover(maxSteps: number | undefined): Promise<void> {
    const again = clock() - lastRecovery < RECOVERY_PAUSE_MS;
    lastRecovery = clock();
    if (again)
      return status.stop({
        kind: 'device-lost',
        message: 'The graphics device was lost twice; reload the page to go on',
      });
    send({ type: 'notice', runId, message: 'The graphics device was lost: recovering from the last copy' });
    experiment = engine?.trainer.experiment() ?? experiment;
    inspector.forget();
    engine = null;
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
