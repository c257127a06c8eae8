/** A run that is cut off or stops goes back to its last stored copy; one that is trained again, to its beginning. Pure. */
import { sameValue } from '../../experiment/diff';
import { applyEdits } from '../../experiment/edits';
import type { Experiment } from '../../experiment/types';
import type { RunError } from '../../worker/protocol';
import type { Run } from '../runs/runs';

/** Where a run stands when it is loaded anew: at its last stored copy. */
export function atCopy({ status }: Run): Partial<Run> {
  return { status: { ...status, phase: 'paused', step: status.copyStep, secondsLeft: null, error: null } };
}

/** In words. */
export const copyOf = ({ status: { copyStep } }: Run): string => (copyStep > 0 ? `step ${copyStep}` : 'its start');

/** What to do before a stopped run is tried again. */
export function beforeResuming({ kind }: RunError): string {
  if (kind === 'not-finite') return 'Lower the learning rate, then press Resume.';
  if (kind === 'out-of-memory') return 'Choose the smaller setting, then press Resume.';
  return 'Press Resume to try again.';
}

/** The settings that a run has come to: those it began with and every edit that was made of them. */
export function steered(run: Run): Experiment {
  const inForce = applyEdits({ ...run.experiment, edits: run.edits }, Infinity);
  return { ...inForce, edits: run.experiment.edits };
}

/** Replayed edits have moved the panel to where the run ended: to train again means from where it began. */
export function isReplayOf(run: Run, panel: Experiment): boolean {
  const { experiment, status } = run;
  return (
    status.phase === 'finished' && experiment.edits.length > 0 && sameValue(applyEdits(experiment, Infinity), panel)
  );
}
