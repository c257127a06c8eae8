/** Drives the worker from the panel: creates runs, turns gestures made while one runs into edits, and feeds what comes back into the runs. */
import { sameValue } from '../../experiment/diff';
import { applyEdits } from '../../experiment/edits';
import { getField } from '../../experiment/paths';
import type { Experiment } from '../../experiment/types';
import type { Reply, WorkerClient } from '../../worker/client';
import type { Command, Event, RunError } from '../../worker/protocol';
import { withoutHistory, type ExperimentStore } from '../experiment/experiment';
import { changedFields } from '../experiment/fields';
import { beforeResuming, copyOf, isReplayOf, latest, pauseAtCopy } from './goingBack';
import { asSteered, planHeats, type Heat, type Method } from './heats';
import { forkOf, makeRoom, newId, newRun, type ForkPoint } from './newRun';
import { isBusy, isUnderWay } from './phases';
import { useRuns, type Run } from '../runs/runs';

export interface Training {
  train(): void;
  pause(): void;
  step(): void;
  /** Ends the run (its curves stay) and goes back to step 0 with the experiment as it was started, recorded edits to be replayed. */
  restart(): void;
  /** A run of an earlier visit becomes the one under way again, paused. */
  adopt(run: Run): void;
  /** A new run, paused, that goes on from a stored copy of another one: change a curve, then resume. */
  fork(source: Run, point: ForkPoint): void;
  /** Trains these on the same prompts with so many seeds each: one after the other, or one rollout each in turns. */
  compare(methods: readonly Method[], seeds: number, interleaved: boolean): void;
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
  /** How often Train trains an experiment, each time with the next seed. */
  readonly seeds: () => number;
  readonly wallClock: () => number;
}

/** A click meant for Pause may come just after the run has ended by itself: it must not start another one. */
const END_GUARD_MS = 500;

export function activeRun(): Run | null {
  const { runs, activeId } = useRuns.getState();
  return runs.find((run) => run.id === activeId) ?? null;
}

