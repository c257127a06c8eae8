/** The state of a run in words (docs/behaviour.md): Idle, Compiling kernels 7/31, Rollout 12/150 - 214 k tok/s - 2 min left, Paused, Stopped: reason. */
import type { Plan } from '../runs/runs';
import type { StatusFrame } from '../../worker/protocol';

export function formatCount(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))} k`;
  return String(Math.round(value));
}

export function formatSeconds(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatBytes(bytes: number): string {
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.round(bytes / 1e3)} kB`;
}

/** Time left for all runs that were asked for: those that take turns are about as far as the one in front, those that wait
 * are taken to be as long. Null while the one in front cannot tell its own. */
export function secondsLeftOf({ secondsLeft, secondsUsed }: StatusFrame, plan: Plan | null): number | null {
  if (secondsLeft === null || !plan) return secondsLeft;
  const { before, together, total } = plan;
  return together * secondsLeft + (total - before - together) * (secondsUsed + secondsLeft);
}

/** `plan`: null for a run of its own. */
export function statusText(status: StatusFrame | null, plan: Plan | null = null): string {
  if (!status) return 'Idle';
  const secondsLeft = secondsLeftOf(status, plan);
  const counted = (words: string): string => (status.total > 0 ? `${words} ${status.done}/${status.total}` : words);
  switch (status.phase) {
    case 'idle':
      return 'Idle';
    case 'loading':
      return status.total > 0
        ? `Loading model ${formatBytes(status.done)} of ${formatBytes(status.total)}`
        : 'Loading model';
    case 'tuning':
      return counted('Timing kernels on this GPU');
    case 'compiling':
      return counted('Compiling kernels');
    case 'evaluating':
      return counted('Evaluating');
    case 'rollout':
    case 'updating':
      return [
        `Rollout ${Math.min(status.step + 1, status.totalSteps)}/${status.totalSteps}`,
        ...withinLongPhase(status),
        ...(status.tokensPerSecond > 0 ? [`${formatCount(status.tokensPerSecond)} tok/s`] : []),
        ...(secondsLeft === null ? [] : [`${formatSeconds(secondsLeft)} left${plan ? ' in all' : ''}`]),
      ].join(' · ');
    case 'paused':
      return `Paused at ${status.step}/${status.totalSteps}`;
    case 'finished':
      return `Finished ${status.totalSteps} rollouts${status.secondsUsed > 0 ? ` in ${formatSeconds(status.secondsUsed)}` : ''}`;
    case 'stopped':
      return status.error ? `Stopped: ${status.error.message}` : `Stopped at ${status.step}/${status.totalSteps}`;
    default:
      return status.phase satisfies never;
  }
}

/** A phase with more left than this tells how far it is: shorter ones would flicker. */
const longPhaseSeconds = 3;

function withinLongPhase({ phase, done, total, phaseSecondsLeft }: StatusFrame): string[] {
  if (phaseSecondsLeft === null || phaseSecondsLeft < longPhaseSeconds) return [];
  const share =
    phase === 'rollout'
      ? `${formatCount(done)} of ${formatCount(total)} tokens`
      : `training ${Math.round((100 * done) / total)} %`;
  return [`${share}, ${formatSeconds(phaseSecondsLeft)} more`];
}

/** Where the run stands among those asked for together: `Run 2 of 6`, `4 in turns`. Empty for a single one. */
export function planText(plan: Plan | null): string {
  if (!plan || plan.total < 2) return '';
  const range =
    plan.together > 1 ? `Runs ${plan.before + 1}–${plan.before + plan.together} in turns` : `Run ${plan.before + 1}`;
  return `${range} of ${plan.total} · `;
}

/** 0 to 1 for the bar, of all runs that were asked for; null when there is nothing to show. */
export function statusProgress(status: StatusFrame | null, plan: Plan | null = null): number | null {
  const own = ownProgress(status, plan);
  if (own === null || !plan) return own;
  return (plan.before + plan.together * own) / plan.total;
}

function ownProgress(status: StatusFrame | null, plan: Plan | null): number | null {
  if (!status || status.phase === 'idle') return null;
  // Among several the bar goes one way: what comes before a run's first rollout, and evaluations, do not take it back.
  if (plan && status.phase !== 'finished') return status.totalSteps > 0 ? status.step / status.totalSteps : 0;
  if (status.phase === 'finished') return 1;
  if (
    status.phase === 'loading' ||
    status.phase === 'tuning' ||
    status.phase === 'compiling' ||
    status.phase === 'evaluating'
  )
    return status.total > 0 ? status.done / status.total : 0;
  return status.totalSteps > 0 ? status.step / status.totalSteps : 0;
}
