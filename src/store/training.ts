/** Drives the worker from the panel: creates runs, turns gestures made while one runs into edits, and feeds what comes back into the runs. */
import { sameValue } from '../experiment/diff';
import { applyEdits } from '../experiment/edits';
import { getField } from '../experiment/paths';
import type { Experiment } from '../experiment/types';
import type { Reply, WorkerClient } from '../worker/client';
import type { Command, Event, Phase, RunError } from '../worker/protocol';
import { setWithoutHistory, type ExperimentStore } from './experiment';
import { changedFields } from './fields';
import { useLink } from './link';
import { freeSlot, idleStatus, SLOTS, useRuns, type Run } from './runs';

export interface Training {
  train(): void;
  pause(): void;
  step(): void;
  /** Ends the run (its curves stay) and goes back to step 0 with the experiment as it was started, recorded edits to be replayed. */
  restart(): void;
  /** A run of an earlier visit becomes the one under way again, paused. */
  adopt(run: Run): void;
  /** A new run that goes on from the last stored copy of another one: change a curve, then resume. */
  fork(source: Run): void;
  /** Trains these one after the other on the same prompts and seeds. */
  trainInTurn(experiments: readonly { readonly name: string; readonly experiment: Experiment }[]): void;
  receive(event: Exclude<Event, { type: 'reply' }>): void;
  /** There is a new worker: what the old one was doing goes on from the last stored copy. */
  workerRestarted(error: RunError): void;
  /** There is no worker any more. */
  workerGone(error: RunError): void;
  /** A run that stopped goes back to its last stored copy and waits there, paused. */
  goBack(): void;
  ask<Value>(command: Command): Promise<Reply<Value>>;
}

interface TrainingInput {
  readonly client: () => WorkerClient;
  readonly experiments: ExperimentStore;
  readonly wallClock: () => number;
}

/** A click meant for Pause may come just after the run has ended by itself: it must not start another one. */
const END_GUARD_MS = 500;

const busyPhases: readonly Phase[] = ['loading', 'tuning', 'compiling', 'evaluating', 'rollout', 'updating'];

export const isBusy = (phase: Phase): boolean => busyPhases.includes(phase);
/** Has begun and can go on. */
export const isUnderWay = (phase: Phase): boolean => isBusy(phase) || phase === 'paused';

export function activeRun(): Run | null {
  const { runs, activeId } = useRuns.getState();
  return runs.find((run) => run.id === activeId) ?? null;
}

