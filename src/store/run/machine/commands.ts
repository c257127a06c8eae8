/** What a transition asks the shell to do, and the helpers that gather it. What the page shows is part of the state that comes back. */
import { sameValue } from '../../../experiment/diff';
import type { Command } from '../../../worker/protocol';
import { patched, type Run, type RunsData } from '../../runs/runs';
import type { Panel, TrainingState } from './state';

export type TrainingCommand =
  | { readonly type: 'send'; readonly command: Command }
  /** While busy, silence of the worker counts as a hang. */
  | { readonly type: 'watch'; readonly busy: boolean }
  /** Show this on the panel; `undoable`: as one step of its history, else without a trace in it. */
  | { readonly type: 'panel'; readonly panel: Panel; readonly undoable: boolean };

/** A state and what has been asked for on the way to it. */
export interface Step {
  readonly state: TrainingState;
  readonly commands: readonly TrainingCommand[];
}

const ask = (step: Step, command: TrainingCommand): Step => ({ ...step, commands: [...step.commands, command] });

export const send = (step: Step, command: Command): Step => ask(step, { type: 'send', command });

export const watch = (step: Step, busy: boolean): Step => ask(step, { type: 'watch', busy });

export const change = (step: Step, changes: Partial<TrainingState>): Step => ({
  ...step,
  state: { ...step.state, ...changes },
});

export const show = (step: Step, changes: Partial<RunsData>): Step =>
  change(step, { page: { ...step.state.page, ...changes } });

export const patchRun = (step: Step, id: string, changes: (run: Run) => Partial<Run>): Step =>
  show(step, { runs: patched(step.state.page.runs, id, changes) });

/** The panel shows something else, as a step of its history: a new intent, however soon after the end of a run. */
export const movePanel = (step: Step, panel: Panel): Step =>
  ask(change(step, { panel, seen: panel.experiment, gestures: [], endedAt: null }), {
    type: 'panel',
    panel,
    undoable: true,
  });

/** The panel follows a run: no gesture, and nothing to undo. */
export function panelFollows(step: Step, panel: Panel): Step {
  if (sameValue(step.state.panel.experiment, panel.experiment))
    return change(step, { seen: step.state.panel.experiment });
  return ask(change(step, { panel, seen: panel.experiment }), { type: 'panel', panel, undoable: false });
}
