/** A run that is cut off or stops goes back to its last stored copy; one that is trained again, to its beginning. */
import { sameValue } from '../../experiment/diff';
import { applyEdits } from '../../experiment/edits';
import type { Experiment } from '../../experiment/types';
import type { RunError } from '../../worker/protocol';
import { useRuns, type Run } from '../runs/runs';

/** As the store has it now. */
export const latest = (run: Run): Run => useRuns.getState().runs.find(({ id }) => id === run.id) ?? run;

/** Where a run stands when it is loaded anew: at its last stored copy. */
export function pauseAtCopy(run: Run): void {
  const { copyStep } = run.status;
  const status = { ...run.status, phase: 'paused' as const, step: copyStep, secondsLeft: null, error: null };
  useRuns.getState().patch(run.id, { status });
}

/** In words. */
export const copyOf = ({ status: { copyStep } }: Run): string => (copyStep > 0 ? `step ${copyStep}` : 'its start');

/** What to do before a stopped run is tried again. */
export function beforeResuming({ kind }: RunError): string {
  if (kind === 'not-finite') return 'Lower the learning rate, then press Resume.';
  if (kind === 'out-of-memory') return 'Choose the smaller setting, then press Resume.';
  return 'Press Resume to try again.';
}

/** Replayed edits have moved the panel to where the run ended: to train again means from where it began. */
export function isReplayOf(run: Run, panel: Experiment): boolean {
  const { experiment, status } = run;
  return (
    status.phase === 'finished' && experiment.edits.length > 0 && sameValue(applyEdits(experiment, Infinity), panel)
  );
}
