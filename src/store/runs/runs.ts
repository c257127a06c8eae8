/** Runs and what they measured. Ephemeral and never undone (deleting keeps the run for one "undo delete"). */
import { create } from 'zustand';
import type { Experiment, ExperimentEdit } from '../../experiment/types';
import type { Capability, Event, RunError, StatusFrame } from '../../worker/protocol';
import type { ConfidenceHistogram, Sample } from '../../records/samples';
import type { LinkResult } from '../../share/linkResult';
import type { EvaluationRow, MetricsRow } from '../../records/rows';

export type RunOrigin = 'trained' | 'link' | 'gallery' | 'file';

export interface Run {
  readonly id: string;
  /** Seeds of one experiment share it; the run's own id otherwise. */
  readonly seriesId: string;
  readonly name: string;
  /** 0-5: which colour and dash pattern. */
  readonly slot: number;
  readonly visible: boolean;
  readonly origin: RunOrigin;
  /** As it started, with the edits it was told to replay. */
  readonly experiment: Experiment;
  /** Edits that acted, in order, replayed ones included. */
  readonly edits: readonly ExperimentEdit[];
  readonly rows: readonly MetricsRow[];
  readonly evaluations: readonly EvaluationRow[];
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

interface RunsState {
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
  readonly samples: readonly Sample[];
  readonly histogram: ConfidenceHistogram | null;
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
  receive(event: Exclude<Event, { type: 'reply' }>): void;
}

export const idleStatus = (totalSteps: number): StatusFrame => ({
  phase: 'idle',
  step: 0,
  totalSteps,
  done: 0,
  total: 0,
  tokensPerSecond: 0,
  secondsLeft: null,
  secondsUsed: 0,
  tokensUsed: 0,
  copyStep: 0,
  error: null,
});

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

/** Edits of steps that come again after a rewind or a resume come again too. */
function appendEdits(
  run: Run,
  rows: readonly MetricsRow[],
  fresh: readonly ExperimentEdit[],
): readonly ExperimentEdit[] {
  const first = rows[0];
  const again = first !== undefined && run.edits.some((edit) => edit.step >= first.step);
  if (!again && fresh.length === 0) return run.edits;
  return [...(again ? run.edits.filter((edit) => edit.step < first.step) : run.edits), ...fresh];
}

export const useRuns = create<RunsState>()((set, get) => {
  const patch = (id: string, change: (run: Run) => Partial<Run>): void =>
    set((state) => ({ runs: state.runs.map((run) => (run.id === id ? { ...run, ...change(run) } : run)) }));
  return {
    runs: [],
    activeId: null,
    baselineId: null,
    deleted: null,
    plan: null,
    capability: null,
    unavailable: null,
    notice: null,
    samples: [],
    histogram: null,
    add: (run) =>
      set((state) => ({ runs: [...state.runs, run], activeId: run.origin === 'trained' ? run.id : state.activeId })),
    patch: (id, changes) => patch(id, () => changes),
    patchAll: (ids, changes) =>
      set((state) => ({ runs: state.runs.map((run) => (ids.includes(run.id) ? { ...run, ...changes } : run)) })),
    showOnly: (ids) => set((state) => ({ runs: state.runs.map((run) => ({ ...run, visible: ids.includes(run.id) })) })),
    remove: (ids) =>
      set((state) => ({
        runs: state.runs.filter((run) => !ids.includes(run.id)),
        deleted: {
          runs: state.runs.filter((run) => ids.includes(run.id)),
          order: state.runs.map((run) => run.id),
        },
        activeId: state.activeId !== null && ids.includes(state.activeId) ? null : state.activeId,
        baselineId: state.baselineId !== null && ids.includes(state.baselineId) ? null : state.baselineId,
      })),
    undoRemove: () =>
      set((state) => {
        const { deleted } = state;
        if (!deleted) return state;
        const known = [...state.runs, ...deleted.runs];
        const back = deleted.order.flatMap((id) => known.find((run) => run.id === id) ?? []);
        return { runs: [...back, ...state.runs.filter((run) => !deleted.order.includes(run.id))], deleted: null };
      }),
    setActive: (activeId) => set({ activeId, samples: [], histogram: null, notice: null }),
    setBaseline: (baselineId) => set({ baselineId }),
    receive: (event) => {
      if (event.type === 'capability') return set({ capability: event.capability, unavailable: event.error });
      if (event.type === 'status') return patch(event.runId, () => ({ status: event.status }));
      if (event.type === 'notice') return set({ notice: event.message });
      if (event.type === 'heartbeat') return;
      patch(event.runId, (run) => ({
        rows: appendRows(run.rows, event.rows),
        evaluations: appendRows(run.evaluations, event.evaluations),
        edits: appendEdits(run, event.rows, event.edits),
      }));
      if (event.runId !== get().activeId) return;
      if (event.samples) set({ samples: event.samples });
      if (event.histogram) set({ histogram: event.histogram });
    },
  };
});

/** The colour slot that is least in use, lowest first. */
export function freeSlot(runs: readonly Run[]): number {
  const uses = Array.from({ length: SLOTS }, (_, slot) => runs.filter((run) => run.slot === slot).length);
  return uses.indexOf(Math.min(...uses));
}
