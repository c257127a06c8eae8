/**
 * What runs give beyond cooling their base: Pass@k minus the best that temperature alone gives the base at the same Pass@1, paired problem by
 * problem. One seed: percentile bootstrap over problems, with the crossing solved anew in each resample. From three seeds on: Student's t on
 * the variance over problems (the bootstrap's, of the mean over seeds) plus that over seeds; what varies with both counts twice, so the
 * interval is rather too wide than too narrow. Pure.
 */
import { passOfProbability } from '../../lib/exactPass';
import { bootstrapStatistic, mean, quantile, sampleStd, studentQuantile975 } from '../../lib/stats';
import { coolingPath, placeAt } from '../../records/cooling';
import type { EvaluationRow } from '../../records/rows';
import type { Run } from '../runs/runs';
import { LEAST_SEEDS, passColumns, type Centre } from '../results/passColumns';
import type { CoolingReference } from './reference';

export interface Beyond {
  readonly k: number;
  readonly seeds: number;
  readonly pass1: number;
  readonly passK: number;
  /** Null where no temperature gives the base this Pass@1: the most that one gives it is `most`. */
  readonly cooled: { readonly temperature: number; readonly passK: number } | null;
  readonly most: { readonly temperature: number; readonly pass1: number };
  /** Null without `cooled`; without ends where the problems are not known, the seeds are two, or too many resamples have no crossing. */
  readonly difference: Centre | null;
}

/** In so large a share of the resamples the crossing must be there. */
const LEAST_CROSSED = 0.95;
const SEED = 0;
const RESAMPLES = 1000;
/** Temperatures on each side of the crossing that take part in the bootstrap; the crossing of a resample is hardly ever further away. */
const WINDOW = 4;

/** `reference`: over the problems of these runs. Null before anything was trained and evaluated at this k. */
export function beyondOf(runs: readonly Run[], reference: CoolingReference, k: number): Beyond | null {
  const rows = runs.flatMap((run) => run.evaluations.at(-1) ?? []);
  const path = coolingPath(reference.curve, k);
  const [ones, many] = [1, k].map((own) =>
    rows.flatMap(({ passAtK }) => passAtK.find((entry) => entry.k === own)?.mean ?? []),
  );
  if (
    !path ||
    !ones ||
    !many ||
    rows.length === 0 ||
    rows.some(({ step }) => step === 0) ||
    ones.length < rows.length ||
    many.length < rows.length
  )
    return null;
  const [pass1, passK] = [mean(ones), mean(many)];
  const top = path.reduce(
    (best, entry) => (entry.x > best.x ? entry : best),
    path[0] ?? { x: 0, point: { temperature: NaN } },
  );
  const shared = { k, seeds: rows.length, pass1, passK, most: { temperature: top.point.temperature, pass1: top.x } };
  const place = placeAt(path, pass1);
  const [from, to] = [path[place?.from ?? -1]?.point, path[place?.to ?? -1]?.point];
  if (!place || !from || !to) return { ...shared, cooled: null, difference: null };
  const temperature = from.temperature + place.share * (to.temperature - from.temperature);
  return {
    ...shared,
    cooled: { temperature, passK: place.y },
    difference: { mean: passK - place.y, ...ends(rows, reference, k, place.from, passK - place.y) },
  };
}

const unknown = { low: null, high: null };

function ends(
  rows: readonly EvaluationRow[],
  { problems }: CoolingReference,
  k: number,
  crossing: number,
  centre: number,
): Pick<Centre, 'low' | 'high'> {
  const [ones, many] = [passColumns(rows, 1), passColumns(rows, k)];
  if (!problems || !ones || !many || rows.length === LEAST_SEEDS - 1) return unknown;
  const [first, last] = [Math.max(0, crossing - WINDOW), crossing + 1 + WINDOW];
  const cooled = problems.probability.slice(first, last + 1);
  const table = problems.problemIds.map((_, problem) => {
    const base = cooled.map((row) => row[problem] ?? 0);
    const own = [ones, many].map((columns) => mean(columns.map((column) => column[problem] ?? 0)));
    return Float64Array.from([...own, ...base, ...base.map((p) => passOfProbability(p, k))]);
  });
  const statistic = (means: ArrayLike<number>): number | null => {
    const path = cooled.map((_, index) => ({ x: means[2 + index] ?? 0, y: means[2 + cooled.length + index] ?? 0 }));
    const place = placeAt(path, means[0] ?? 0);
    return place && (means[1] ?? 0) - place.y;
  };
  const draws = bootstrapStatistic(table, statistic, SEED, RESAMPLES);
  if (draws.length < LEAST_CROSSED * RESAMPLES) return unknown;
  if (rows.length < LEAST_SEEDS) return { low: quantile(draws, 0.025), high: quantile(draws, 0.975) };
  const wholeMeans = Array.from({ length: table[0]?.length ?? 0 }, (_, column) =>
    mean(table.map((row) => row[column] ?? 0)),
  );
  const perSeed = rows.flatMap(
    (_, seed) => statistic([mean(ones[seed] ?? []), mean(many[seed] ?? []), ...wholeMeans.slice(2)]) ?? [],
  );
  if (perSeed.length < rows.length) return unknown;
  const [overProblems, overSeeds] = [sampleStd(draws) ** 2, sampleStd(perSeed) ** 2 / perSeed.length];
  const variance = overProblems + overSeeds;
  if (variance === 0) return { low: centre, high: centre };
  const degrees = variance ** 2 / (overProblems ** 2 / (table.length - 1) + overSeeds ** 2 / (perSeed.length - 1));
  const half = studentQuantile975(degrees) * Math.sqrt(variance);
  return { low: centre - half, high: centre + half };
}

const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)}`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** One sentence for people. */
export function beyondWords({ k, seeds, pass1, passK, cooled, most, difference }: Beyond): string {
  if (!cooled || !difference)
    return pass1 > most.pass1
      ? `No temperature gives the base pass@1 ${percent(pass1)}; the most is ${percent(most.pass1)} at T = ${most.temperature}: cooling alone does not get there.`
      : `The base has more than pass@1 ${percent(pass1)} at every temperature.`;
  const { mean: centre, low, high } = difference;
  const over = seeds >= LEAST_SEEDS ? ', over problems and seeds' : '';
  const interval =
    low !== null && high !== null
      ? ` [${points(low)}, ${points(high)}]${over}`
      : seeds === 1
        ? ', without an interval'
        : '';
  return (
    `Cooling alone (T = ${cooled.temperature.toFixed(2)}) gives the same pass@1 ${percent(pass1)} at pass@${k} ${percent(cooled.passK)}; ` +
    `this ${seeds > 1 ? 'mean' : 'run'} ${percent(passK)}: ${points(centre)} points${interval}.`
  );
}

/** The difference alone. */
export function shortBeyond({ difference }: Beyond): string {
  if (!difference) return 'has no counterpart';
  const { mean: centre, low, high } = difference;
  return `${points(centre)}${low !== null && high !== null ? ` [${points(low)}, ${points(high)}]` : ''}`;
}
