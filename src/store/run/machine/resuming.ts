/** How runs go on: from where they rest, from a stored copy, or beside their source as a fork. */
import type { RunError } from '../../../worker/protocol';
import type { Run } from '../../runs/runs';
import { inFront, withRun } from '../../runs/runs';
import { atCopy, beforeResuming, copyOf, steered } from '../goingBack';
import { forkOf, makeRoom, type ForkPoint } from '../newRun';
import { isBusy } from '../phases';
import { drive, load, newId, restAll } from './beginning';
import { change, movePanel, patchRun, send, show, watch, type Step } from './commands';
import { endAll } from './ending';
import { front, isHeld, type TrainingState } from './state';
import { reloadOf } from './steering';

/** The run in front, which is paused, goes on. */
export function resume(step: Step, run: Run, command: 'start' | 'step'): Step {
  if (isHeld(step.state, run)) return drive(step, command);
  const copy = step.state.withoutCopy === run.id ? null : copyKey(run);
  return drive(change(loadStored(restAll(step), run, copy), { withoutCopy: null }), command);
}

const copyKey = (run: Run): string => run.forkedFrom ?? run.id;

/** Gives the worker a run to go on from a stored copy, or with null from its start, with the gestures that have not acted yet. */
function loadStored(step: Step, run: Run, copy: string | null): Step {
  const { experiment, gestures } = reloadOf(step.state, run);
  const edits = run.edits.filter((edit) => experiment.edits.includes(edit));
  let next = load(
    patchRun(step, run.id, () => ({ edits })),
    run,
    experiment,
    copy,
  );
  if (run.id !== step.state.page.activeId) return next;
  next = change(next, { gestures });
  for (const { path, value } of gestures) next = send(next, { type: 'edit', runId: run.id, path, value });
  return next;
}

/** A run of an earlier visit, or one that waits in the list, stands in front, paused. */
export function adopt(step: Step, id: string): Step {
  if (id === step.state.page.activeId) return step;
  const cleared = endAll(step, id);
  const run = find(cleared.state, id);
  if (!run) return cleared;
  const rested = isBusy(run.status.phase) ? patchRun(cleared, id, atCopy) : cleared;
  const { preset } = cleared.state.panel;
  return movePanel(show(rested, inFront(id)), { experiment: steered(run), preset });
}

/** A new run, paused, in front: change a curve, then resume. */
export function fork(step: Step, id: string, point: ForkPoint, at: number): Step {
  const source = find(step.state, id);
  if (!source) return step;
  const named = newId(endAll(step, null), at);
  const { page, opened, panel } = named.step.state;
  const run = forkOf(source, point, { page, opened, id: named.id, at });
  const roomy = show(named.step, { runs: makeRoom(page.runs, 1) });
  const added = show(roomy, withRun(roomy.state.page, run));
  return movePanel(show(added, inFront(run.id)), { experiment: steered(run), preset: panel.preset });
}

const find = ({ page }: TrainingState, id: string): Run | undefined => page.runs.find((run) => run.id === id);

/** A run that stopped goes back to its last stored copy and waits there, paused. */
export function goBack(step: Step): Step {
  const run = front(step.state);
  if (!run?.status.error) return step;
  const { error, copyStep } = run.status;
  const back = change(patchRun(step, run.id, atCopy), {
    held: step.state.held.filter((id) => id !== run.id),
    // The worker has said so itself, and it knows.
    withoutCopy: copyStep === 0 ? run.id : null,
  });
  return show(back, { notice: `Back at ${copyOf(run)}. ${beforeResuming(error)}` });
}

/** There is a new worker: what the old one was doing goes on from the last stored copies. */
export function workerRestarted(step: Step, error: RunError): Step {
  const cutOff = step.state.page.runs.filter((run) => isHeld(step.state, run) && isBusy(run.status.phase));
  const { wish } = step.state;
  let next = watch(restAll(step), false);
  const run = front(next.state);
  if (!run || cutOff.length === 0) return next;
  const goesOn = wish !== 'pause' && cutOff.some(({ id }) => id === run.id);
  const where = goesOn ? `The run goes on from ${copyOf(run)}.` : `The run waits at ${copyOf(run)}.`;
  next = show(next, { notice: `${error.message} and was restarted. ${where}` });
  if (!goesOn) return next;
  // As they stand now, at their copies; the one in front first.
  const others = cutOff.flatMap(({ id }) => (id === run.id ? [] : (find(next.state, id) ?? [])));
  for (const other of [run, ...others]) next = loadStored(next, other, copyKey(other));
  return drive(next, wish);
}
