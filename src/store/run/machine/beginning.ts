/** How runs come into being: heats one after the other, each loaded and started, and what stands in front when all have ended. */
import { sameValue } from '../../../experiment/diff';
import { isBusy } from '../phases';
import { asSteered, planHeats, type Heat, type Method } from '../heats';
import { atCopy, steered } from '../goingBack';
import { makeRoom, newRun } from '../newRun';
import { inFront, withRun, type Run } from '../../runs/runs';
import { change, panelFollows, patchRun, send, show, watch, type Step } from './commands';
import { front } from './state';

/** An id that nobody else has, as far as the clock of this browser moves. */
export function newId(step: Step, at: number): { readonly step: Step; readonly id: string } {
  const born = step.state.born + 1;
  return { step: change(step, { born }), id: `${at.toString(36)}-${born}` };
}

/** All heats of one gesture: the first begins, the others wait. */
export function begin(
  step: Step,
  methods: readonly Method[],
  how: { readonly seeds: number; readonly interleaved: boolean; readonly first: 'start' | 'step'; readonly at: number },
): Step {
  let next = step;
  const newSeriesId = (): string => {
    const named = newId(next, how.at);
    next = named.step;
    return `series-${named.id}`;
  };
  const queue = planHeats(methods, how.seeds, how.interleaved, newSeriesId);
  return beginNext(show(change(next, { queue }), { plan: null }), how.first, how.at);
}

/** The next heat, where one waits; otherwise what was asked for has ended. */
export function beginNext(step: Step, first: 'start' | 'step', at: number): Step {
  const [heat, ...queue] = step.state.queue;
  if (!heat) return settle(step);
  const after = queue.reduce((sum, runs) => sum + runs.length, 0);
  const total = step.state.page.plan?.total ?? after + heat.length;
  const plan = total > 1 ? { before: total - after - heat.length, together: heat.length, total } : null;
  return beginHeat(show(change(step, { queue }), { plan }), heat, first, at);
}

/** Starts the runs of a heat; the panel follows the first one. */
function beginHeat(step: Step, heat: Heat, first: 'start' | 'step', at: number): Step {
  const known = step.state.page.runs;
  const newcomers = heat.filter(({ seriesId }) => !known.some((run) => run.seriesId === seriesId));
  let next = restAll(step);
  next = show(next, { runs: makeRoom(next.state.page.runs, newcomers.length) });
  for (const heatRun of heat) {
    const named = newId(next, at);
    const { page, opened } = named.step.state;
    const run = newRun(asSteered(heatRun, known), { page, opened, id: named.id, at });
    next = load(show(named.step, withRun(page, run)), run, run.experiment, null);
  }
  const leader = next.state.page.runs.find((run) => run.id === next.state.held[0]);
  if (leader && heat[0]) next = bringToFront(next, leader, heat[0].preset);
  return drive(next, first);
}

/** Gives the worker a run, beside those that it holds. */
export function load(step: Step, { id }: Run, experiment: Run['experiment'], resumeFrom: string | null): Step {
  const beside = step.state.held.length > 0;
  const loading = patchRun(step, id, ({ status }) => ({ status: { ...status, phase: 'loading' } }));
  const held = [...step.state.held, id];
  return send(change(loading, { held }), { type: 'load', runId: id, experiment, resumeFrom, beside });
}

/** Sets going what the worker holds. All of it counts as busy from here on, though the worker tells of one after the other. */
export function drive(step: Step, command: 'start' | 'step'): Step {
  const busy = (run: Run): Run =>
    step.state.held.includes(run.id) && run.status.phase === 'paused'
      ? { ...run, status: { ...run.status, phase: 'rollout' } }
      : run;
  const begun = show(change(step, { wish: command }), { runs: step.state.page.runs.map(busy) });
  return watch(send(begun, { type: command }), true);
}

/** The panel shows how this run stands, and its edits are made there from now on. */
export function bringToFront(step: Step, run: Run, preset: string): Step {
  const shown = change(show(step, inFront(run.id)), { gestures: [] });
  return panelFollows(shown, { experiment: steered(run), preset });
}

/** What the worker holds makes way for other runs: what was under way waits at its last copy. */
export function restAll(step: Step): Step {
  let next = step;
  for (const run of step.state.page.runs)
    if (step.state.held.includes(run.id) && isBusy(run.status.phase)) next = patchRun(next, run.id, atCopy);
  return change(next, { held: [] });
}

/** All that was asked for has ended: in front stands the first seed, whose settings the panel had. */
function settle(step: Step): Step {
  const settled = show(step, { plan: null });
  const last = front(settled.state);
  const first = settled.state.page.runs.find((run) => run.seriesId === last?.seriesId);
  if (!last || !first || first === last) return settled;
  const shown = show(settled, { activeId: first.id });
  const experiment = steered(first);
  if (sameValue(experiment, shown.state.panel.experiment)) return shown;
  return panelFollows(change(shown, { gestures: [] }), { experiment, preset: shown.state.panel.preset });
}

/** Nothing waits any more. */
export const dropQueue = (step: Step): Step => show(change(step, { queue: [] }), { plan: null });
