/** What to say when the graphics memory runs out: which settings it grows with, each at half its value. */
import type { Experiment } from '../../experiment/types';
import type { RunError } from '../protocol';

/** The experiment as it stands at the step that failed, edits applied. `detail`: the driver's own words; their first line is shown. */
export function outOfMemory({ batch }: Experiment, detail: string): RunError {
  const half = (label: string, value: number): string[] =>
    value > 1 ? [`${label} ${value} → ${Math.floor(value / 2)}`] : [];
  const smaller = [...half('Prompts per step', batch.promptsPerStep), ...half('Group size', batch.groupSize)];
  const advice = smaller.length ? `Try ${smaller.join(', or ')}` : 'Try a smaller model';
  return {
    kind: 'out-of-memory',
    message: `The graphics memory is full. ${advice}. (${detail.split('\n', 1)[0] ?? ''})`,
  };
}
