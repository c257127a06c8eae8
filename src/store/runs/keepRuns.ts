/** Runs over a reload: written to the browser's storage while they grow, read back at start; a run that was under way comes back paused, ready to go on. */
import type { RunIndex } from '../../persist/runIndex';
import type { RunErrorKind } from '../../worker/protocol';
import { useRuns, type Run } from './runs';
import { isUnderWay } from '../run/phases';

const QUIET_MS = 1_500;
/** Older ones make room. */
const MOST_RUNS = 40;

const cuttingOff: readonly (RunErrorKind | undefined)[] = ['device-lost', 'worker-lost'];

/** A stored run that this build can show; null otherwise. Our own record, but perhaps an older build's. */
export function readRun(value: unknown): Run | null {
  const run = value as Partial<Run> | null;
  if (typeof run !== 'object' || run === null || typeof run.id !== 'string' || !run.experiment || !run.status)
    return null;
  if (!Array.isArray(run.rows) || !Array.isArray(run.evaluations) || !Array.isArray(run.edits)) return null;
  const { phase, error, copyStep = 0 } = run.status;
  // A run that lost its device or its worker was cut off, as by a reload.
  const cutOff = isUnderWay(phase) || (phase === 'stopped' && cuttingOff.includes(error?.kind));
  const status = cutOff
    ? { ...run.status, copyStep, phase: 'paused' as const, secondsLeft: null, error: null }
    : { ...run.status, copyStep };
  return { ...(run as Run), ...laterFields(run as Run), status };
}

/** Fields that older builds did not write. */
const laterFields = (run: Run): Partial<Run> => ({
  promised: run.promised ?? null,
  note: run.note ?? '',
  seriesId: run.seriesId ?? run.id,
  forkedFrom: run.forkedFrom ?? null,
});

export interface RunKeeper {
  /** Reads the stored runs into the store; returns the one that was under way. */
  restore(): Promise<Run | null>;
  /** Writes what waits, now: the page is going away. */
  flush(): void;
}

export function keepRuns(index: RunIndex, wallClock: () => number): RunKeeper {
  const written = new Map<string, Run>();
  /** Deleted, but the deletion can still be undone: off the list, so that a reload does not bring them back. */
  const hidden = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restored = false;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!restored) return;
    const { runs, deleted } = useRuns.getState();
    for (const run of runs) {
      if (run.origin === 'link' || run.origin === 'gallery' || written.get(run.id) === run) continue;
      written.set(run.id, run);
      void index.put({ id: run.id, savedAt: run.startedAt || wallClock(), run });
    }
    const listed = new Set(runs.map((run) => run.id));
    for (const id of [...written.keys()]) {
      if (listed.has(id)) continue;
      written.delete(id);
      hidden.add(id);
      void index.hide(id);
    }
    for (const id of [...hidden]) {
      if (!listed.has(id) && deleted?.runs.some((run) => run.id === id)) continue;
      hidden.delete(id);
      if (!listed.has(id)) void index.remove(id);
    }
  }

  useRuns.subscribe((state, previous) => {
    if (state.runs === previous.runs) return;
    // A new run is listed at once: without its record its checkpoints could not be found again.
    if (state.runs.length > previous.runs.length) flush();
    else timer ??= setTimeout(flush, QUIET_MS);
  });

  return {
    flush,
    restore: async () => {
      const records = await index.list();
      const stale = records.slice(0, Math.max(0, records.length - MOST_RUNS));
      for (const record of stale) void index.remove(record.id);
      const runs = records.slice(stale.length).flatMap((record) => readRun(record.run) ?? []);
      for (const run of runs) written.set(run.id, run);
      restored = true;
      if (runs.length)
        useRuns.setState((state) => ({
          runs: [...runs, ...state.runs.filter((run) => !runs.some((other) => other.id === run.id))],
        }));
      return runs.findLast((run) => run.status.phase === 'paused') ?? null;
    },
  };
}
