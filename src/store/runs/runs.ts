/** Runs and what they measured. Ephemeral and never undone (deleting keeps the run for one "undo delete"). */
import { create } from 'zustand';
import type { Experiment, ExperimentEdit } from '../../experiment/types';
import type { Capability, Event, ForcePace, RunError, StatusFrame } from '../../worker/protocol';
import type { ConfidenceHistogram, Sample } from '../../records/samples';
import type { LinkResult } from '../../share/linkResult';
import type { ForceRow } from '../../records/forces';
import { withForces } from '../../records/forceRows';
import type { EvaluationRow, MetricsRow } from '../../records/rows';

/** foreign: metrics of another program (verl, TRL); its experiment is a stand-in that says nothing of it. */
export type RunOrigin = 'trained' | 'link' | 'gallery' | 'file' | 'foreign';

export interface Run {
  readonly id: string;
  /** Seeds of one experiment share it; the run's own id otherwise. */
  readonly seriesId: string;
  readonly name: string;
  /** From 0: which colour and dash pattern; no two that are drawn share one (`seriesOf`). */
  readonly slot: number;
  readonly visible: boolean;
  readonly origin: RunOrigin;
  /** As it started, with the edits it was told to replay. */
  readonly experiment: Experiment;
  /** Edits that acted, in order, replayed ones included. */
  readonly edits: readonly ExperimentEdit[];
  readonly rows: readonly MetricsRow[];
  readonly evaluations: readonly EvaluationRow[];
  /** What updates were going to do, and did; empty where nobody measured. */
  readonly forces: readonly ForceRow[];
  readonly status: StatusFrame;
  readonly note: string;
  /** Key of the stored copy that a fork begins from; null once it has begun, and for every other run. */
  readonly forkedFrom: string | null;
  readonly adapter: string;
  /** Milliseconds since 1970, for the list; decides nothing. */
  readonly startedAt: number;
  /** Numbers a link promised, to compare with. */
  readonly promised: LinkResult | null;
}

export const SLOTS = 6;

/** Runs taken from the list, and where they stood. */
interface Deleted {
  readonly runs: readonly Run[];
  readonly order: readonly string[];
}

/** Where the run under way stands among those that were asked for together. */
export interface Plan {
  /** Runs before it. */
  readonly before: number;
  /** Runs that take turns now. */
  readonly together: number;
  readonly total: number;
}

/** What the store holds; the run machine reads it and gives it back (`run/machine`). */
export interface RunsData {
  readonly runs: readonly Run[];
  /** The run that the transport drives. */
  readonly activeId: string | null;
  readonly baselineId: string | null;
  readonly deleted: Deleted | null;
  /** Null unless several runs were asked for. */
  readonly plan: Plan | null;
  readonly capability: Capability | null;
  /** Why nothing can be trained here; null while unknown or when it can. */
  readonly unavailable: RunError | null;
  /** Something to know that the run went on from. */
  readonly notice: string | null;
  /** Why runs are not kept over a reload; null while they are. */
  readonly unkept: string | null;
  readonly samples: readonly Sample[];
  readonly histogram: ConfidenceHistogram | null;
  /** What measuring forces costs the run in front; null until something was measured. */
  readonly forcePace: ForcePace | null;
}

interface RunsState extends RunsData {
  add(run: Run): void;
  patch(id: string, changes: Partial<Run>): void;
  /** Changes several runs at once: the seeds of an experiment are shown and hidden together. */
  patchAll(ids: readonly string[], changes: Partial<Run>): void;
  /** Draws these alone; what else was drawn is hidden. */
  showOnly(ids: readonly string[]): void;
  remove(ids: readonly string[]): void;
  undoRemove(): void;
  setActive(id: string | null): void;
  setBaseline(id: string | null): void;
}

/** Rows after `step` are dropped before new ones are appended: after a rewind the trainer sends those steps again. */
function appendRows<Row extends { readonly step: number }>(
  rows: readonly Row[],
  fresh: readonly Row[],
): readonly Row[] {
  const first = fresh[0];
  if (!first) return rows;
  const last = rows.at(-1);
  return [...(last && last.step >= first.step ? rows.filter((row) => row.step < first.step) : rows), ...fresh];
}

/** Edits of steps that come again come again too. Those of later steps were made and are still to be replayed. */
function appendEdits(
  edits: readonly ExperimentEdit[],
  rows: readonly MetricsRow[],
  fresh: readonly ExperimentEdit[],
): readonly ExperimentEdit[] {
  const [from, to] = [rows[0]?.step ?? Infinity, rows.at(-1)?.step ?? -Infinity];
  const again = edits.some(({ step }) => step >= from && step <= to);
  if (!again && fresh.length === 0) return edits;
  const kept = edits.filter(({ step }) => step < from || step > to);
  // A frame in which the run went back tells the edits of its steps twice.
  const once = fresh.filter(
    (edit, index) => !fresh.slice(index + 1).some((other) => other.step === edit.step && other.path === edit.path),
  );
  return [...kept, ...once].sort((a, b) => a.step - b.step);
}

