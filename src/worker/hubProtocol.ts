/** What the page and the worker that imports models say to each other. One request at a time is under way, but for `cancel`. */
import type { Experiment } from '../experiment/types';

/** The part of an experiment that decides its memory. */
export type PlanSettings = Pick<Experiment, 'adapter' | 'task' | 'batch' | 'sampling' | 'evaluation'>;

/** What a person knows of this machine; null: nothing. */
export interface PlanFor {
  readonly settings: PlanSettings;
  readonly memoryBytes: number | null;
}

export interface GivenFile {
  /** Within the folder. */
  readonly path: string;
  readonly file: Blob;
}

export type HubCommand =
  | { readonly type: 'list' }
  /** Lists the repository and checks what can be checked without its weights. */
  | { readonly type: 'plan'; readonly repo: string; readonly revision: string; readonly plan: PlanFor }
  | {
      readonly type: 'plan-folder';
      readonly name: string;
      readonly files: readonly GivenFile[];
      readonly plan: PlanFor;
    }
  /** Brings what was planned last into the browser's storage. */
  | { readonly type: 'import' }
  | { readonly type: 'cancel' }
  | { readonly type: 'delete'; readonly folder: string };

export interface CachedModel {
  /** As experiments name it; null: a folder of which nothing is known. */
  readonly id: string | null;
  readonly folder: string;
  readonly state: 'whole' | 'unfinished';
  readonly bytes: number;
  readonly totalBytes: number | null;
  /** ISO 8601. */
  readonly at: string | null;
}

export interface ImportPlan {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly files: number;
  readonly parameters: number;
  /** Longest prompt and answer together, tokens. */
  readonly contextTokens: number;
  readonly cached: boolean;
  /** Of the experiment on the panel; `refusal` and `smaller` as in trainer/experimentMemory.ts. Null without an adapter. */
  readonly memory: {
    readonly roles: Readonly<Record<string, number>>;
    readonly totalBytes: number;
    readonly refusal: string | null;
    readonly smaller: { readonly name: string; readonly totalBytes: number } | null;
  } | null;
  /** What this browser still lets the page keep; null where it does not tell. */
  readonly roomBytes: number | null;
}

export type HubReply =
  | { readonly ok: true; readonly value: unknown }
  /** `stopped`: by `cancel`. */
  | { readonly ok: false; readonly message: string; readonly stopped: boolean };

export interface HubRequest {
  readonly id: number;
  readonly command: HubCommand;
}

export type HubEvent =
  | { readonly type: 'reply'; readonly id: number; readonly reply: HubReply }
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total: number;
      readonly bytesPerSecond: number;
      readonly secondsLeft: number | null;
    }
  | { readonly type: 'notice'; readonly words: string };
