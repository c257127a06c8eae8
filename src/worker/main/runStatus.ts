/** The run's status line: phase, progress within it, and what has been used so far. */
import type { Progress } from '../../trainer/progress';
import { idleStatus, type Phase, type RunError, type StatusFrame } from '../protocol';
import type { Frames } from './frames';

type Used = Pick<StatusFrame, 'step' | 'tokensUsed' | 'secondsUsed' | 'copyStep'>;

export interface RunStatus {
  phase(): Phase;
  say(phase: Phase, changes?: Partial<StatusFrame>): void;
  progress(progress: Progress): void;
  /** A new first compilation hides the trainer's progress until it is done. */
  compiled(done: number, total: number): void;
  stop(error: RunError): void;
  finish(finished: boolean): void;
}

const phaseOf: Readonly<Record<Progress['phase'], Phase>> = {
  rollout: 'rollout',
  score: 'updating',
  update: 'updating',
  evaluate: 'evaluating',
};

const secondsOf = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

/** `used`: null until the trainer is there. */
export function createRunStatus(frames: Frames, totalSteps: number, used: () => Partial<Used>): RunStatus {
  let compiling = false;
  let last: StatusFrame = { ...idleStatus(totalSteps), phase: 'loading' };

  function say(phase: Phase, changes: Partial<StatusFrame> = {}): void {
    last = { ...last, done: 0, total: 0, phaseSecondsLeft: null, error: null, ...used(), ...changes, phase };
    frames.status(last);
  }

  return {
    phase: () => last.phase,
    say,
    progress: ({ phase, done, total, tokensPerSecond, phaseRemainingMs, remainingMs }) => {
      if (compiling) return;
      say(phaseOf[phase], {
        done,
        total,
        tokensPerSecond: tokensPerSecond ?? 0,
        phaseSecondsLeft: secondsOf(phaseRemainingMs),
        secondsLeft: secondsOf(remainingMs),
      });
    },
    compiled: (done, total) => {
      compiling = done < total;
      if (compiling) say('compiling', { done, total });
    },
    stop: (error) => {
      say('stopped', { error });
      frames.flush();
    },
    finish: (finished) => {
      frames.flush();
      say(finished ? 'finished' : 'paused', { secondsLeft: finished ? 0 : last.secondsLeft });
      frames.flush();
    },
  };
}
