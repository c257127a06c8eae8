/** The worker's run machine over simulated effects: no model, but steps, edits, copies and losses, one at a time and in any order. */
import { applyEdits, recordEdit } from '../../../experiment/edits';
import { getField } from '../../../experiment/paths';
import type { Experiment } from '../../../experiment/types';
import type { RunEnd } from '../../../trainer/train';
import type { Event, Phase, RunError, StatusFrame } from '../../protocol';
import type { WorkerCommand } from './commands';
import type { RunCommand } from '../../protocol';
import type { WorkerEvent } from './events';
import { initialWorker, type WorkerState } from './state';
import { transition } from './transition';

export interface Copy {
  readonly step: number;
  readonly experiment: Experiment;
}

/** What goes wrong with the piece of work at hand. */
export type Mishap = 'none' | 'device-lost' | 'model' | 'not-finite';

type Work = Extract<WorkerCommand, { type: 'open' | 'train' | 'keep' | 'answer' }> & { stepsDone: number };

/** One run as its effects hold it. */
interface SimulatedRun {
  readonly runId: string;
  readonly resumeFrom: string | null;
  readonly steps: number;
  engine: Copy | null;
  copy: Copy | null;
  aborted: boolean;
  leaving: boolean;
}

/** The field whose value every row carries, so that rows tell which edits acted. */
export const STEERED = 'objective.negativeWeight';

export interface Simulation {
  state(): WorkerState;
  receive(request: number, command: RunCommand): void;
  /** Pieces of work under way. */
  works(): readonly { readonly type: Work['type']; readonly runId: string }[];
  /** Does one step of the piece of work that `pick` chooses. */
  advance(pick: number, mishap: Mishap): void;
  /** All edits that the engine of a run has recorded; null without an engine. */
  edits(runId: string): Experiment['edits'] | null;
  /** What must never happen, in words; empty while all is well. */
  readonly violations: string[];
}

