import type { Clock } from '../lib/clock';

export type Phase = 'rollout' | 'score' | 'update' | 'evaluate';

export interface Progress {
  readonly phase: Phase;
  readonly step: number;
  readonly totalSteps: number;
  /** Within the phase: tokens, mini-batches (with fractions) or problems. */
  readonly done: number;
  readonly total: number;
  /** Sampled and trained tokens per second over the last steps; within the first one sampled ones, null until there are some. */
  readonly tokensPerSecond: number | null;
  /** Time left of the phase by its own pace; null in its first second. */
  readonly phaseRemainingMs: number | null;
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

/** Where a phase stands. */
export interface PhaseState {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
  /** Tokens sampled in it. */
  readonly sampled?: number;
}

/** Milliseconds of a phase before its pace is told. */
const leastPhaseMs = 1000;

/** The pace within the phase that is under way: another phase, or less done than before, begins a new one. */
export function createPhasePace(
  clock: Clock,
): (state: PhaseState) => Pick<Progress, 'tokensPerSecond' | 'phaseRemainingMs'> {
  let last: PhaseState | null = null;
  let startedAt = 0;
  let doneAtStart = 0;
  return (state) => {
    const now = clock();
    if (last === null || last.phase !== state.phase || state.done < last.done) {
      startedAt = now;
      doneAtStart = state.done;
    }
    last = state;
    const { done, total, sampled = 0 } = state;
    const elapsedMs = now - startedAt;
    if (elapsedMs < leastPhaseMs || done <= doneAtStart) return { tokensPerSecond: null, phaseRemainingMs: null };
    return {
      tokensPerSecond: sampled > 0 ? (1000 * sampled) / elapsedMs : null,
      phaseRemainingMs: ((total - done) * elapsedMs) / (done - doneAtStart),
    };
  };
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
