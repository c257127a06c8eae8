/** All that can happen to the transport: clicks, the panel, the list of runs, and what comes from the worker. */
import type { Command, Event, RunError } from '../../../worker/protocol';
import type { Method } from '../heats';
import type { ForkPoint } from '../newRun';

/** What the worker tells of its own accord. */
export type WorkerNews = Exclude<Event, { type: 'reply' }>;

/** `at`: wall clock, milliseconds since 1970. */
export type TrainingEvent =
  /** Train, Resume or Step. `seeds`: how often an experiment is trained, each time with the next seed. */
  | { readonly type: 'go'; readonly command: 'start' | 'step'; readonly seeds: number; readonly at: number }
  | { readonly type: 'pause' }
  | { readonly type: 'restart' }
  | { readonly type: 'go-back' }
  | { readonly type: 'adopt'; readonly runId: string }
  | { readonly type: 'fork'; readonly runId: string; readonly point: ForkPoint; readonly at: number }
  | {
      readonly type: 'compare';
      readonly methods: readonly Method[];
      readonly seeds: number;
      readonly interleaved: boolean;
      readonly at: number;
    }
  /** Somebody else moved the panel: a hand, undo, a link. */
  | { readonly type: 'panel-moved' }
  /** A run that the worker holds is no longer in the list. */
  | { readonly type: 'run-deleted' }
  | { readonly type: 'news'; readonly news: WorkerNews; readonly at: number }
  /** The worker answered a command with an error. */
  | { readonly type: 'refused'; readonly command: Command; readonly error: RunError }
  /** This tab trains, or may do so again. */
  | { readonly type: 'lock-held' }
  /** Another tab trains. */
  | { readonly type: 'lock-lost'; readonly error: RunError }
  /** There is a new worker: it holds nothing. */
  | { readonly type: 'worker-restarted'; readonly error: RunError }
  /** There is no worker any more. */
  | { readonly type: 'worker-gone'; readonly error: RunError };