export function createTraining(input: TrainingInput): Training {
  const { experiments } = input;
  /** What the worker has been told; the panel differs from it by the edits still to be sent. */
  let told: Experiment | null = null;
  /** The panel is being moved by the trainer: what it shows then is no gesture. */
  let following = false;
  let endedAt = -Infinity;
  /** How the run under way was set going, should it have to be set going again. */
  let lastCommand: 'start' | 'step' = 'start';
  /** A run whose stored copy is no good: going on means beginning anew. */
  let withoutCopy: string | null = null;
  /** Ids of the runs that the worker holds: several take turns. */
  let heat: string[] = [];
  let queue: readonly Heat[] = [];
  /** Runs that were asked for in the gesture that filled the queue. */
  let asked = 0;

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
    const { runs, activeId } = useRuns.getState();
    for (const run of runs)
      if (run.id === activeId || (heat.includes(run.id) && isUnderWay(run.status.phase)))
        useRuns.getState().patch(run.id, { status: { ...run.status, phase: 'stopped', error } });
    // After a failure the worker's copy cannot be trusted: going on means loading the stored one.
    heat = [];
    queue = [];
    useRuns.setState({ plan: null });
    input.client().setBusy(false);
  };

  /** Starts the runs of a heat; the panel follows the first one. */
  function begin(runs: Heat, first: 'start' | 'step'): void {
    const known = useRuns.getState().runs;
    makeRoom(runs.filter(({ seriesId }) => !known.some((run) => run.seriesId === seriesId)).length);
    restOthers();
    for (const heatRun of runs) {
      const run = newRun(asSteered(heatRun, known), input.wallClock());
      useRuns.getState().add({ ...run, status: { ...run.status, phase: 'loading' } });
      send({ type: 'load', runId: run.id, experiment: run.experiment, resumeFrom: null, beside: heat.length > 0 });
      heat.push(run.id);
    }
    const [front] = heat.flatMap((id) => useRuns.getState().runs.find((run) => run.id === id) ?? []);
    if (front && runs[0]) follow(front, runs[0].preset);
    send({ type: first });
    input.client().setBusy(true);
  }

  /** The panel shows what the run in front began with. */
  function follow(run: Run, preset: string): void {
    useRuns.getState().setActive(run.id);
    moveTo(run.experiment, preset);
  }

  /** The panel is moved without an undo step. */
  function moveTo(experiment: Experiment, preset: string): void {
    following = true;
    withoutHistory(experiments, () => {
      if (!sameValue(experiments.getState().experiment, experiment)) experiments.getState().replace(experiment, preset);
    });
    following = false;
    told = experiments.getState().experiment;
  }

  /** Starts what comes next; false when nothing does. */
  function next(first: 'start' | 'step'): boolean {
    const [now, ...rest] = queue;
    queue = rest;
    if (!now) return false;
    const after = rest.reduce((sum, runs) => sum + runs.length, 0);
    asked = asked || after + now.length;
    useRuns.setState({
      plan: asked > 1 ? { before: asked - after - now.length, together: now.length, total: asked } : null,
    });
    begin(now, first);
    return true;
  }

  function plan(heats: readonly Heat[], first: 'start' | 'step'): void {
    queue = heats;
    asked = 0;
    next(first);
  }

  /** All that was asked for has ended: in front stands the first seed, whose settings the panel had. */
  function settle(): void {
    useRuns.setState({ plan: null });
    const { runs } = useRuns.getState();
    const last = activeRun();
    const first = runs.find((run) => run.seriesId === last?.seriesId);
    if (!last || !first || first === last) return;
    useRuns.setState({ activeId: first.id });
    const ended = applyEdits({ ...first.experiment, edits: first.edits }, Infinity);
    moveTo({ ...ended, edits: first.experiment.edits }, experiments.getState().preset);
  }

  /** Gives the worker a run of an earlier visit, or a fork, to go on from a stored checkpoint; null: from its start. Returns what it was given. */
  function loadStored(run: Run, checkpointOf: string | null, beside: boolean): Experiment {
    const planned = run.experiment.edits.filter(
      (edit) => !run.edits.some((done) => done.step === edit.step && done.path === edit.path),
    );
    const steered = { ...run.experiment, edits: [...run.edits, ...planned].sort((a, b) => a.step - b.step) };
    if (!beside) restOthers();
    heat = beside ? [...heat, run.id] : [run.id];
    send({ type: 'load', runId: run.id, experiment: steered, resumeFrom: checkpointOf, beside });
    return applyEdits(steered, run.status.step);
  }

  /** Others that the worker held have no place there any more: they wait at their last copies. */
  function restOthers(): void {
    for (const run of useRuns.getState().runs) if (heat.includes(run.id) && isBusy(run.status.phase)) pauseAtCopy(run);
    heat = [];
  }

  /** The run in front goes on, with what the panel has changed meanwhile. */
  function resume(run: Run, checkpointOf: string | null): void {
    told = loadStored(run, checkpointOf, false);
    const panel = experiments.getState().experiment;
    if (panel !== told)
      for (const change of changedFields(told, panel))
        if (change.acts === 'next-rollout')
          send({ type: 'edit', runId: run.id, path: change.path, value: change.after });
    told = panel;
  }

  /** Nothing is under way after this, and nothing waits. */
  function clearTheWay(): void {
    const current = activeRun();
    if (current && isUnderWay(current.status.phase)) restart();
    queue = [];
    useRuns.setState({ plan: null });
  }

  function fork(source: Run, point: ForkPoint): void {
    clearTheWay();
    const run = forkOf(source, point, input.wallClock());
    makeRoom(1);
    useRuns.getState().add(run);
    useRuns.getState().setActive(run.id);
    const { edits } = run.experiment;
    const there = applyEdits(run.experiment, point.step);
    experiments.getState().replace({ ...there, edits }, experiments.getState().preset);
    resume(run, run.forkedFrom);
  }

  function forgetSource(id: string): void {
    const { runs, patch } = useRuns.getState();
    if (runs.some((run) => run.id === id && run.forkedFrom !== null)) patch(id, { forkedFrom: null });
  }

  /** A run of the heat has ended or rests. */
  function runEnded(id: string): void {
    const runs = useRuns.getState().runs.filter((run) => heat.includes(run.id));
    const busy = runs.find((run) => isBusy(run.status.phase));
    if (busy) {
      const rests = runs.some((run) => run.id === id && run.status.phase === 'paused');
      // The one in front has ended while others still take their last turns: they are watched now.
      if (!rests && id === useRuns.getState().activeId) follow(busy, experiments.getState().preset);
      return;
    }
    input.client().setBusy(false);
    if (runs.some((run) => run.status.phase === 'paused')) return;
    if (runs.some((run) => run.status.phase !== 'finished')) {
      queue = [];
      useRuns.setState({ plan: null });
      return;
    }
    endedAt = input.wallClock();
    if (!next('start')) settle();
  }

  const newSeriesId = (): string => `series-${newId(input.wallClock())}`;

  function go(command: 'start' | 'step'): void {
    const run = activeRun();
    lastCommand = command;
    if (run?.status.phase === 'paused') {
      if (!heat.includes(run.id)) resume(run, withoutCopy === run.id ? null : (run.forkedFrom ?? run.id));
      withoutCopy = null;
      input.client().setBusy(true);
      return send({ type: command });
    }
    if (run && isBusy(run.status.phase)) return;
    if (input.wallClock() - endedAt < END_GUARD_MS) return;
    const { experiment: panel, preset } = experiments.getState();
    const experiment = run && isReplayOf(run, panel) ? run.experiment : panel;
    const method = { name: experiment.objective.name || preset, preset, experiment };
    plan(planHeats([method], input.seeds(), false, newSeriesId), command);
  }

  /** A deleted run is trained no further; undone, it goes on from its last copy, as do those that took turns with it. */
  useRuns.subscribe(({ runs, deleted }, previous) => {
    if (runs === previous.runs || heat.every((id) => runs.some((run) => run.id === id))) return;
    const rest = (run: Run): Run =>
      heat.includes(run.id) && isBusy(run.status.phase)
        ? { ...run, status: { ...run.status, phase: 'paused', secondsLeft: null } }
        : run;
    const rested = { runs: runs.map(rest), deleted: deleted && { ...deleted, runs: deleted.runs.map(rest) } };
    heat = [];
    told = null;
    queue = [];
    send({ type: 'dispose' });
    input.client().setBusy(false);
    useRuns.setState({ ...rested, plan: null });
  });

  /** Panel -> worker: every live field that differs from what the worker knows becomes an edit. Undo passes here too: it sends the old value. */
  experiments.subscribe(({ experiment }) => {
    // a changed experiment is a new intent: Train is meant, however soon after the end
    if (!following) endedAt = -Infinity;
    const run = activeRun();
    if (following || !run || !told || !isUnderWay(run.status.phase) || experiment === told) return;
    for (const change of changedFields(told, experiment)) {
      if (change.acts === 'next-rollout') send({ type: 'edit', runId: run.id, path: change.path, value: change.after });
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
      withoutHistory(experiments, () => experiments.getState().set(edit.path, edit.value));
      following = false;
      told = experiments.getState().experiment;
    }
  }

  function restart(): void {
    const run = activeRun();
    if (!run) return;
    const underWay = useRuns
      .getState()
      .runs.filter((other) => (other === run || heat.includes(other.id)) && isUnderWay(other.status.phase));
    if (underWay.length > 0) send({ type: 'dispose' });
    for (const other of underWay)
      useRuns.getState().patch(other.id, { status: { ...other.status, phase: 'stopped', error: null } });
    input.client().setBusy(false);
    queue = [];
    // whoever resets has seen the end: the next click on Train is meant
    endedAt = -Infinity;
    useRuns.getState().setActive(null);
    told = null;
    heat = [];
    const empty = [run, ...underWay].filter((other) => other.rows.length === 0 && other.evaluations.length === 0);
    useRuns.setState((state) => ({
      plan: null,
      runs: state.runs.filter((other) => !empty.some(({ id }) => id === other.id)),
    }));
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
    pause: () => send({ type: 'pause' }),
    restart,
    fork,
    adopt: (run) => {
      clearTheWay();
      useRuns.getState().setActive(run.id);
      const steered = { ...run.experiment, edits: run.edits };
      experiments
        .getState()
        .replace(
          { ...applyEdits(steered, run.status.step), edits: run.experiment.edits },
          experiments.getState().preset,
        );
    },
    compare: (methods, seeds, interleaved) => {
      clearTheWay();
      const heats = planHeats(methods, seeds, interleaved, newSeriesId);
      const first = heats[0]?.[0];
      // One undo step leads back to what the panel showed.
      if (first) experiments.getState().replace(first.experiment, first.preset);
      plan(heats, 'start');
    },
    receive: (event) => {
      useRuns.getState().receive(event);
      followEdits(event);
      if (event.type !== 'status' || !heat.includes(event.runId)) return;
      // A fork that has begun has a copy of its own.
      if (event.status.phase === 'rollout') forgetSource(event.runId);
      if (!isBusy(event.status.phase)) runEnded(event.runId);
      // What stopped by itself has freed what it held: going on means loading the stored copy.
      if (event.status.phase === 'stopped') heat = heat.filter((id) => id !== event.runId);
      // "It goes on" is no longer true. Rewinds are: they tell how it came to the stop.
      if (event.status.error && event.status.error.kind !== 'not-finite') useRuns.setState({ notice: null });
    },
    workerRestarted: (error) => {
      const run = activeRun();
      const others = useRuns
        .getState()
        .runs.filter((other) => other !== run && heat.includes(other.id) && isBusy(other.status.phase));
      heat = [];
      if (!run || !isBusy(run.status.phase)) return;
      for (const cutOff of [run, ...others]) pauseAtCopy(cutOff);
      useRuns.setState({ notice: `${error.message} and was restarted. The run goes on from ${copyOf(run)}.` });
      // As they stand now, at their copies.
      const [front = run, ...rest] = [run, ...others].map(latest);
      resume(front, front.forkedFrom ?? front.id);
      for (const other of rest) loadStored(other, other.forkedFrom ?? other.id, true);
      send({ type: lastCommand });
      input.client().setBusy(true);
    },
    workerGone: (error) => {
      fail(error);
      useRuns.setState({ unavailable: error, notice: null });
    },
    goBack: () => {
      const run = activeRun();
      if (!run?.status.error) return;
      heat = heat.filter((id) => id !== run.id);
      // The worker has said so itself, and it knows.
      withoutCopy = run.status.copyStep === 0 ? run.id : null;
      pauseAtCopy(run);
      useRuns.setState({ notice: `Back at ${copyOf(run)}. ${beforeResuming(run.status.error)}` });
    },
    ask: <Value>(command: Command) => input.client().send<Value>(command),
  };
}
