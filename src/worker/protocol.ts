/** What page and worker say to each other. Commands go down with a request id and are answered once; events come up as plain JSON frames (at most four a second while training). */
import type { Experiment, ExperimentEdit } from '../experiment/types';
import type { ModelWish } from '../export/model/modelForm';
import type { ForceRow } from '../records/forces';
import type { EvaluationRow, MetricsRow } from '../records/rows';
import type { ConfidenceHistogram, Sample } from '../records/samples';

export type Command =
  /** Find an adapter; nothing is downloaded or compiled. `base`: the page's address, beside which the models lie. `sweep`: remove what
   * deleted runs left in the storage; no run is under way then. */
  | { readonly type: 'boot'; readonly base: string; readonly sweep: boolean }
  /** Make this experiment the one to train, at step 0 or from the stored checkpoint `resumeFrom`. Stops whatever ran before, or,
   * `beside` it, takes turns with it: one rollout each. */
  | {
      readonly type: 'load';
      readonly runId: string;
      readonly experiment: Experiment;
      readonly resumeFrom: string | null;
      readonly beside: boolean;
    }
  | { readonly type: 'start' }
  /** Acts after the rollout step under way, or within it where that takes longer than a moment. */
  | { readonly type: 'pause' }
  /** One rollout step of each loaded run, then pause. */
  | { readonly type: 'step' }
  /** A changed value that acts at the next rollout; recorded by the trainer as {step, path, value}. */
  | { readonly type: 'edit'; readonly runId: string; readonly path: string; readonly value: unknown }
  /** Before and after distribution at one token of one sample of the last rollout. */
  | { readonly type: 'inspect'; readonly runId: string; readonly sample: number; readonly position: number }
  /** Exact pass@k of the present weights over ways of sampling, on the run's held-out problems: a `RunCooling`, or null without an engine. */
  | { readonly type: 'cool'; readonly runId: string }
  /** The run's model with its present weights, as others read it: a `TakenModel`, or null without an engine. */
  | { readonly type: 'take-model'; readonly runId: string; readonly wish: ModelWish }
  /** Where the probability goes that the updates took from that token: a question of its own, since it samples. */
  | { readonly type: 'hand-on'; readonly runId: string; readonly sample: number; readonly position: number }
  /** How often runs measure forces that their experiments do not ask for. */
  | { readonly type: 'watch-forces'; readonly wish: ForcesWish }
  /** Once: those of the step about to come, or, while the run trains, of its next step. */
  | { readonly type: 'measure-forces'; readonly runId: string }
  /** Read files of rows, try them on the task, and store them: a `StoredData`. Nothing of it leaves this browser. */
  | {
      readonly type: 'add-data';
      readonly task: Experiment['task'];
      readonly train: readonly File[];
      readonly heldOut: readonly File[];
    }
  /** The rows that are stored: a list of `StoredData`. */
  | { readonly type: 'list-data' }
  | { readonly type: 'dispose' };

/** Commands about the page or its browser, and no run. */
const apart = ['boot', 'watch-forces', 'add-data', 'list-data'] as const;

export type RunCommand = Exclude<Command, { type: (typeof apart)[number] }>;

export const isAboutRuns = (command: Command): command is RunCommand => !apart.some((type) => type === command.type);

/** Of this browser, no part of an experiment: forces change no number of a run. */
export interface ForcesWish {
  /** At the first step, then as often as `share` allows. */
  readonly automatic: boolean;
  /** Of the time of the steps, 0 to 1. */
  readonly share: number;
}

/** What measuring costs a run and how often it is done by itself. Times in ms; null until known. */
export interface ForcePace {
  /** Steps from one measurement to the next; 0: none by itself. */
  readonly every: number;
  readonly measureMs: number | null;
  /** A step without a measurement, mean over the last few. */
  readonly stepMs: number | null;
  /** Even every twentieth step takes more than the share. */
  readonly tooDear: boolean;
  /** Why nothing can be measured at all. */
  readonly refusal: string | null;
}

export interface Request {
  readonly id: number;
  readonly command: Command;
}

export interface Capability {
  readonly adapter: string;
  /** The adapter computes on the CPU: the page offers smaller defaults. */
  readonly software: boolean;
}

export type RunErrorKind =
  | 'other-tab'
  | 'insecure'
  | 'no-webgpu'
  | 'no-adapter'
  | 'device-lost'
  | 'out-of-memory'
  | 'not-finite'
  | 'model'
  | 'experiment'
  /** The worker said so itself. */
  | 'worker'
  /** The worker is gone: it threw outside any request, hung, or never started. */
  | 'worker-lost';

export interface RunError {
  readonly kind: RunErrorKind;
  /** One line for people. */
  readonly message: string;
}

export type Phase =
  | 'idle'
  | 'loading'
  | 'tuning'
  | 'compiling'
  | 'evaluating'
  | 'rollout'
  | 'updating'
  | 'paused'
  | 'finished'
  | 'stopped';

export interface StatusFrame {
  readonly phase: Phase;
  /** 0-based rollout step under way or, when paused, the next one. */
  readonly step: number;
  readonly totalSteps: number;
  /** Inside the phase: kernels compiled, bytes loaded, problems evaluated, tokens sampled, updates (with fractions). */
  readonly done: number;
  readonly total: number;
  readonly tokensPerSecond: number;
  /** Of the phase, by its own pace; null until that can be told. */
  readonly phaseSecondsLeft: number | null;
  /** Of the run. Null until it can be told. */
  readonly secondsLeft: number | null;
  /** Training time so far, pauses not counted. */
  readonly secondsUsed: number;
  readonly tokensUsed: number;
  /** Rollout steps done when the last copy was kept: what the run can go back to. 0: its start. */
  readonly copyStep: number;
  readonly error: RunError | null;
}

/** The status of a run before anything has happened. */
export const idleStatus = (totalSteps: number): StatusFrame => ({
  phase: 'idle',
  step: 0,
  totalSteps,
  done: 0,
  total: 0,
  tokensPerSecond: 0,
  phaseSecondsLeft: null,
  secondsLeft: null,
  secondsUsed: 0,
  tokensUsed: 0,
  copyStep: 0,
  error: null,
});

export type Event =
  | { readonly type: 'reply'; readonly id: number; readonly error: RunError | null; readonly value: unknown }
  | { readonly type: 'capability'; readonly capability: Capability | null; readonly error: RunError | null }
  | { readonly type: 'status'; readonly runId: string; readonly status: StatusFrame }
  | {
      readonly type: 'frame';
      readonly runId: string;
      readonly rows: readonly MetricsRow[];
      readonly evaluations: readonly EvaluationRow[];
      readonly edits: readonly ExperimentEdit[];
      readonly samples: readonly Sample[] | null;
      readonly histogram: ConfidenceHistogram | null;
    }
  /** `rows` take the place of those of the same steps and of later ones. */
  | {
      readonly type: 'forces';
      readonly runId: string;
      readonly rows: readonly ForceRow[];
      readonly pace: ForcePace;
    }
  /** Something happened that the run went on from: a rewind, a recovery. */
  | { readonly type: 'notice'; readonly runId: string; readonly message: string }
  /** Sent every few seconds by a live worker; silence for 20 s means that it hangs. */
  | { readonly type: 'heartbeat' };
