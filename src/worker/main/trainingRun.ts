/** One run in the worker: model and trainer made on first use, driven by start, pause and step, recovered once when the device is lost. */
import { findAlgorithm } from '../../algorithms/registry';
import type { Catalogue } from '../../experiment/catalogue';
import { parseExperiment } from '../../experiment/parseExperiment';
import type { Experiment } from '../../experiment/types';
import type { Gpu } from '../../gpu/device';
import type { Clock } from '../../lib/clock';
import { InputError } from '../../lib/errors';
import { readModelFolder, type ModelFolder } from '../../model/folder';
import type { PolicyCheckpoint } from '../../model/policy';
import { createCritic } from '../../model/criticModel';
import { createPolicy, type PolicyModel } from '../../model/policyModel';
import type { RunIndex } from '../../persist/runIndex';
import { loadTokenizer, type Tokenizer } from '../../model/tokenizer';
import { createTask } from '../../tasks/registry';
import type { MetricsRow as TrainerRow } from '../../trainer/metrics';
import type { Progress } from '../../trainer/progress';
import type { Snapshot } from '../../trainer/state';
import { createTrainer, type RunEnd, type Trainer, type TrainerEvent } from '../../trainer/train';
import type { Event, Phase, RunError, StatusFrame, TokenReport } from '../protocol';
import type { EvaluationRow, MetricsRow } from '../rows';
import { loadCheckpoint, storeCheckpoint } from './checkpoints';
import { createFrames } from './frames';
import { shippedModel } from './modelFiles';
import { toRunError } from './runError';
import { toHistogram, toSamples } from './samples';
import { reportToken, type InspectedStep, type TokenQuestion } from './tokenReport';

/** Rollout steps between the copies that a lost device goes back to. */
const SNAPSHOT_EVERY = 10;
/** Up to this size the weights before each step are kept for the token inspector. */
const INSPECTABLE_PARAMETERS = 2_000_000;
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

interface Engine {
  readonly gpu: Gpu;
  readonly folder: ModelFolder;
  readonly tokenizer: Tokenizer;
  readonly policy: PolicyModel;
  /** Critic and reference, where the objective has them. */
  readonly besides: readonly { dispose(): void }[];
  readonly trainer: Trainer;
}

const phaseOf: Readonly<Record<Progress['phase'], Phase>> = {
  rollout: 'rollout',
  score: 'updating',
  update: 'updating',
  evaluate: 'evaluating',
};

function scalarsOf(row: TrainerRow): Record<string, number> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]) =>
      value === null ? [[key, NaN]] : typeof value === 'number' ? [[key, value]] : [],
    ),
  );
}

/** Steps that come again replace what they left before. */
function dropFrom(list: { readonly step: number }[], step: number): void {
  while ((list.at(-1)?.step ?? -1) >= step) list.pop();
}

