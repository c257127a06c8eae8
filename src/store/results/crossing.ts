/** Where runs stand above their starting model and where below it, over k: only what their noise does not explain. Pure. */
import type { Interval } from '../../lib/stats';
import { twoWayInterval } from '../../lib/twoWay';
import type { EvaluationRow } from '../../records/rows';
import type { Run } from '../runs/runs';
import { LEAST_SEEDS, passColumns } from './passColumns';
import { pairedFan } from './summary';

export interface Crossing {
  /** The k, ascending, at which the 95 % interval of the difference from the start lies above 0, and below. */
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/** Intervals of one evaluation do not change: kept while its row is. */
const known = new WeakMap<EvaluationRow, Map<string, Crossing>>();

/** Null where there is no start, nothing after it, or not the same problems (curves out of a link). From three seeds on the
 * interval is over problems and seeds, else the paired bootstrap over problems. */
export function crossingOf(runs: readonly Run[]): Crossing | null {
  const starts = runs.flatMap((run) => run.evaluations.find((row) => row.step === 0) ?? []);
  const lasts = runs.flatMap((run) => run.evaluations.at(-1) ?? []);
  const [last] = lasts;
  if (!last || starts.length < runs.length || lasts.some((row) => row.step === 0)) return null;
  const name = runs.map((run) => `${run.id}@${run.evaluations.at(-1)?.step ?? 0}`).join();
  const kept = known.get(last) ?? new Map<string, Crossing>();
  known.set(last, kept);
  const before = kept.get(name);
  if (before) return before;

  const ks = last.passAtK.map(({ k }) => k);
  const intervals =
    lasts.length < LEAST_SEEDS ? pairedFan(lasts, starts, ks) : ks.map((k) => twoWayAt(starts, lasts, k));
  const differences = ks.flatMap((k, index) => {
    const interval = intervals[index];
    return interval ? [{ k, ...interval }] : [];
  });
  if (differences.length === 0) return null;
  const crossing = {
    above: differences.filter(({ low }) => low > 0).map(({ k }) => k),
    below: differences.filter(({ high }) => high < 0).map(({ k }) => k),
  };
  kept.set(name, crossing);
  return crossing;
}

/** Each seed against its own start, problem by problem. */
function twoWayAt(starts: readonly EvaluationRow[], lasts: readonly EvaluationRow[], k: number): Interval | null {
  const ids = lasts[0]?.problemIds ?? [];
  const [after, before] = [passColumns(lasts, k, ids), passColumns(starts, k, ids)];
  if (!after || !before) return null;
  return twoWayInterval(after.map((row, seed) => row.map((pass, problem) => pass - (before[seed]?.[problem] ?? 0))));
}

/** Null where nothing was compared. */
export function crossingWords(crossing: Crossing | null): string | null {
  if (!crossing) return null;
  const { above, below } = crossing;
  const [first] = below;
  if (first === undefined)
    return above.length > 0 ? null : 'no different from the starting model beyond noise (95 %) at any k';
  if (above.some((k) => k < first)) return `the starting model is better from k = ${first}`;
  const last = below.at(-1) ?? first;
  const where = first === last ? `at k = ${first}` : `from k = ${first} to ${last}`;
  const rise = above.find((k) => k > last);
  return `below the starting model ${where}${rise === undefined ? '' : `, above it from k = ${rise}`}`;
}
