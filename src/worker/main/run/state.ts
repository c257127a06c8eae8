/** What the worker is doing, as plain data: the runs that it holds, whose turn it is, and who still has to go. */
import type { Experiment } from '../../../experiment/types';
import type { WorkerQuestion } from '../questions';

/** What a run was told when it was set going. */
export interface Order {
  /** Pause after so many steps; null: on to the end. */
  readonly maxSteps: number | null;
  /** One of several that take turns: no word about the end of its turn. */
  readonly quiet: boolean;
}

export type Activity =
  /** Nothing is under way; it can go on. */
  | { readonly kind: 'rests' }
  /** Its engine is being made: model, device, copy. */
  | { readonly kind: 'opening'; readonly order: Order }
  | { readonly kind: 'training'; readonly order: Order }
  /** A copy of where it stands is being kept; then it says how it stands. */
  | { readonly kind: 'keeping'; readonly order: Order; readonly then: 'paused' | 'finished' }
  /** Finished, or stopped by an error. */
  | { readonly kind: 'ended' };

export interface Question {
  /** Request of the page that waits for the answer. */
  readonly request: number;
  readonly about: WorkerQuestion;
}

export interface HeldRun {
  /** One per load: the same run may be loaded again while its older self has not left yet. */
  readonly key: number;
  readonly runId: string;
  /** What its engine is made from next time: with the edits recorded so far. */
  readonly experiment: Experiment;
  readonly activity: Activity;
  /** Whether there is an engine. */
  readonly open: boolean;
  /** The end of the step under way was asked for. */
  readonly pausing: boolean;
  /** Rollout steps of the copy that it would go on from; null: its start. */
  readonly copyStep: number | null;
  /** Milliseconds of the worker's clock; the last copy, and the last recovery of a lost device. */
  readonly keptAt: number;
  readonly recoveredAt: number | null;
  /** Edits made before there was a trainer to record them at its step. */
  readonly edits: readonly { readonly path: string; readonly value: unknown }[];
  /** To be answered between two steps: the model must not be asked while it is being updated. */
  readonly questions: readonly Question[];
  /** Questions that are being answered with no step under way. */
  readonly answering: number;
}

export type Going =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'alone' }
  /** One rollout each. `left`: turns to come, null without end. */
  | { readonly kind: 'turns'; readonly left: number | null; readonly stopping: boolean }
  /** The turns are over: one after the other keeps a copy and says that it is paused. */
  | { readonly kind: 'resting'; readonly left: readonly number[] };

export interface WorkerState {
  readonly runs: readonly HeldRun[];
  /** Keys of those that can go on, the next one first: a pause in the middle of a round keeps the order. */
  readonly line: readonly number[];
  readonly going: Going;
  /** Told to go while they were computing: the device is theirs until they have gone. */
  readonly leaving: readonly HeldRun[];
  /** A start that waits for others to leave, or for copies to be kept. `rounds`: null without end. */
  readonly next: { readonly rounds: number | null } | null;
  readonly keys: number;
}

export const initialWorker: WorkerState = {
  runs: [],
  line: [],
  going: { kind: 'nobody' },
  leaving: [],
  next: null,
  keys: 0,
};

/** Whether something of it is under way on the device. */
export const isComputing = ({ activity, answering }: HeldRun): boolean =>
  answering > 0 || activity.kind === 'opening' || activity.kind === 'training' || activity.kind === 'keeping';

/** Others that take turns still compute on the device. */
export const othersGoOn = ({ runs, line }: WorkerState): boolean => runs.length > 1 && line.length > 0;
