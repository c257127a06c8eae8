/** The one record per run in which builds before the folders kept weights and rows (IndexedDB). Read for ever, no longer written. */
import type { Experiment } from '../../experiment/types';
import { isFiniteSnapshot, readTrainerState, type Snapshot } from '../../trainer/state';
import type { RunMoment } from './runMoment';
import type { Measured } from './runRecord';

interface OldCheckpoint extends Omit<Measured, 'forces'> {
  readonly version: unknown;
  readonly experiment: Experiment;
  readonly snapshot: Snapshot;
}

/** Null when there is none, or none that this build can read. */
export function readOldCheckpoint(record: unknown): RunMoment | null {
  const stored = record as Partial<OldCheckpoint> | null | undefined;
  if (!stored || stored.version !== 1 || !stored.snapshot || !stored.experiment) return null;
  try {
    const snapshot = { ...stored.snapshot, state: readTrainerState(stored.snapshot.state) };
    if (!isFiniteSnapshot(snapshot)) return null;
    const { experiment, seconds = 0, rows = [], evaluations = [] } = stored;
    return { experiment, snapshot, measured: { rows, evaluations, forces: [], seconds }, environment: {} };
  } catch {
    return null;
  }
}