export function createTrainingRun({ runId, experiment: given, resumeFrom }: RunOrder, world: RunWorld): TrainingRun {
  const { send, clock } = world;
  const frames = createFrames(runId, send);
  let experiment = given;
  let engine: Engine | null = null;
  let snapshot: Snapshot | null = null;
  let lens: PolicyModel | null = null;
  let inspected: InspectedStep | null = null;
  let before: PolicyCheckpoint | null = null;
  let abort = new AbortController();
  let running: Promise<void> | null = null;
  let disposed = false;
  const rows: MetricsRow[] = [];
  const evaluations: EvaluationRow[] = [];
  let seconds = 0;
  let lastRecovery = -Infinity;
  let compiling = false;
  let pending: (() => Promise<void>)[] = [];
  let last: StatusFrame = {
    phase: 'loading',
    step: 0,
    totalSteps: given.steps,
    done: 0,
    total: 0,
    tokensPerSecond: 0,
    secondsLeft: null,
    secondsUsed: 0,
    tokensUsed: 0,
    error: null,
  };

  function say(phase: Phase, changes: Partial<StatusFrame> = {}): void {
    const state = engine?.trainer.state();
    last = {
      ...last,
      done: 0,
      total: 0,
      error: null,
      step: state?.step ?? last.step,
      tokensUsed: state?.tokens ?? last.tokensUsed,
      secondsUsed: seconds,
      ...changes,
      phase,
    };
    frames.status(last);
  }

  function stop(error: RunError): void {
    say('stopped', { error });
    frames.flush();
  }

  /** The stored copy, once; null when this run starts from the base model. */
  async function stored(): Promise<Snapshot | null> {
    if (resumeFrom === null || snapshot) return snapshot;
    const checkpoint = await loadCheckpoint(world.storage, resumeFrom);
    if (!checkpoint)
      throw new InputError('checkpoint', resumeFrom, 'a run whose copy is still stored; restart instead');
    seconds = checkpoint.seconds;
    rows.push(...checkpoint.rows);
    evaluations.push(...checkpoint.evaluations);
    const edits = checkpoint.experiment.edits.filter((edit) => edit.step < checkpoint.snapshot.state.step);
    send({
      type: 'frame',
      runId,
      rows: [...rows],
      evaluations: [...evaluations],
      edits,
      samples: null,
      histogram: null,
    });
    return checkpoint.snapshot;
  }

  async function keep(trainer: Trainer): Promise<void> {
    snapshot = await trainer.snapshot();
    await storeCheckpoint(world.storage, runId, {
      experiment: trainer.experiment(),
      snapshot,
      seconds,
      rows,
      evaluations,
    });
  }

  async function open(): Promise<Engine> {
    say('loading');
    snapshot = await stored();
    const source = shippedModel(experiment.model, world.base, (done, total) => say('loading', { done, total }));
    const folder = engine?.folder ?? (await readModelFolder(source));
    const tokenizer =
      engine?.tokenizer ?? (await loadTokenizer(folder.tokenizerJson ?? '{}', folder.tokenizerConfigJson));
    const gpu = await world.openGpu();
    gpu.pipelines.onProgress = (done, total) => {
      compiling = done < total;
      if (compiling) say('compiling', { done, total });
    };
    const policy = await createPolicy(gpu, folder.config, folder.tensors);
    const { needsCritic } = findAlgorithm(experiment.objective.algorithm);
    const critic = needsCritic ? await createCritic(gpu, folder.config, folder.tensors) : null;
    if (snapshot) await policy.load(snapshot.policy);
    if (snapshot?.critic) await critic?.load(snapshot.critic);
    const besides: { dispose(): void }[] = critic === null ? [] : [critic];
    const trainer = createTrainer({
      experiment: parseExperiment(experiment, world.catalogue),
      catalogue: world.catalogue,
      policy,
      task: createTask(experiment.task.name, experiment.task.params),
      codec: tokenizer,
      reference: async () => {
        const reference = await createPolicy(gpu, folder.config, folder.tensors);
        besides.push(reference);
        return reference;
      },
      critic,
      clock,
      ...(snapshot ? { resume: snapshot.state } : {}),
      emit,
      afterStep,
    });
    before = policy.parameterCount <= INSPECTABLE_PARAMETERS ? await policy.save() : null;
    return { gpu, folder, tokenizer, policy, besides, trainer };
  }

  function emit(event: TrainerEvent): void {
    if (disposed) return;
    switch (event.type) {
      case 'progress': {
        if (compiling) return;
        const { phase, done, total, tokensPerSecond, remainingMs } = event.progress;
        return say(phaseOf[phase], {
          done,
          total,
          tokensPerSecond: tokensPerSecond ?? 0,
          secondsLeft: remainingMs === null ? null : remainingMs / 1000,
        });
      }
      case 'step':
        seconds += event.timing.totalMs / 1000;
        inspected = { step: event.row.step, temperature: event.row.temperature, rollouts: event.rollouts, before };
        return sendRow(event);
      case 'evaluation': {
        seconds += event.durationMs / 1000;
        const { row } = event;
        const measured: EvaluationRow = {
          step: row.step,
          tokens: engine?.trainer.state().tokens ?? 0,
          seconds,
          passAtK: row.passAtK,
          greedyAccuracy: row.greedyAccuracy,
          entropyNats: row.entropyNats,
          distinctCorrect: row.distinctCorrect,
          problems: row.problemIds.length,
          samples: row.samples,
          correct: row.correct,
          problemIds: row.problemIds,
        };
        dropFrom(evaluations, measured.step);
        evaluations.push(measured);
        return frames.evaluation(measured);
      }
      case 'rewind':
        return send({ type: 'notice', runId, message: event.message });
      case 'edit':
        return;
      default:
        return event satisfies never;
    }
  }

  function sendRow({ row, rollouts }: Extract<TrainerEvent, { type: 'step' }>): void {
    const current = engine;
    if (!current) return;
    // An edit is told when the rollout that used it is done: what stands on the charts has really acted.
    const applied = current.trainer.experiment().edits.filter((edit) => edit.step === row.step);
    const flat: MetricsRow = { ...scalarsOf(row), step: row.step, tokens: row.tokens, seconds };
    dropFrom(rows, flat.step);
    rows.push(flat);
    frames.row(flat, applied, () => ({
      samples: toSamples(rollouts, current.tokenizer.tokenText),
      histogram: toHistogram(rollouts),
    }));
  }

  async function afterStep(trainer: Trainer): Promise<void> {
    const current = engine;
    if (!current) return;
    for (const answer of pending.splice(0)) await answer();
    if (before) before = await current.policy.save();
    if (trainer.state().step % SNAPSHOT_EVERY === 0) await keep(trainer);
  }

  async function drive(maxSteps: number | undefined): Promise<void> {
    abort = new AbortController();
    try {
      engine ??= await open();
      say(last.phase === 'loading' ? 'compiling' : 'rollout');
      const end = await engine.trainer.run({ signal: abort.signal, ...(maxSteps === undefined ? {} : { maxSteps }) });
      engine.gpu.check();
      if (end.reason !== 'failed' && !disposed) await keep(engine.trainer);
      settle(end);
    } catch (error) {
      if (disposed) return;
      const lost = engine?.gpu.failure() ?? null;
      if (lost !== null && /device lost/.test(lost)) return recover(maxSteps);
      stop(toRunError(error));
    }
  }

  function settle(end: RunEnd): void {
    if (disposed) return;
    frames.flush();
    if (end.reason === 'failed') return stop({ kind: 'not-finite', message: end.message });
    say(end.reason === 'finished' ? 'finished' : 'paused', {
      secondsLeft: end.reason === 'finished' ? 0 : last.secondsLeft,
    });
    frames.flush();
  }

  /** A fresh device, the last good copy, and on; a second loss within two minutes is left to the person. */
  async function recover(maxSteps: number | undefined): Promise<void> {
    const again = clock() - lastRecovery < RECOVERY_PAUSE_MS;
    lastRecovery = clock();
    if (again)
      return stop({ kind: 'device-lost', message: 'The graphics device was lost twice; reload the page to go on' });
    send({ type: 'notice', runId, message: 'The graphics device was lost: recovering from the last copy' });
    experiment = engine?.trainer.experiment() ?? experiment;
    lens = null;
    inspected = null;
    engine = null;
    await drive(maxSteps);
  }

  async function answerToken(question: TokenQuestion): Promise<TokenReport | null> {
    const current = engine;
    if (!current || !inspected) return null;
    return reportToken(question, inspected, {
      policy: current.policy,
      lens: async (checkpoint) => {
        lens ??= await createPolicy(current.gpu, current.folder.config, current.folder.tensors);
        await lens.loadTensors(new Map(checkpoint.parameters.map((tensor) => [tensor.name, tensor])));
        return lens;
      },
      tokenText: current.tokenizer.tokenText,
    });
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
        ? answerToken(question)
        : // Between two steps: the model must not be asked while it is being updated.
          new Promise((resolve, reject) => {
            pending.push(() => answerToken(question).then(resolve, reject));
          }),
    dispose: async () => {
      disposed = true;
      pending = [];
      abort.abort();
      await running;
      lens?.dispose();
      engine?.policy.dispose();
      for (const model of engine?.besides ?? []) model.dispose();
    },
  };
}
