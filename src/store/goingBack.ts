/** A run that is cut off or stops goes back to its last stored copy. */
import type { RunError } from '../worker/protocol';
import { useRuns, type Run } from './runs';

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
