/** What a transition asks the worker's shell to do, and the helpers that gather it. */
import type { Experiment } from '../../../experiment/types';
import type { RunError } from '../../protocol';
import type { WorkerQuestion } from '../questions';
import type { HeldRun, WorkerState } from './state';

export type WorkerCommand =
  | { readonly type: 'reply'; readonly request: number }
  | {
      readonly type: 'create';
      readonly key: number;
      readonly runId: string;
      readonly experiment: Experiment;
      readonly resumeFrom: string | null;
    }
  /** Make the engine: comes back as `restored` and `opened`. */
  | { readonly type: 'open'; readonly key: number; readonly experiment: Experiment }
  /** Comes back as `stepped` between steps, and as `trained`. `edits` are recorded first. */
  | {
      readonly type: 'train';
      readonly key: number;
      readonly maxSteps: number | null;
      readonly edits: HeldRun['edits'];
    }
  /** End the step under way. */
  | { readonly type: 'abort'; readonly key: number }
  /** The same, and nobody wants to hear of it any more. */
  | { readonly type: 'leave'; readonly key: number }
  | {
      readonly type: 'edit';
      readonly key: number;
      readonly path: string;
      readonly value: unknown;
      readonly request: number;
    }
  /** The weights that the next step begins with, to be looked at after it. */
  | { readonly type: 'keep-weights'; readonly key: number }
  /** Store a copy; `halfway`: also as the one that a finished run is forked from. */
  | { readonly type: 'keep'; readonly key: number; readonly halfway: boolean }
  /** Nothing can be made of the copy in memory. */
  | { readonly type: 'forget-copy'; readonly key: number }
  | { readonly type: 'answer'; readonly key: number; readonly request: number; readonly about: WorkerQuestion }
  | { readonly type: 'say'; readonly key: number; readonly words: string }
  | {
      readonly type: 'say-phase';
      readonly key: number;
      readonly phase: 'loading' | 'beginning' | 'paused' | 'finished';
    }
  | { readonly type: 'say-stopped'; readonly key: number; readonly error: RunError }
  /** The engine goes; the run stays. */
  | { readonly type: 'close'; readonly key: number }
  /** All its memory is given back. */
  | { readonly type: 'close-gpu' }
  /** The run goes with all that it holds. */
  | { readonly type: 'discard'; readonly key: number };

export interface Step {
  readonly state: WorkerState;
  readonly commands: readonly WorkerCommand[];
}

export const ask = (step: Step, ...commands: readonly WorkerCommand[]): Step => ({
  ...step,
  commands: [...step.commands, ...commands],
});

export const change = (step: Step, changes: Partial<WorkerState>): Step => ({
  ...step,
  state: { ...step.state, ...changes },
});

export const patch = (step: Step, key: number, changes: Partial<HeldRun>): Step =>
  change(step, { runs: step.state.runs.map((run) => (run.key === key ? { ...run, ...changes } : run)) });