export function createTraining(input: TrainingInput): Training {
  const { experiments } = input;
  let counter = 0;
  /** What the worker has been told; the panel differs from it by the edits still to be sent. */
  let told: Experiment | null = null;
  /** The panel is being moved by the trainer: what it shows then is no gesture. */
  let following = false;
  let endedAt = -Infinity;
  /** The run that the worker holds. */
  let loadedId: string | null = null;
  /** How the run under way was set going, should it have to be set going again. */
  let lastCommand: 'start' | 'step' = 'start';
  /** A run whose stored copy is no good: going on means beginning anew. */
  let withoutCopy: string | null = null;
  let queue: { readonly name: string; readonly experiment: Experiment }[] = [];

  const send = (command: Command): void => {
    void input
      .client()
      .send(command)
      .then((reply) => {
        // A lost worker is told once, by `workerRestarted` or `workerGone`, not by every request it leaves unanswered.
        if (!reply.ok && reply.error.kind !== 'worker-lost') fail(reply.error);
      });
  };

  const fail = (error: RunError): void => {
    const run = activeRun();
    if (run) useRuns.getState().patch(run.id, { status: { ...run.status, phase: 'stopped', error } });
    // After a failure the worker's copy cannot be trusted: going on means loading the stored one.
    loadedId = null;
    input.client().setBusy(false);
  };

  function newRun(experiment: Experiment, name: string): Run {
    const { runs, capability } = useRuns.getState();
    counter += 1;
    return {
      id: `run-${input.wallClock().toString(36)}-${counter}`,
      name,
      slot: freeSlot(runs.filter((run) => run.visible)),
      visible: true,
      origin: 'trained',
      experiment,
      edits: [],
      rows: [],
      evaluations: [],
      status: idleStatus(experiment.steps),
      note: '',
      adapter: capability?.adapter ?? '',
      startedAt: input.wallClock(),
      promised: promiseFor(experiment),
    };
  }

  /** The numbers that a link promised for this very experiment. */
  function promiseFor(experiment: Experiment): Run['promised'] {
    const { opened } = useLink.getState();
    return opened && sameValue(opened.experiment, experiment) ? opened.result : null;
  }

  function begin(experiment: Experiment, name: string, first: 'start' | 'step'): void {
    const runs = useRuns.getState();
    const shown = runs.runs.filter((run) => run.visible);
    const oldest = shown[0];
    // At most six curves can be told apart: the oldest makes room.
    if (oldest && shown.length >= SLOTS) runs.patch(oldest.id, { visible: false });
    const run = newRun(experiment, name);
    runs.add({ ...run, status: { ...run.status, phase: 'loading' } });
    runs.setActive(run.id);
    told = experiment;
    loadedId = run.id;
    send({ type: 'load', runId: run.id, experiment, resumeFrom: null });
    send({ type: first });
    input.client().setBusy(true);
  }

  /** Gives the worker a run of an earlier visit, or a fork, to go on from a stored checkpoint; null: from its start. */
  function resume(run: Run, checkpointOf: string | null): void {
    const planned = run.experiment.edits.filter(
      (edit) => !run.edits.some((done) => done.step === edit.step && done.path === edit.path),
    );
    const steered = { ...run.experiment, edits: [...run.edits, ...planned].sort((a, b) => a.step - b.step) };
    told = applyEdits(steered, run.status.step);
    loadedId = run.id;
    send({ type: 'load', runId: run.id, experiment: steered, resumeFrom: checkpointOf });
    const panel = experiments.getState().experiment;
    if (panel !== told)
      for (const change of changedFields(told, panel))
        if (change.acts === 'next-rollout') send({ type: 'edit', path: change.path, value: change.after });
    told = panel;
  }

  function fork(source: Run): void {
    const current = activeRun();
    if (current && isUnderWay(current.status.phase)) restart();
    const run = newRun(source.experiment, uniqueName(`${source.name} fork`));
    const kept = { edits: source.edits, rows: source.rows, evaluations: source.evaluations };
    useRuns
      .getState()
      .add({ ...run, ...kept, status: { ...source.status, phase: 'paused', error: null, secondsLeft: null } });
    useRuns.getState().setActive(run.id);
    experiments
      .getState()
      .replace(
        { ...applyEdits({ ...source.experiment, edits: source.edits }, source.status.step), edits: [] },
        experiments.getState().preset,
      );
    resume(run.id === source.id ? source : { ...run, ...kept, status: source.status }, source.id);
  }

  function go(command: 'start' | 'step'): void {
    const run = activeRun();
    lastCommand = command;
    if (run?.status.phase === 'paused') {
      if (loadedId !== run.id) resume(run, withoutCopy === run.id ? null : run.id);
      withoutCopy = null;
      input.client().setBusy(true);
      return send({ type: command });
    }
    if (run && isBusy(run.status.phase)) return;
    if (input.wallClock() - endedAt < END_GUARD_MS) return;
    const { experiment: panel, preset } = experiments.getState();
    const experiment = run && isReplayOf(run, panel) ? run.experiment : panel;
    begin(experiment, uniqueName(experiment.objective.name || preset), command);
  }

  /** A deleted run is trained no further; undone, it goes on from its last copy. */
  useRuns.subscribe(({ runs, deleted }, previous) => {
    if (loadedId === null || runs === previous.runs || runs.some((run) => run.id === loadedId)) return;
    if (deleted?.id === loadedId && isBusy(deleted.status.phase))
      useRuns.setState({ deleted: { ...deleted, status: { ...deleted.status, phase: 'paused' } } });
    send({ type: 'dispose' });
    input.client().setBusy(false);
    loadedId = null;
    told = null;
    queue = [];
  });

  /** Panel -> worker: every live field that differs from what the worker knows becomes an edit. Undo passes here too: it sends the old value. */
  experiments.subscribe(({ experiment }) => {
    // a changed experiment is a new intent: Train is meant, however soon after the end
    if (!following) endedAt = -Infinity;
    const run = activeRun();
    if (following || !run || !told || !isUnderWay(run.status.phase) || experiment === told) return;
    for (const change of changedFields(told, experiment)) {
      if (change.acts === 'next-rollout') send({ type: 'edit', path: change.path, value: change.after });
    }
    told = experiment;
  });

  /** Worker -> panel: an edit replayed from the link moves the panel as a hand would. */
  function followEdits(event: Event): void {
    if (event.type !== 'frame' || event.runId !== useRuns.getState().activeId) return;
    for (const edit of event.edits) {
      const { experiment } = experiments.getState();
      const planned = experiment.edits.some(
        (candidate) =>
          candidate.step === edit.step && candidate.path === edit.path && sameValue(candidate.value, edit.value),
      );
      if (!planned || sameValue(getField(experiment, edit.path), edit.value)) continue;
      following = true;
      setWithoutHistory(experiments, edit.path, edit.value);
      following = false;
      told = experiments.getState().experiment;
    }
  }

  function restart(): void {
    const run = activeRun();
    if (!run) return;
    if (isUnderWay(run.status.phase)) {
      send({ type: 'dispose' });
      useRuns.getState().patch(run.id, { status: { ...run.status, phase: 'stopped', error: null } });
    }
    input.client().setBusy(false);
    queue = [];
    // whoever resets has seen the end: the next click on Train is meant
    endedAt = -Infinity;
    useRuns.getState().setActive(null);
    told = null;
    loadedId = null;
    if (run.rows.length === 0 && run.evaluations.length === 0)
      useRuns.setState((state) => ({ runs: state.runs.filter((other) => other.id !== run.id) }));
    if (run.edits.length > 0) {
      const pending = changedFields(run.experiment, experiments.getState().experiment).filter(
        (change) => change.acts === 'restart',
      );
      const asStarted = { ...run.experiment, edits: run.edits };
      // Changes that waited for the restart come along.
      if (pending.length === 0) experiments.getState().replace(asStarted, experiments.getState().preset);
    }
  }

  return {
    train: () => go('start'),
    step: () => go('step'),
    pause: () => {
      queue = [];
      send({ type: 'pause' });
    },
    restart,
    fork,
    adopt: (run) => {
      useRuns.getState().setActive(run.id);
      const steered = { ...run.experiment, edits: run.edits };
      experiments
        .getState()
        .replace(
          { ...applyEdits(steered, run.status.step), edits: run.experiment.edits },
          experiments.getState().preset,
        );
    },
    trainInTurn: (list) => {
      const run = activeRun();
      if (run && isUnderWay(run.status.phase)) restart();
      const [first, ...rest] = list;
      queue = rest;
      if (first) begin(first.experiment, uniqueName(first.name), 'start');
    },
    receive: (event) => {
      useRuns.getState().receive(event);
      followEdits(event);
      if (event.type !== 'status' || event.runId !== useRuns.getState().activeId) return;
      if (isBusy(event.status.phase)) return;
      input.client().setBusy(false);
      // What stopped by itself has freed what it held: going on means loading the stored copy.
      if (event.status.phase === 'stopped') loadedId = null;
      if (event.status.phase !== 'finished') return;
      endedAt = input.wallClock();
      const [next, ...rest] = queue;
      queue = rest;
      if (next) begin(next.experiment, uniqueName(next.name), 'start');
    },
    workerRestarted: (error) => {
      const run = activeRun();
      loadedId = null;
      if (!run || !isBusy(run.status.phase)) return;
      pauseAtCopy(run);
      useRuns.setState({ notice: `${error.message} and was restarted. The run goes on from ${copyOf(run)}.` });
      go(lastCommand);
    },
    workerGone: (error) => {
      fail(error);
      useRuns.setState({ unavailable: error, notice: null });
    },
    goBack: () => {
      const run = activeRun();
      if (!run?.status.error) return;
      loadedId = null;
      // The worker has said so itself, and it knows.
      withoutCopy = run.status.copyStep === 0 ? run.id : null;
      pauseAtCopy(run);
      useRuns.setState({ notice: `Back at ${copyOf(run)}. ${beforeResuming(run.status.error)}` });
    },
    ask: <Value>(command: Command) => input.client().send<Value>(command),
  };
}

/** Replayed edits have moved the panel to where the run ended: to train again means from where it began. */
function isReplayOf(run: Run, panel: Experiment): boolean {
  const { experiment, status } = run;
  return (
    status.phase === 'finished' && experiment.edits.length > 0 && sameValue(applyEdits(experiment, Infinity), panel)
  );
}

/** Where a run stands when it is loaded anew: at its last stored copy. */
function pauseAtCopy(run: Run): void {
  const { copyStep } = run.status;
  const status = { ...run.status, phase: 'paused' as const, step: copyStep, secondsLeft: null, error: null };
  useRuns.getState().patch(run.id, { status });
}

const copyOf = ({ status: { copyStep } }: Run): string => (copyStep > 0 ? `step ${copyStep}` : 'its start');

function beforeResuming({ kind }: RunError): string {
  if (kind === 'not-finite') return 'Lower the learning rate, then press Resume.';
  if (kind === 'out-of-memory') return 'Choose the smaller setting, then press Resume.';
  return 'Press Resume to try again.';
}

function uniqueName(name: string): string {
  const taken = new Set(useRuns.getState().runs.map((run) => run.name));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name} ${number}`)) return `${name} ${number}`;
}
