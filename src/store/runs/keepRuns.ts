/** Runs over a reload: written to the browser's storage while they grow, read back at start; a run that was under way comes back paused,
 * ready to go on. Only the tab that trains writes: in another one a run may be older than what is stored, and but its note is written. */
import type { RunIndex } from '../../persist/runIndex';
import type { RunErrorKind } from '../../worker/protocol';
import { useRuns, type Run } from './runs';
import { isUnderWay } from '../run/phases';

const QUIET_MS = 1_500;
/** A write that was refused is tried again so much later. */
const RETRY_MS = 5_000;
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
  forces: run.forces ?? [],
  note: run.note ?? '',
  seriesId: run.seriesId ?? run.id,
  forkedFrom: run.forkedFrom ?? null,
});

export interface RunKeeper {
  /** Shows the stored runs and writes none. */
  view(): Promise<void>;
  /** This tab trains: what is stored is the newest, and from here on this tab writes. Returns the run that was under way. */
  own(): Promise<Run | null>;
  /** Another tab trains now. */
  disown(): void;
  /** Writes what waits, now: the page is going away. */
  flush(): void;
}

export function keepRuns(index: RunIndex, wallClock: () => number): RunKeeper {
  /** As they are stored, or on their way there. */
  const written = new Map<string, Run>();
  const notes = new Map<string, string>();
  /** Deleted, but the deletion can still be undone: off the list, so that a reload does not bring them back. */
  const hidden = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let owns = false;
  /** Flushes whose writes have not been answered. */
  let unanswered = 0;

  const later = (ms: number): void => {
    timer ??= setTimeout(flush, ms);
  };

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const kept = useRuns.getState().runs.filter(({ origin }) => origin !== 'link' && origin !== 'gallery');
    const writes = owns ? [...writeRuns(kept), ...writeNotes(kept)] : writeNotes(kept);
    if (owns) forgetDeleted();
    unanswered += 1;
    void Promise.all(writes).then((answers) => {
      unanswered -= 1;
      // With nothing left to write all is kept, unless something is still on its way.
      if (writes.length > 0 || unanswered === 0) tell(answers);
    });
  }

  /** Says once that runs are not kept, and takes it back when they are; meanwhile it is tried again and again. */
  function tell(answers: readonly (string | null)[]): void {
    const unkept = answers.find((answer) => answer !== null) ?? null;
    if (useRuns.getState().unkept !== unkept) useRuns.setState({ unkept });
    if (unkept !== null) later(RETRY_MS);
  }

  function writeRuns(runs: readonly Run[]): Promise<string | null>[] {
    return runs.flatMap((run) => {
      if (written.get(run.id) === run) return [];
      written.set(run.id, run);
      return index.put({ id: run.id, savedAt: run.startedAt || wallClock(), run }).then((refusal) => {
        if (refusal !== null && written.get(run.id) === run) written.delete(run.id);
        return refusal;
      });
    });
  }

  function writeNotes(runs: readonly Run[]): Promise<string | null>[] {
    return runs.flatMap(({ id, note }) => {
      const stored = notes.get(id) ?? '';
      if (stored === note) return [];
      notes.set(id, note);
      return index.annotate(id, note).then((refusal) => {
        if (refusal !== null && notes.get(id) === note) notes.set(id, stored);
        return refusal;
      });
    });
  }

  function forgetDeleted(): void {
    const { runs, deleted } = useRuns.getState();
    const listed = new Set(runs.map((run) => run.id));
    for (const id of [...written.keys()]) {
      if (listed.has(id)) continue;
      written.delete(id);
      notes.delete(id);
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
    else later(QUIET_MS);
  });
  index.onCleared(() => {
    written.clear();
    notes.clear();
    // Not at once: while the browser still clears, it refuses.
    later(QUIET_MS);
  });

  /** Null where they cannot be read. */
  async function read(owning: boolean): Promise<readonly Run[] | null> {
    const records = await index.list();
    if (records === null) return null;
    const stale = records.slice(0, Math.max(0, records.length - MOST_RUNS));
    if (owning) for (const record of stale) void index.remove(record.id);
    return records.slice(stale.length).flatMap(({ run, note }) => {
      const known = readRun(run);
      return known ? [note === null ? known : { ...known, note }] : [];
    });
  }

  async function show(owning: boolean): Promise<readonly Run[]> {
    const shownBefore = new Set(written.keys());
    const runs = await read(owning);
    if (runs === null) return [];
    for (const run of runs) {
      written.set(run.id, run);
      notes.set(run.id, run.note);
    }
    // Of those shown before, what is no longer stored was deleted by the tab that trained.
    const isStored = (run: Run): boolean => runs.some((other) => other.id === run.id);
    useRuns.setState((state) => ({
      runs: [...runs, ...state.runs.filter((run) => !isStored(run) && !shownBefore.has(run.id))],
    }));
    return runs;
  }

  return {
    flush,
    view: async () => void (await show(false)),
    own: async () => {
      const runs = await show(true);
      owns = true;
      flush();
      return runs.findLast((run) => run.status.phase === 'paused') ?? null;
    },
    disown: () => {
      owns = false;
    },
  };
}
