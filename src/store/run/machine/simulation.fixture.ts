/** Page and worker with their real transitions, and between them messages that take their time. No stores, no model. */
import { withField } from '../../../experiment/paths';
import type { Experiment } from '../../../experiment/types';
import {
  simulateWorker,
  STEERED,
  type Copy,
  type Mishap,
  type Simulation,
} from '../../../worker/main/run/simulation.fixture';
import { isAboutRuns, type Event, type RunCommand } from '../../../worker/protocol';
import { readRun } from '../../runs/keepRuns';
import { withDeletedBack, withoutRuns, type Run } from '../../runs/runs';
import { isBusy } from '../phases';
import { forkPoints } from '../newRun';
import type { TrainingEvent } from './events';
import { front, initialTraining, type TrainingState } from './state';
import { transition } from './transition';

const ready: Event = { type: 'capability', capability: { adapter: 'simulated', software: true }, error: null };
const lost = { kind: 'worker-lost', message: 'The training worker did not answer for 20 s' } as const;
const RESTART_PAUSE_MS = 120_000;

export interface SimulatedPage {
  state(): TrainingState;
  worker(): Simulation;
  dispatch(event: TrainingEvent): void;
  now(): number;
  wait(ms: number): void;
  setField(path: string, value: unknown): void;
  remove(pick: number): void;
  undoRemove(): void;
  adopt(pick: number): void;
  fork(pick: number): void;
  deliverToWorker(): void;
  deliverToPage(): void;
  work(pick: number, mishap: Mishap): void;
  /** The worker dies: it is replaced, or, again within two minutes, given up. */
  kill(): void;
  reload(): void;
  /** Until nothing is on its way and nothing computes. */
  drain(): void;
  /** How often the run's steered field was changed by hand. */
  gestures(runId: string): number;
  readonly violations: string[];
}

export function simulatePage(experiment: Experiment): SimulatedPage {
  const panel = { experiment, preset: 'test' };
  const disk = new Map<string, Copy>();
  const violations: string[] = [];
  const gestures = new Map<string, number>();
  let state = initialTraining(panel);
  let now = 1_000_000;
  let toWorker: { readonly request: number; readonly command: RunCommand }[] = [];
  let toPage: Event[] = [];
  let request = 0;
  let gone = false;
  let restartedAt = -Infinity;
  let worker = spawn();

  function spawn(): Simulation {
    toWorker = [];
    toPage = [ready];
    return simulateWorker(
      disk,
      (event) => toPage.push(event),
      () => now,
    );
  }

  function dispatch(event: TrainingEvent): void {
    const before = state;
    const step = transition(state, event);
    state = step.state;
    for (const command of step.commands) {
      if (command.type !== 'send' || !isAboutRuns(command.command)) continue;
      if (gone) violations.push(`${command.command.type} is sent to a worker that is gone`);
      else toWorker.push({ request: ++request, command: command.command });
    }
    const rewinds = event.type === 'news' && event.news.type === 'frame';
    check(before.page.runs, rewinds);
  }

  function check(before: readonly Run[], rewinds: boolean): void {
    const { page, held } = state;
    for (const run of page.runs) {
      const rows = before.find(({ id }) => id === run.id)?.rows.length ?? 0;
      if (!rewinds && run.rows.length < rows) violations.push(`${run.id} loses rows`);
      if (run.rows.some(({ step }, index) => step !== index)) violations.push(`${run.id} has a gap in its rows`);
      if (isBusy(run.status.phase) && !held.includes(run.id)) violations.push(`${run.id} seems to train, unheld`);
    }
    for (const run of before)
      if (run.rows.length > 0 && ![...page.runs, ...(page.deleted?.runs ?? [])].some(({ id }) => id === run.id))
        violations.push(`${run.id} is lost`);
    const busy = page.runs.filter((run) => isBusy(run.status.phase));
    if (busy.length > 0 && !held.includes(page.activeId ?? '')) violations.push('what trains is not in front');
    if (new Set(held).size !== held.length) violations.push('a run is held twice');
    violations.push(...worker.violations.splice(0));
  }

  const pickFrom = <T>(from: readonly T[], pick: number): T | undefined => from[pick % Math.max(1, from.length)];

  function setField(path: string, value: unknown): void {
    const { experiment: shown, preset } = state.panel;
    const run = front(state);
    if (path === STEERED && run && run.status.phase !== 'finished')
      gestures.set(run.id, (gestures.get(run.id) ?? 0) + 1);
    state = { ...state, panel: { experiment: withField(shown, path, value), preset } };
    dispatch({ type: 'panel-moved' });
  }

  function changeRuns(changes: Partial<TrainingState['page']>): void {
    state = { ...state, page: { ...state.page, ...changes } };
    dispatch({ type: 'run-deleted' });
  }

  function adopt(pick: number): void {
    const run = pickFrom(
      state.page.runs.filter(({ id, status }) => status.phase === 'paused' && id !== state.page.activeId),
      pick,
    );
    if (!run) return;
    dispatch({ type: 'adopt', runId: run.id });
    dispatch({ type: 'go', command: 'start', seeds: 1, at: now });
  }

  function fork(pick: number): void {
    const run = pickFrom(
      state.page.runs.filter((each) => forkPoints(each).length > 0),
      pick,
    );
    const point = run && forkPoints(run)[0];
    if (point) dispatch({ type: 'fork', runId: run.id, point, at: now });
  }

  function kill(): void {
    if (gone) return;
    gone = now - restartedAt < RESTART_PAUSE_MS;
    restartedAt = now;
    worker = spawn();
    if (gone) toPage = [];
    dispatch(gone ? { type: 'worker-gone', error: lost } : { type: 'worker-restarted', error: lost });
  }

  /** As main.tsx starts: the stored runs are read, and the one that was under way stands in front, paused. */
  function reload(): void {
    const runs = state.page.runs.flatMap((run) => readRun(JSON.parse(JSON.stringify(run))) ?? []);
    gone = false;
    restartedAt = -Infinity;
    worker = spawn();
    const fresh = initialTraining(panel);
    // Ids begin with the time: a later page gives none a second time.
    now += 1000;
    state = { ...fresh, page: { ...fresh.page, runs } };
    const unfinished = runs.findLast((run) => run.status.phase === 'paused');
    if (unfinished) dispatch({ type: 'adopt', runId: unfinished.id });
  }

  function deliverToWorker(): void {
    const message = toWorker.shift();
    if (message) worker.receive(message.request, message.command);
  }

  function deliverToPage(): void {
    const event = toPage.shift();
    if (event && event.type !== 'reply') dispatch({ type: 'news', news: event, at: now });
  }

  return {
    state: () => state,
    worker: () => worker,
    dispatch,
    now: () => now,
    wait: (ms) => {
      now += ms;
    },
    setField,
    remove: (pick) => {
      const run = pickFrom(state.page.runs, pick);
      if (run) changeRuns(withoutRuns(state.page, [run.id]));
    },
    undoRemove: () => changeRuns(withDeletedBack(state.page)),
    adopt,
    fork,
    deliverToWorker,
    deliverToPage,
    work: (pick, mishap) => worker.advance(pick, mishap),
    kill,
    reload,
    drain: () => {
      for (let left = 5000; left > 0; left--) {
        if (toWorker.length > 0) deliverToWorker();
        else if (toPage.length > 0) deliverToPage();
        else if (worker.works().length > 0) worker.advance(0, 'none');
        else return;
      }
      violations.push('it never comes to rest');
    },
    gestures: (runId) => gestures.get(runId) ?? 0,
    violations,
  };
}
