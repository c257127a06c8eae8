import type { Experiment } from '../experiment/types';
import type { Clock } from '../lib/clock';
import type { ForceRow } from '../records/forces';
import type { Progress } from '../trainer/progress';
import type { TrainerEvent } from '../trainer/train';

/** Milliseconds between lines within a phase: shorter phases come too fast to read. */
const phaseLineMs = 10_000;

/** Lines for people about the events of a run; null for what happens within a short step. */
export function createProgressLines(experiment: Experiment, clock: Clock): (event: TrainerEvent) => string | null {
  let lastAt = clock();
  return (event) => {
    const now = clock();
    const within = event.type === 'progress' && now - lastAt >= phaseLineMs ? describePhase(event.progress) : null;
    const line = within ?? describeEvent(event, experiment);
    if (line !== null) lastAt = now;
    return line;
  };
}

/** Where a long phase stands; null at its ends. */
function describePhase({ phase, done, total, tokensPerSecond, phaseRemainingMs }: Progress): string | null {
  if (phaseRemainingMs === null || done >= total) return null;
  const left = `${formatDuration(phaseRemainingMs)} left of it`;
  if (phase !== 'rollout') return `  ${phase} ${Math.floor((100 * done) / total)} %  ${left}`;
  const speed = tokensPerSecond === null ? '' : `  ${tokensPerSecond.toFixed(0)} tokens/s`;
  return `  ${phase} ${done} of ${total} tokens${speed}  ${left}`;
}

/** One line for people about an event of a run; null for what happens within a step. */
export function describeEvent(event: TrainerEvent, { steps }: Experiment): string | null {
  switch (event.type) {
    case 'progress': {
      const { phase, done, total, remainingMs, step } = event.progress;
      // Time left is told once in ten steps.
      return phase === 'rollout' && done === total && remainingMs !== null && step % 10 === 9
        ? `  about ${formatDuration(remainingMs)} left`
        : null;
    }
    case 'step': {
      const { step, correctRatio, entropyNats, gradNorm, clipLowNegative } = event.row;
      const { totalMs, tokensPerSecond } = event.timing;
      return [
        `step ${String(step + 1).padStart(String(steps).length)}/${steps}`,
        `right ${correctRatio.toFixed(3)}`,
        `entropy ${entropyNats.toFixed(3)}`,
        `clipped ${clipLowNegative.toFixed(3)}`,
        `gradient ${gradNorm === null ? '-' : gradNorm.toFixed(3)}`,
        `${(totalMs / 1000).toFixed(2)} s`,
        `${tokensPerSecond.toFixed(0)} tokens/s`,
      ].join('  ');
    }
    case 'evaluation': {
      const fan = event.row.passAtK.map(({ k, mean }) => `@${k} ${mean.toFixed(3)}`).join('  ');
      return `held out after ${event.row.step} steps: ${fan}  (${formatDuration(event.durationMs)})`;
    }
    case 'forces':
      return event.result.ok ? `  ${describeForces(event.result.value)}` : `no forces: ${event.result.reason}`;
    case 'edit':
      return `from step ${event.edit.step}: ${event.edit.path} = ${JSON.stringify(event.edit.value)}`;
    case 'rewind':
      return event.message;
    default:
      return event satisfies never;
  }
}

/** What the step's update was expected to do, and did. */
export function describeForces({ measures }: ForceRow): string {
  const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;
  const changes = measures.map(({ kind, k, forecast, realised }) => {
    const came = realised === null ? '' : ` (came ${signed(realised)})`;
    return `${kind === 'pass' ? `pass@${k}` : kind} ${signed(forecast)}${came}`;
  });
  return `forecast ${changes.join('  ')}`;
}

/** `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min ${seconds % 60} s` : `${hours} h ${minutes % 60} min`;
}
