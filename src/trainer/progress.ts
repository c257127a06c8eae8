import type { Clock } from '../lib/clock';

export type Phase = 'rollout' | 'score' | 'update' | 'evaluate';

export interface Progress {
  readonly phase: Phase;
  readonly step: number;
  readonly totalSteps: number;
  /** Within the phase: tokens, mini-batches or problems. */
  readonly done: number;
  readonly total: number;
  /** Sampled and trained tokens per second over the last steps; null before the first is done. */
  readonly tokensPerSecond: number | null;
  /** Time left of the whole run by the pace of the last steps; null before the first is done. */
  readonly remainingMs: number | null;
}

export interface Pace {
  /** A step ended. */
  addStep(tokens: number, durationMs: number): void;
  /** An evaluation ended. */
  addEvaluation(durationMs: number): void;
  estimate(stepsLeft: number, evaluationsLeft: number): Pick<Progress, 'tokensPerSecond' | 'remainingMs'>;
}

/** Steps that the pace is averaged over: enough to be calm, few enough to follow a changed group size. */
const remembered = 8;

/** Speed of a run from its last steps. */
export function createPace(): Pace {
  const steps: { readonly tokens: number; readonly durationMs: number }[] = [];
  let evaluationMs: number | null = null;
  return {
    addStep(tokens, durationMs) {
      steps.push({ tokens, durationMs });
      if (steps.length > remembered) steps.shift();
    },
    addEvaluation(durationMs) {
      evaluationMs = durationMs;
    },
    estimate(stepsLeft, evaluationsLeft) {
      const durationMs = steps.reduce((total, step) => total + step.durationMs, 0);
      const tokens = steps.reduce((total, step) => total + step.tokens, 0);
      if (steps.length === 0 || durationMs === 0) return { tokensPerSecond: null, remainingMs: null };
      const remainingMs = (stepsLeft * durationMs) / steps.length + evaluationsLeft * (evaluationMs ?? 0);
      return { tokensPerSecond: (1000 * tokens) / durationMs, remainingMs };
    },
  };
}

/** Calls `emit` at most once per `intervalMs`, and always for the last of a phase. */
export function throttled(
  clock: Clock,
  intervalMs: number,
  emit: (progress: Progress) => void,
): (progress: Progress) => void {
  let last = -Infinity;
  return (progress) => {
    const now = clock();
    if (now - last < intervalMs && progress.done < progress.total) return;
    last = now;
    emit(progress);
  };
}
