/** The edits of a run as one sees them: what a hand did to one value within a few rollouts is one mark. Pure. */
import { applyEdits } from '../../experiment/edits';
import { findField } from '../../experiment/fields';
import { getField } from '../../experiment/paths';
import { describeValue } from '../experiment/fields';
import type { Run } from './runs';

export interface EditMark {
  /** Rollout step of its first edit. */
  readonly step: number;
  readonly path: string;
  /** Its number among the marks of the run, from 1 on. */
  readonly label: string;
  /** "β 1 → 2.5, rollouts 12 to 14". */
  readonly words: string;
}

/** A drag of a handle leaves an edit at every rollout that begins meanwhile. */
const TOGETHER = 5;

const symbols: Readonly<Record<string, string>> = {
  'objective.negativeWeight': 'β',
  'objective.positiveWeight': 'λ',
  'optimizer.learningRate': 'η',
  'sampling.temperature': 'T',
};

/** In the order of their numbers. */
export function editMarks({ experiment, edits }: Pick<Run, 'experiment' | 'edits'>): readonly EditMark[] {
  const groups: { readonly path: string; readonly first: number; last: number }[] = [];
  for (const { step, path } of edits) {
    const own = groups.at(-1);
    if (own?.path === path && step - own.last <= TOGETHER) own.last = step;
    else groups.push({ path, first: step, last: step });
  }
  return groups.map(({ path, first, last }, index) => {
    const asRun = { ...experiment, edits };
    const [before, after] = [first - 1, last].map((step) => describeValue(getField(applyEdits(asRun, step), path)));
    const when = first === last ? `rollout ${first + 1}` : `rollouts ${first + 1} to ${last + 1}`;
    const what = symbols[path] ?? findField(path)?.label ?? path;
    return { step: first, path, label: String(index + 1), words: `${what} ${before} → ${after}, ${when}` };
  });
}