/** `disk`: copies that outlive the worker, by their key. */
export function simulateWorker(disk: Map<string, Copy>, send: (event: Event) => void, clock: () => number): Simulation {
  let state = initialWorker;
  let works: Work[] = [];
  const runs = new Map<number, SimulatedRun>();
  const replied = new Set<number>();
  const violations: string[] = [];

  function of(key: number): SimulatedRun {
    const run = runs.get(key);
    if (!run) throw new Error(`a command for run ${key}, which is not there`);
    return run;
  }

  function dispatch(event: WorkerEvent): void {
    const step = transition(state, event);
    state = step.state;
    for (const command of step.commands) carryOut(command, event.type === 'stepped');
    const computing = works.filter(({ type }) => type !== 'answer');
    const asked = works.filter(
      ({ type, key }) =>
        type === 'answer' && state.runs.some((run) => run.key === key && run.open && run.activity.kind !== 'ended'),
    );
    if (computing.length > 1)
      violations.push(`${computing.map(({ key }) => of(key).runId).join(' and ')} compute at the same time`);
    if (asked.length > 0 && computing.some(({ type }) => type !== 'keep'))
      violations.push('a model is asked while one trains');
  }

  function tellStatus(key: number, phase: Phase, error: RunError | null = null): void {
    const run = of(key);
    if (run.leaving) return;
    const status: StatusFrame = {
      phase,
      step: run.engine?.step ?? run.copy?.step ?? 0,
      totalSteps: run.steps,
      done: 0,
      total: 0,
      tokensPerSecond: 0,
      phaseSecondsLeft: null,
      secondsLeft: null,
      secondsUsed: 0,
      tokensUsed: 0,
      copyStep: run.copy?.step ?? 0,
      error,
    };
    send({ type: 'status', runId: run.runId, status });
  }

  function answerWith(id: number): void {
    if (replied.has(id)) violations.push(`request ${id} is answered twice`);
    replied.add(id);
    send({ type: 'reply', id, error: null, value: null });
  }

  function carryOut(command: WorkerCommand, within: boolean): void {
    switch (command.type) {
      case 'reply':
        return answerWith(command.request);
      case 'create': {
        const { key, runId, resumeFrom, experiment } = command;
        runs.set(key, {
          runId,
          resumeFrom,
          steps: experiment.steps,
          engine: null,
          copy: null,
          aborted: false,
          leaving: false,
        });
        return;
      }
      case 'train':
        engineOf(command.key, 'trains');
        of(command.key).aborted = false;
        for (const { path, value } of command.edits) edit(command.key, path, value);
        works.push({ ...command, stepsDone: 0 });
        return;
      case 'open':
        if (of(command.key).engine) violations.push('an engine is opened twice');
        works.push({ ...command, stepsDone: 0 });
        return;
      case 'keep':
        engineOf(command.key, 'is kept');
        if (within) keep(command);
        else works.push({ ...command, stepsDone: 0 });
        return;
      case 'answer':
        if (within) answered(command);
        else works.push({ ...command, stepsDone: 0 });
        return;
      case 'edit':
        engineOf(command.key, 'is edited');
        edit(command.key, command.path, command.value);
        return answerWith(command.request);
      case 'abort':
        of(command.key).aborted = true;
        return;
      case 'leave':
        of(command.key).aborted = true;
        of(command.key).leaving = true;
        return;
      case 'keep-weights':
        engineOf(command.key, 'keeps its weights');
        return;
      case 'forget-copy':
        of(command.key).copy = null;
        return;
      case 'say':
        return send({ type: 'notice', runId: of(command.key).runId, message: command.words });
      case 'say-phase':
        return tellStatus(command.key, command.phase === 'beginning' ? 'rollout' : command.phase);
      case 'say-stopped':
        return tellStatus(command.key, 'stopped', command.error);
      case 'close':
        of(command.key).engine = null;
        return;
      case 'close-gpu':
        return;
      case 'discard':
        if (works.some(({ key }) => key === command.key)) violations.push('a run is discarded while it computes');
        runs.delete(command.key);
        return;
      default:
        return command satisfies never;
    }
  }

  function engineOf(key: number, what: string): Copy {
    const { engine } = of(key);
    if (!engine) throw new Error(`a run without an engine ${what}`);
    return engine;
  }

  function edit(key: number, path: string, value: unknown): void {
    const { step, experiment } = engineOf(key, 'is edited');
    of(key).engine = { step, experiment: recordEdit(experiment, step, path, value) };
  }

  function keep({ key, halfway }: Extract<WorkerCommand, { type: 'keep' }>): void {
    const run = of(key);
    const copy = engineOf(key, 'is kept');
    run.copy = copy;
    disk.set(run.runId, copy);
    if (halfway) disk.set(`${run.runId}@half`, copy);
    dispatch({ type: 'kept', key, copyStep: copy.step, at: clock() });
  }

  function answered({ key, request }: Extract<WorkerCommand, { type: 'answer' }>): void {
    answerWith(request);
    dispatch({ type: 'answered', key });
  }

  function open({ key, experiment }: Extract<WorkerCommand, { type: 'open' }>): void {
    const run = of(key);
    const stored = run.copy ?? (run.resumeFrom === null ? undefined : disk.get(run.resumeFrom));
    if (!stored && run.resumeFrom !== null && run.resumeFrom !== run.runId)
      return fail(key, { kind: 'experiment', message: 'no copy of its source is stored' });
    if (stored && !run.copy && !run.leaving) {
      const { step } = stored;
      const earlier = stored.experiment.edits.filter((made) => made.step < step);
      const edited = { ...experiment, edits: [...earlier, ...experiment.edits.filter((made) => made.step >= step)] };
      run.copy = { step, experiment: edited };
      if (run.resumeFrom !== run.runId) disk.set(run.runId, run.copy);
      const rows = Array.from({ length: step }, (_, at) => rowOf(edited, at));
      send({ type: 'frame', runId: run.runId, rows, evaluations: [], edits: earlier, samples: null, histogram: null });
      dispatch({ type: 'restored', key, experiment: edited, step });
      run.engine = { step, experiment: edited };
    } else run.engine = { step: run.copy?.step ?? 0, experiment };
    dispatch({ type: 'opened', key, at: clock() });
  }

  const rowOf = (experiment: Experiment, step: number) => ({
    step,
    tokens: step,
    seconds: step,
    negativeWeight: Number(getField(applyEdits(experiment, step), STEERED)),
  });

  /** One step, or the end. True while there is more to come. */
  function train(work: Extract<Work, { type: 'train' }>, failing: boolean): boolean {
    const run = of(work.key);
    const { step, experiment } = engineOf(work.key, 'trains');
    const end = (reason: RunEnd): false => {
      works = works.filter((other) => other !== work);
      dispatch({ type: 'trained', key: work.key, end: reason, step, finiteSteps: step });
      return false;
    };
    if (failing) return end({ reason: 'failed', message: 'not finite' });
    if (run.aborted) return end({ reason: 'aborted' });
    if (step >= run.steps) return end({ reason: 'finished' });
    if (work.maxSteps !== null && work.stepsDone >= work.maxSteps) return end({ reason: 'paused' });
    run.engine = { step: step + 1, experiment };
    work.stepsDone += 1;
    if (!run.leaving) {
      const edits = experiment.edits.filter((made) => made.step === step);
      const rows = [rowOf(experiment, step)];
      send({ type: 'frame', runId: run.runId, rows, evaluations: [], edits, samples: [], histogram: null });
      tellStatus(work.key, 'rollout');
    }
    dispatch({ type: 'stepped', key: work.key, step: step + 1, at: clock() });
    return true;
  }

  function advance(pick: number, mishap: Mishap): void {
    const work = works[pick % Math.max(1, works.length)];
    if (!work) return;
    if (work.type === 'train' && (mishap === 'none' || mishap === 'not-finite'))
      return void train(work, mishap === 'not-finite');
    works = works.filter((other) => other !== work);
    if (work.type === 'answer') return answered(work);
    if (mishap === 'none' || mishap === 'not-finite')
      return work.type === 'open' ? open(work) : work.type === 'keep' ? keep(work) : undefined;
    fail(work.key, { kind: mishap, message: mishap });
  }

  function fail(key: number, error: RunError): void {
    const { engine } = of(key);
    const [experiment, step] = [engine?.experiment ?? null, engine?.step ?? 0];
    dispatch({ type: 'threw', key, error, experiment, step, at: clock() });
  }

  return {
    state: () => state,
    receive: (request, command) => dispatch({ type: 'command', request, command }),
    works: () => works.map(({ type, key }) => ({ type, runId: of(key).runId })),
    advance,
    edits: (runId) => [...runs.values()].findLast((run) => run.runId === runId)?.engine?.experiment.edits ?? null,
    violations,
  };
}
