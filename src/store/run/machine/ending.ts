/** How runs end: by themselves, by a hand, by a deletion, by an error. */
import type { RunError } from '../../../worker/protocol';
import { changedFields } from '../../experiment/fields';
import { inFront, type Run } from '../../runs/runs';
import { isBusy, isUnderWay } from '../phases';
import { beginNext, bringToFront, dropQueue } from './beginning';
import { change, movePanel, patchRun, send, show, watch, type Step } from './commands';
import { front, isHeld } from './state';

/** A run that the worker holds has ended or rests. */
export function runEnded(step: Step, id: string, at: number): Step {
  const runs = step.state.page.runs.filter((run) => isHeld(step.state, run));
  const busy = runs.find((run) => isBusy(run.status.phase));
  if (busy) {
    const rests = runs.some((run) => run.id === id && run.status.phase === 'paused');
    // The one in front has ended while others still take their last turns: they are watched now.
    return !rests && id === step.state.page.activeId ? bringToFront(step, busy, step.state.panel.preset) : step;
  }
  const quiet = watch(step, false);
  if (runs.some((run) => run.status.phase === 'paused')) return quiet;
  if (runs.some((run) => run.status.phase !== 'finished')) return dropQueue(quiet);
  return beginNext(change(quiet, { endedAt: at }), 'start', at);
}

/** Ends what is under way; the curves stay. `except`: a run that is wanted next waits where it is. */
export function endAll(step: Step, except: string | null): Step {
  const { page, held } = step.state;
  const ended = page.runs.filter(
    (run) => (run.id === page.activeId || held.includes(run.id)) && run.id !== except && isUnderWay(run.status.phase),
  );
  let next = dropQueue(held.length > 0 ? watch(send(step, { type: 'dispose' }), false) : step);
  for (const run of ended)
    next = patchRun(next, run.id, ({ status }) => ({ status: { ...status, phase: 'stopped', error: null } }));
  next = show(change(next, { held: [], gestures: [] }), inFront(null));
  const empty = (run: Run): boolean =>
    run.rows.length === 0 && run.evaluations.length === 0 && ended.some(({ id }) => id === run.id);
  return show(next, { runs: next.state.page.runs.filter((run) => !empty(run)) });
}

/** Back to step 0, with the experiment as it was started and what was changed by hand to be replayed. */
export function restart(step: Step): Step {
  const run = front(step.state);
  if (!run) return step;
  // Whoever resets has seen the end: the next click on Train is meant.
  const ended = change(endAll(step, null), { endedAt: null });
  if (run.edits.length === 0) return ended;
  const { experiment, preset } = ended.state.panel;
  const waiting = changedFields(run.experiment, experiment).some(({ acts }) => acts === 'restart');
  // Changes that waited for the restart come along.
  return waiting ? ended : movePanel(ended, { experiment: { ...run.experiment, edits: run.edits }, preset });
}

/** A deleted run is trained no further; undone, it goes on from its last copy, as do those that took turns with it. */
export function runDeleted(step: Step): Step {
  const { held, page } = step.state;
  return held.every((id) => page.runs.some((run) => run.id === id)) ? step : letGo(step);
}

/** The worker lets its runs go at the end of the step under way; they rest where they are. */
export function letGo(step: Step): Step {
  const { held, page, gestures } = step.state;
  const rest = (run: Run): Run =>
    held.includes(run.id) && isBusy(run.status.phase)
      ? { ...run, status: { ...run.status, phase: 'paused', secondsLeft: null } }
      : run;
  const rested = show(step, {
    runs: page.runs.map(rest),
    deleted: page.deleted && { ...page.deleted, runs: page.deleted.runs.map(rest) },
  });
  const left = dropQueue(change(rested, { held: [], gestures: page.activeId === null ? [] : gestures }));
  return held.length > 0 ? watch(send(left, { type: 'dispose' }), false) : left;
}

/** What the worker does cannot be trusted any more: going on means loading the stored copies. */
export function failAll(step: Step, error: RunError): Step {
  const { page, held } = step.state;
  let next = step;
  for (const { id, status } of page.runs) {
    const concerned =
      id === page.activeId ? status.phase !== 'finished' : held.includes(id) && isUnderWay(status.phase);
    if (concerned) next = patchRun(next, id, () => ({ status: { ...status, phase: 'stopped', error } }));
  }
  return watch(dropQueue(change(next, { held: [] })), false);
}
