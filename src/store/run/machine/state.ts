/** All that decides what the transport does next, as plain data. */
import type { Experiment } from '../../../experiment/types';
import type { LinkContent } from '../../../share/link';
import { noRuns, type Run, type RunsData } from '../../runs/runs';
import type { Heat } from '../heats';

export interface Panel {
  readonly experiment: Experiment;
  readonly preset: string;
}

/** A change that was made by hand for the run in front, until the worker tells that it has acted. One per field: the last. */
export interface Gesture {
  readonly path: string;
  readonly value: unknown;
  /** It cannot act at an earlier rollout step: that of the last copy, where a run that loses its device goes on. */
  readonly since: number;
}

export interface TrainingState {
  /** What the page shows. Others change it too (notes, deletions, files): the shell brings it, the panel and the link anew with every event. */
  readonly page: RunsData;
  readonly panel: Panel;
  readonly opened: LinkContent | null;
  /** The panel's experiment as last looked at: what it differs from this by is a gesture. */
  readonly seen: Experiment;
  readonly gestures: readonly Gesture[];
  /** Ids of the runs that the worker holds: several take turns. Any other run must be loaded before it can go on. */
  readonly held: readonly string[];
  /** What the worker was last told to do: should it have to be replaced. */
  readonly wish: 'start' | 'step' | 'pause';
  /** Heats that wait for the one under way. */
  readonly queue: readonly Heat[];
  /** A run whose stored copy is no good: going on means beginning anew. */
  readonly withoutCopy: string | null;
  /** When the last run ended by itself, wall clock; null: never, or whoever clicks now has seen it. */
  readonly endedAt: number | null;
  /** Ids given so far. */
  readonly born: number;
}

export function initialTraining(panel: Panel): TrainingState {
  return {
    page: noRuns,
    panel,
    opened: null,
    seen: panel.experiment,
    gestures: [],
    held: [],
    wish: 'pause',
    queue: [],
    withoutCopy: null,
    endedAt: null,
    born: 0,
  };
}

/** The run that the transport drives. */
export const front = ({ page }: TrainingState): Run | null => page.runs.find((run) => run.id === page.activeId) ?? null;

export const isHeld = ({ held }: TrainingState, run: Run): boolean => held.includes(run.id);

/** Nothing can be asked of a worker that is gone, or that another tab keeps from starting. */
export const canTrain = ({ page }: TrainingState): boolean => page.unavailable === null;
