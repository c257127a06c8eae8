/** The transport of the page as a pure function: what a click, a gesture or a word from the worker makes of the state, and what is to be done. */
import { catalogue } from '../../experiment/catalogue';
import { nameOf } from '../../experiment/fields';
import { received } from '../../runs/runs';
import { isReplayOf } from '../goingBack';
import { isBusy } from '../phases';
import { begin } from './beginning';
import { change, movePanel, patchRun, send, show, type Step } from './commands';
import { endAll, failAll, letGo, restart, runDeleted, runEnded } from './ending';
import type { TrainingEvent, WorkerNews } from './events';
import { adopt, fork, goBack, resume, workerRestarted } from './resuming';
import { canTrain, front, isHeld, type TrainingState } from './state';
import { followEdits, panelMoved } from './steering';

/** A click meant for Pause may come just after the run has ended by itself: it must not start another one. */
const END_GUARD_MS = 500;

export function transition(state: TrainingState, event: TrainingEvent): Step {
  const step: Step = { state, commands: [] };
  switch (event.type) {
    case 'go':
      return canTrain(state) ? go(step, event) : step;
    case 'pause':
      return state.held.length > 0 ? send(change(step, { wish: 'pause' }), { type: 'pause' }) : step;
    case 'restart':
      return restart(step);
    case 'go-back':
      return goBack(step);
    case 'adopt':
      return adopt(step, event.runId);
    case 'fork':
      return fork(step, event.runId, event.point, event.at);
    case 'compare':
      return canTrain(state) ? compare(step, event) : step;
    case 'panel-moved':
      return panelMoved(step);
    case 'run-deleted':
      return runDeleted(step);
    case 'news':
      return hear(step, event.news, event.at);
    case 'refused':
      return refused(step, event);
    case 'lock-held':
      return state.page.unavailable?.kind === 'other-tab' ? show(step, { unavailable: null }) : step;
    case 'lock-lost':
      return show(letGo(step), { unavailable: event.error, notice: null });
    case 'worker-restarted':
      return workerRestarted(step, event.error);
    case 'worker-gone':
      return show(failAll(step, event.error), { unavailable: event.error, notice: null });
    default:
      return event satisfies never;
  }
}

/** Train, Resume or Step. */
function go(step: Step, { command, seeds, at }: Extract<TrainingEvent, { type: 'go' }>): Step {
  const run = front(step.state);
  if (run?.status.phase === 'paused') return resume(step, run, command);
  if (run && isBusy(run.status.phase)) return step;
  const { endedAt, panel } = step.state;
  if (endedAt !== null && at - endedAt < END_GUARD_MS) return step;
  const experiment = run && isReplayOf(run, panel.experiment) ? run.experiment : panel.experiment;
  const method = { name: nameOf(experiment, panel.preset, catalogue), preset: panel.preset, experiment };
  return begin(step, [method], { seeds, interleaved: false, first: command, at });
}

function compare(step: Step, { methods, seeds, interleaved, at }: Extract<TrainingEvent, { type: 'compare' }>): Step {
  const [first] = methods;
  if (!first || seeds < 1) return step;
  // One undo step leads back to what the panel showed.
  const shown = movePanel(endAll(step, null), { experiment: first.experiment, preset: first.preset });
  return begin(shown, methods, { seeds, interleaved, first: 'start', at });
}

/** What the worker tells. The status of a run that it no longer holds for the page was sent before it heard so; rows are rows. */
function hear(step: Step, news: WorkerNews, at: number): Step {
  const { state } = step;
  if (news.type === 'status' && !state.held.includes(news.runId)) return step;
  const told = show(step, received(state.page, news));
  // A worker that is replaced finds its adapter again; that another tab trains is true all the same.
  if (news.type === 'capability' && state.page.unavailable?.kind === 'other-tab')
    return show(told, { unavailable: state.page.unavailable });
  if (news.type === 'frame') return followEdits(told, news);
  if (news.type !== 'status') return told;
  const { runId, status } = news;
  let next = told;
  // A fork that has begun has a copy of its own.
  if (status.phase === 'rollout')
    next = patchRun(next, runId, ({ forkedFrom }) => (forkedFrom === null ? {} : { forkedFrom: null }));
  if (!isBusy(status.phase)) next = runEnded(next, runId, at);
  // What stopped by itself has freed what it held: going on means loading the stored copy.
  if (status.phase === 'stopped') next = change(next, { held: next.state.held.filter((id) => id !== runId) });
  // "It goes on" is no longer true. Rewinds are: they tell how it came to the stop.
  return status.error && status.error.kind !== 'not-finite' ? show(next, { notice: null }) : next;
}

/** A lost worker is told once, by `worker-restarted` or `worker-gone`, not by every request it leaves unanswered. */
function refused(step: Step, { command, error }: Extract<TrainingEvent, { type: 'refused' }>): Step {
  if (error.kind === 'worker-lost') return step;
  if ('runId' in command && !step.state.page.runs.some((run) => run.id === command.runId && isHeld(step.state, run)))
    return step;
  const holds = step.state.held.length > 0;
  const failed = failAll(step, error);
  return holds ? send(failed, { type: 'dispose' }) : failed;
}
