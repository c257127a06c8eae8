import { invariant } from './invariant';
import { createRng } from './rng';

/** Arithmetic mean; 0 for no values (an empty class must never make NaN). */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index] ?? 0;
  return values.length === 0 ? 0 : total / values.length;
}

/** Sample standard deviation (ddof 1); 0 for fewer than two values. */
export function sampleStd(values: ArrayLike<number>): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += ((values[index] ?? 0) - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Unbiased pass@k of one problem from n samples of which c are right: 1 - C(n-c, k) / C(n, k), as a product
 * (Chen et al. 2021, arXiv 2107.03374). Needs 1 <= k <= n and 0 <= c <= n. */
export function passAtK(n: number, c: number, k: number): number {
  invariant(
    k >= 1 && k <= n && c >= 0 && c <= n,
    `pass@k needs 1 <= k <= n and 0 <= c <= n, got n ${n}, c ${c}, k ${k}`,
  );
  if (n - c < k) return 1;
  let missed = 1;
  for (let i = n - c + 1; i <= n; i++) missed *= 1 - k / i;
  return 1 - missed;
}

/** The k of a fan: 1, 2, 4, ... and n itself. */
export function passKs(n: number): number[] {
  const ks: number[] = [];
  for (let k = 1; k < n; k *= 2) ks.push(k);
  if (n >= 1) ks.push(n);
  return ks;
}

export interface Interval {
  readonly mean: number;
  /** Ends of the 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/** Value below which `share` of the sorted values lies, linear between neighbours (Hyndman-Fan type 7). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  invariant(sorted.length > 0, 'quantile of nothing');
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? 0;
  return low + (position - below) * (high - low);
}

const bootstrapResamples = 1000;

/** Percentile bootstrap over rows (problems): for each column the mean and a 95 % interval. Every column sees the same
 * resamples, so that columns (the k of a fan) stay comparable. `rows`: [problems][columns]. */
export function bootstrapColumns(
  rows: readonly ArrayLike<number>[],
  seed: number,
  resamples = bootstrapResamples,
): Interval[] {
  const columns = rows[0]?.length ?? 0;
  const draws = Array.from({ length: columns }, () => new Float64Array(resamples));
  eachResample(rows, seed, resamples, (means, resample) => {
    draws.forEach((ofColumn, column) => (ofColumn[resample] = means[column] ?? 0));
  });
  return draws.map((means, column) => {
    means.sort();
    const centre = mean(rows.map((row) => row[column] ?? 0));
    return { mean: centre, low: quantile(means, 0.025), high: quantile(means, 0.975) };
  });
}

/** The column means of each resample of the rows, in the same order for the same seed and number of rows. `means` is used again. */
function eachResample(
  rows: readonly ArrayLike<number>[],
  seed: number,
  resamples: number,
  take: (means: Float64Array, resample: number) => void,
): void {
  const columns = rows[0]?.length ?? 0;
  const rng = createRng(seed, 'bootstrap');
  const means = new Float64Array(columns);
  // One block of memory: a page draws these intervals between two frames.
  const table = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => table.set(row, index * columns));
  for (let resample = 0; resample < resamples; resample++) {
    means.fill(0);
    for (let draw = 0; draw < rows.length; draw++) {
      const first = rng.int(rows.length) * columns;
      for (let column = 0; column < columns; column++)
        means[column] = (means[column] ?? 0) + (table[first + column] ?? 0);
    }
    for (let column = 0; column < columns; column++) means[column] = (means[column] ?? 0) / rows.length;
    take(means, resample);
  }
}

/** Values of a statistic of column means over resamples of the rows (problems), sorted; those where it is null are left out, so that
 * the caller sees how often. `rows`: [problems][columns]. */
export function bootstrapStatistic(
  rows: readonly ArrayLike<number>[],
  statistic: (means: Float64Array) => number | null,
  seed: number,
  resamples = bootstrapResamples,
): Float64Array {
  const values: number[] = [];
  eachResample(rows, seed, resamples, (means) => {
    const value = statistic(means);
    if (value !== null) values.push(value);
  });
  return Float64Array.from(values).sort();
}

/** Mean over problems with a seeded 95 % percentile bootstrap interval. No values: all zero. */
export function bootstrapMean(values: ArrayLike<number>, seed: number, resamples = bootstrapResamples): Interval {
  const [interval] = bootstrapColumns(
    Array.from(values, (value) => [value]),
    seed,
    resamples,
  );
  return interval ?? { mean: 0, low: 0, high: 0 };
}

/** Mean of `a - b` over the same problems in the same order, with its 95 % bootstrap interval. */
export function pairedDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  seed: number,
  resamples = bootstrapResamples,
): Interval {
  invariant(a.length === b.length, `a paired difference needs equal lengths, got ${a.length} and ${b.length}`);
  return bootstrapMean(
    Float64Array.from(a, (value, index) => value - (b[index] ?? 0)),
    seed,
    resamples,
  );
}

/** Two-sided 97.5 % quantiles of Student's t for 1..30 degrees of freedom. */
const studentT975 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];

/** The 97.5 % quantile of Student's t for any degrees of freedom >= 1: linear in 1 / df between whole ones. */
export function studentQuantile975(degrees: number): number {
  const at = (whole: number): number => (whole > 30 ? 1.96 : (studentT975[whole - 1] ?? 1.96));
  if (degrees >= 30) return 1.96 + (at(30) - 1.96) * (30 / degrees);
  const below = Math.max(1, Math.floor(degrees));
  const share = (1 / below - 1 / Math.max(1, degrees)) / (1 / below - 1 / (below + 1));
  return at(below) + share * (at(below + 1) - at(below));
}

/** Mean of a few seeds with a 95 % Student interval; one value gives an infinite interval, since it says nothing of the spread. */
export function studentInterval(values: ArrayLike<number>): Interval {
  const centre = mean(values);
  if (values.length < 2) return { mean: centre, low: -Infinity, high: Infinity };
  const half = ((studentT975[values.length - 2] ?? 1.96) * sampleStd(values)) / Math.sqrt(values.length);
  return { mean: centre, low: centre - half, high: centre + half };
}
