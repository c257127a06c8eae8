/** The forces of the run in front, or of the recording under the playhead. */
import { forcesAt } from '../../records/forceRows';
import type { ForceRow } from '../../records/forces';
import { useReplay } from '../../store/run/replayState';
import { useRuns, type Run } from '../../store/runs/runs';

export interface ForcesNow {
  readonly run: Run;
  readonly row: ForceRow;
  /** Rollouts done. */
  readonly step: number;
}

/** The run that curves and inspectors are about; null without one. */
export function useFrontRun(): Run | null {
  const recorded = useReplay((state) => (state.file === null ? null : `gallery-${state.file}`));
  return useRuns((state) => state.runs.find(({ id }) => id === (state.activeId ?? recorded)) ?? null);
}

/** The newest measurement of the run in front; null without one. */
export function useForces(): ForcesNow | null {
  const run = useFrontRun();
  const row = run && forcesAt(run.forces, run.status.step);
  return run && row ? { run, row, step: run.status.step } : null;
}
