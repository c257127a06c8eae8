/** Pass@k problem by problem, over seeds. */
import { mean, studentInterval } from '../../lib/stats';
import { twoWayInterval } from '../../lib/twoWay';
import { problemPass } from '../../records/problemPass';
import type { EvaluationRow } from '../../records/rows';

/** Charts ask for the same columns at every redraw. */
const known = new WeakMap<EvaluationRow, Map<number, readonly number[] | null>>();

function columnOf(row: EvaluationRow, k: number): readonly number[] | null {
  const kept = known.get(row) ?? new Map<number, readonly number[] | null>();
  known.set(row, kept);
  const before = kept.get(k);
  if (before !== undefined) return before;
  const column = problemPass(row, k);
  kept.set(k, column);
  return column;
}

/** [row][problem]; null where the rows did not evaluate these problems, in this order, with enough samples. */
export function passColumns(
  rows: readonly EvaluationRow[],
  k: number,
  problemIds: readonly string[] = rows[0]?.problemIds ?? [],
): readonly (readonly number[])[] | null {
  if (rows.length === 0 || problemIds.length === 0) return null;
  const columns = rows.flatMap((row) => {
    const column = columnOf(row, k);
    const same =
      column?.length === problemIds.length &&
      row.problemIds.length === problemIds.length &&
      row.problemIds.every((id, problem) => id === problemIds[problem]);
    return same ? [column] : [];
  });
  return columns.length === rows.length ? columns : null;
}

/** Two seeds say next to nothing of their spread (t is 12.7): an interval over seeds stands from three on. */
export const LEAST_SEEDS = 3;

export interface Centre {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Mean over seeds with its 95 % Student interval, null ends where there are too few. */
export function overSeeds(values: readonly number[]): Centre {
  return values.length < LEAST_SEEDS ? { mean: mean(values), low: null, high: null } : studentInterval(values);
}

/** Pass@k of seeds at one moment, `means` theirs: with the 95 % interval over problems and seeds where each problem is known, over
 * seeds alone where it is not. */
export function overSeedsAndProblems(rows: readonly EvaluationRow[], k: number, means: readonly number[]): Centre {
  if (rows.length < LEAST_SEEDS) return overSeeds(means);
  const columns = passColumns(rows, k);
  const both = columns && twoWayInterval(columns);
  return both ? { ...both, mean: mean(means) } : overSeeds(means);
}
