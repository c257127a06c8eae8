/** The shell around the run machine (`machine/transition.ts`): brings it what the stores hold, shows what comes back, and carries its commands out. */
import type { Reply, WorkerClient } from '../../worker/client';
import type { Command, RunError } from '../../worker/protocol';
import { withoutHistory, type ExperimentStore } from '../experiment/experiment';
import { useLink } from '../link/link';
import { noRuns, useRuns, type Run, type RunsData } from '../runs/runs';
import type { Method } from './heats';
import type { ForkPoint } from './newRun';
import type { TrainingCommand } from './machine/commands';
import type { TrainingEvent, WorkerNews } from './machine/events';
import { initialTraining, type Panel } from './machine/state';
import { transition } from './machine/transition';

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
  receive(news: WorkerNews): void;
  /** This tab trains, or may do so again. */
  lockHeld(): void;
  /** Another tab trains: what is under way here ends at its next step. */
  lockLost(error: RunError): void;
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

const keys = Object.keys(noRuns) as (keyof RunsData)[];

export function createTraining({ client, experiments, seeds, wallClock }: TrainingInput): Training {
  const panel = (): Panel => {
    const { experiment, preset } = experiments.getState();
    return { experiment, preset };
  };
  let state = initialTraining(panel());
  /** Events that came while another one was being dealt with: a listener of a store may click, too. */
  const waiting: TrainingEvent[] = [];
  let dealing = false;
  /** The panel is being moved from here: what it shows then is no gesture. */
  let moving = false;

  function dispatch(event: TrainingEvent): void {
    waiting.push(event);
    if (dealing) return;
    dealing = true;
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) deal(next);
    } finally {
      dealing = false;
    }
  }

  function deal(event: TrainingEvent): void {
    const page = useRuns.getState();
    const step = transition({ ...state, page, panel: panel(), opened: useLink.getState().opened }, event);
    state = step.state;
    const changed = keys.filter((key) => state.page[key] !== page[key]);
    if (changed.length > 0) useRuns.setState(Object.fromEntries(changed.map((key) => [key, state.page[key]])));
    step.commands.forEach(carryOut);
  }

  function carryOut(command: TrainingCommand): void {
    switch (command.type) {
      case 'send':
        return send(command.command);
      case 'watch':
        return client().setBusy(command.busy);
      case 'panel':
        return move(command);
      default:
        return command satisfies never;
    }
  }

  function send(command: Command): void {
    void client()
      .send(command)
      .then((reply) => {
        if (!reply.ok) dispatch({ type: 'refused', command, error: reply.error });
      });
  }

  function move({ panel: { experiment, preset }, undoable }: Extract<TrainingCommand, { type: 'panel' }>): void {
    const replace = (): void => experiments.getState().replace(experiment, preset);
    moving = true;
    try {
      if (undoable) replace();
      else withoutHistory(experiments, replace);
    } finally {
      moving = false;
    }
  }

  experiments.subscribe(() => {
    if (!moving) dispatch({ type: 'panel-moved' });
  });
  useRuns.subscribe(({ runs }, previous) => {
    if (runs !== previous.runs && state.held.some((id) => !runs.some((run) => run.id === id)))
      dispatch({ type: 'run-deleted' });
  });

  const go = (command: 'start' | 'step'): void => dispatch({ type: 'go', command, seeds: seeds(), at: wallClock() });
  return {
    train: () => go('start'),
    step: () => go('step'),
    pause: () => dispatch({ type: 'pause' }),
    restart: () => dispatch({ type: 'restart' }),
    goBack: () => dispatch({ type: 'go-back' }),
    adopt: ({ id }) => dispatch({ type: 'adopt', runId: id }),
    fork: ({ id }, point) => dispatch({ type: 'fork', runId: id, point, at: wallClock() }),
    compare: (methods, runs, interleaved) =>
      dispatch({ type: 'compare', methods, seeds: runs, interleaved, at: wallClock() }),
    receive: (news) => dispatch({ type: 'news', news, at: wallClock() }),
    lockHeld: () => dispatch({ type: 'lock-held' }),
    lockLost: (error) => dispatch({ type: 'lock-lost', error }),
    workerRestarted: (error) => dispatch({ type: 'worker-restarted', error }),
    workerGone: (error) => dispatch({ type: 'worker-gone', error }),
    ask: <Value>(command: Command) => client().send<Value>(command),
  };
}
