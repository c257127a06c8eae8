/** Panel and run in front: gestures become edits, and edits that are replayed move the panel as a hand would. */
import { sameValue } from '../../../experiment/diff';
import { applyEdits } from '../../../experiment/edits';
import { getField, withField } from '../../../experiment/paths';
import type { Experiment } from '../../../experiment/types';
import { changedFields } from '../../experiment/fields';
import type { Run } from '../../runs/runs';
import { isUnderWay } from '../phases';
import { change, panelFollows, send, type Step } from './commands';
import type { WorkerNews } from './events';
import { front, isHeld, type Gesture, type TrainingState } from './state';

/** Panel -> worker: every live field that changed becomes an edit. Undo passes here too: it sends the old value. What is changed
 * while the worker does not hold the run is sent when it is loaded. */
export function panelMoved(step: Step): Step {
  const { panel, seen } = step.state;
  const run = front(step.state);
  // A changed experiment is a new intent: Train is meant, however soon after the end.
  let next = change(step, { seen: panel.experiment, endedAt: null });
  if (panel.experiment === seen || !run || !isSteerable(run)) return next;
  for (const { path, after, acts } of changedFields(seen, panel.experiment)) {
    if (acts !== 'next-rollout') continue;
    const gesture = { path, value: after, since: run.status.copyStep };
    next = change(next, { gestures: [...next.state.gestures.filter((other) => other.path !== path), gesture] });
    if (isHeld(next.state, run) && isUnderWay(run.status.phase))
      next = send(next, { type: 'edit', runId: run.id, path, value: after });
  }
  return next;
}

/** Under way, or stopped and waiting for a smaller setting. */
const isSteerable = ({ status }: Run): boolean => status.phase !== 'finished' && status.phase !== 'idle';

/** Worker -> panel: a gesture has acted, or an edit of a link or of an earlier pass was replayed. */
export function followEdits(step: Step, news: Extract<WorkerNews, { type: 'frame' }>): Step {
  let next = step;
  if (news.runId !== next.state.page.activeId) return next;
  for (const { step: at, path, value } of news.edits) {
    const own = next.state.gestures.find((gesture) => gesture.path === path);
    if (own) {
      // While a gesture is on its way the panel shows what the hand meant.
      if (at >= own.since && sameValue(own.value, value))
        next = change(next, { gestures: next.state.gestures.filter((gesture) => gesture !== own) });
      continue;
    }
    const { experiment, preset } = next.state.panel;
    if (!sameValue(getField(experiment, path), value))
      next = panelFollows(next, { experiment: withField(experiment, path, value), preset });
  }
  return next;
}

interface Reload {
  /** To be replayed: the edits that were made and those still planned. */
  readonly experiment: Experiment;
  /** Gestures that have not acted, to be made again. */
  readonly gestures: readonly Gesture[];
}

/** What a run that goes on from its copy is told. A gesture that had not acted yet now acts at the copy's step: what was recorded
 * of its field from there on was before it, and is left out. */
export function reloadOf({ gestures, page }: TrainingState, run: Run): Reload {
  const own = run.id === page.activeId ? gestures : [];
  const from = run.status.copyStep;
  const overtaken = (edit: { readonly step: number; readonly path: string }): boolean =>
    edit.step >= from && own.some(({ path }) => path === edit.path);
  const planned = run.experiment.edits.filter(
    (edit) => !run.edits.some((done) => done.step === edit.step && done.path === edit.path),
  );
  const recorded = run.edits.filter((edit) => !overtaken(edit));
  const experiment = { ...run.experiment, edits: [...recorded, ...planned].sort((a, b) => a.step - b.step) };
  const inForce = applyEdits({ ...experiment, edits: recorded }, Infinity);
  return {
    experiment,
    gestures: own
      .filter(({ path, value }) => !sameValue(getField(inForce, path), value))
      .map((gesture) => ({ ...gesture, since: from })),
  };
}
