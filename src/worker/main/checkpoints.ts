/** A run's last good copy in the browser's storage: weights, moments, trainer state, recorded edits. One record, replaced in one transaction, so that a
 * tab closed in the middle leaves the copy before it. */
import type { Experiment } from '../../experiment/types';
import type { RunIndex } from '../../persist/runIndex';
import type { EvaluationRow, MetricsRow } from '../rows';
import { isFiniteCheckpoint, readTrainerState, type Snapshot } from '../../trainer/state';

/** What a resumed run starts from. */
export interface StoredCheckpoint {
  readonly experiment: Experiment;
  readonly snapshot: Snapshot;
  /** Training time so far, seconds. */
  readonly seconds: number;
  /** Everything measured up to here: the page's own copy may be older than this one. */
  readonly rows: readonly MetricsRow[];
  readonly evaluations: readonly EvaluationRow[];
}

/** Storage of a larger model would crowd out everything else; such a run is not kept over a reload. */
const MOST_PARAMETERS = 20_000_000;

export async function storeCheckpoint(
  storage: RunIndex,
  runId: string,
  checkpoint: StoredCheckpoint,
): Promise<boolean> {
  const size = checkpoint.snapshot.policy.parameters.reduce((sum, { data }) => sum + data.length, 0);
  if (size > MOST_PARAMETERS || !isFiniteCheckpoint(checkpoint.snapshot.policy)) return false;
  return storage.putCheckpoint(runId, { version: 1, ...checkpoint });
}

/** Null when there is none, or none that this build can read. */
export async function loadCheckpoint(storage: RunIndex, runId: string): Promise<StoredCheckpoint | null> {
  const stored = (await storage.checkpoint(runId)) as
    (Partial<StoredCheckpoint> & { readonly version?: unknown }) | null | undefined;
  if (!stored || stored.version !== 1 || !stored.snapshot || !stored.experiment) return null;
  try {
    const state = readTrainerState(stored.snapshot.state);
    if (!isFiniteCheckpoint(stored.snapshot.policy)) return null;
    const { experiment, snapshot, seconds = 0, rows = [], evaluations = [] } = stored;
    return { experiment, snapshot: { ...snapshot, state }, seconds, rows, evaluations };
  } catch {
    return null;
  }
}