/** `runs` with what `change` makes of one of them. */
export const patched = (runs: readonly Run[], id: string, change: (run: Run) => Partial<Run>): readonly Run[] =>
  runs.map((run) => (run.id === id ? { ...run, ...change(run) } : run));

/** What a new run in front begins with: no answers, and nothing to be told. */
export const inFront = (activeId: string | null) => ({
  activeId,
  samples: [],
  histogram: null,
  forcePace: null,
  notice: null,
});

/** What an event from the worker changes in the runs and what is shown of them. */
export function received(data: RunsData, event: Exclude<Event, { type: 'reply' }>): Partial<RunsData> {
  switch (event.type) {
    case 'capability':
      return { capability: event.capability, unavailable: event.error };
    case 'status':
      return { runs: patched(data.runs, event.runId, () => ({ status: event.status })) };
    case 'forces': {
      const measured = (run: Run): Partial<Run> => ({ forces: withForces(run.forces, event.rows) });
      const { deleted } = data;
      return {
        ...(event.rows.length > 0
          ? {
              runs: patched(data.runs, event.runId, measured),
              deleted: deleted && { ...deleted, runs: patched(deleted.runs, event.runId, measured) },
            }
          : {}),
        ...(event.runId === data.activeId ? { forcePace: event.pace } : {}),
      };
    }
    case 'notice':
      return { notice: event.message };
    case 'heartbeat':
      return {};
    case 'frame': {
      const measured = (run: Run): Partial<Run> => ({
        rows: appendRows(run.rows, event.rows),
        evaluations: appendRows(run.evaluations, event.evaluations),
        edits: appendEdits(run.edits, event.rows, event.edits),
      });
      const { deleted } = data;
      return {
        runs: patched(data.runs, event.runId, measured),
        // A deletion can be undone: what was on its way is the run's all the same.
        deleted: deleted && { ...deleted, runs: patched(deleted.runs, event.runId, measured) },
        ...(event.runId === data.activeId && event.samples ? { samples: event.samples } : {}),
        ...(event.runId === data.activeId && event.histogram ? { histogram: event.histogram } : {}),
      };
    }
    default:
      return event satisfies never;
  }
}

/** What the store shows before anything has happened. */
export const noRuns: RunsData = {
  runs: [],
  activeId: null,
  baselineId: null,
  deleted: null,
  plan: null,
  capability: null,
  unavailable: null,
  notice: null,
  unkept: null,
  samples: [],
  histogram: null,
  forcePace: null,
};

export const withRun = (data: RunsData, run: Run): Partial<RunsData> => ({
  runs: [...data.runs, run],
  activeId: run.origin === 'trained' ? run.id : data.activeId,
});

export const withoutRuns = (data: RunsData, ids: readonly string[]): Partial<RunsData> => ({
  runs: data.runs.filter((run) => !ids.includes(run.id)),
  deleted: {
    runs: data.runs.filter((run) => ids.includes(run.id)),
    order: data.runs.map((run) => run.id),
  },
  activeId: data.activeId !== null && ids.includes(data.activeId) ? null : data.activeId,
  baselineId: data.baselineId !== null && ids.includes(data.baselineId) ? null : data.baselineId,
});

/** Those deleted last are back where they stood. */
export function withDeletedBack({ runs, deleted }: RunsData): Partial<RunsData> {
  if (!deleted) return {};
  const known = [...runs, ...deleted.runs];
  const back = deleted.order.flatMap((id) => known.find((run) => run.id === id) ?? []);
  return { runs: [...back, ...runs.filter((run) => !deleted.order.includes(run.id))], deleted: null };
}

export const useRuns = create<RunsState>()((set) => ({
  ...noRuns,
  add: (run) => set((state) => withRun(state, run)),
  patch: (id, changes) => set((state) => ({ runs: patched(state.runs, id, () => changes) })),
  patchAll: (ids, changes) =>
    set((state) => ({ runs: state.runs.map((run) => (ids.includes(run.id) ? { ...run, ...changes } : run)) })),
  showOnly: (ids) => set((state) => ({ runs: state.runs.map((run) => ({ ...run, visible: ids.includes(run.id) })) })),
  remove: (ids) => set((state) => withoutRuns(state, ids)),
  undoRemove: () => set(withDeletedBack),
  setActive: (activeId) => set(inFront(activeId)),
  setBaseline: (baselineId) => set({ baselineId }),
}));

/** The lowest slot that none of these has. */
export function freeSlot(taken: readonly { readonly slot: number }[]): number {
  const slots = new Set(taken.map(({ slot }) => slot));
  for (let slot = 0; ; slot++) if (!slots.has(slot)) return slot;
}
