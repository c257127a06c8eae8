/** From runs to what a chart draws: at most 256 points a series, smoothed if asked, NaN as a gap. Pure. */
import type { EvaluationKey, MetricKey, MetricsRow, Stamp } from '../../records/rows';
import type { Run } from '../../store/runs/runs';
import type { XUnit } from '../../store/session';

/** Measured: a Recharts chart costs 19 ms at 256 points and 118 at 5,000 (docs/behaviour.md, Charts). */
export const MAX_POINTS = 256;

export interface SeriesPoint {
  readonly x: number;
  readonly y: number | null;
  readonly raw: number | null;
  readonly low?: number;
  readonly high?: number;
}

/** What is measured at one step by one seed. */
export interface SeedPoint {
  readonly step: number;
  readonly x: number;
  /** Null where the number was not finite. */
  readonly y: number | null;
  readonly low?: number;
  readonly high?: number;
}

/** x of a row; rollouts are counted from 1, so that a row stands where its rollout ended and 0 is the starting model. */
export function xOf(row: Stamp, unit: XUnit, offset: 0 | 1): number {
  return unit === 'step' ? row.step + offset : unit === 'tokens' ? row.tokens : row.seconds;
}

/** Exponential moving average that starts without bias; gaps stay gaps. */
export function smooth(values: readonly (number | null)[], amount: number): (number | null)[] {
  if (amount <= 0) return [...values];
  let average = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    average = amount * average + (1 - amount) * value;
    weight = amount * weight + (1 - amount);
    return average / weight;
  });
}

/** Means of equal bins, so that no more than `limit` points are left; a bin without a finite value is a gap. */
export function downsample(points: readonly SeriesPoint[], limit: number): readonly SeriesPoint[] {
  if (points.length <= limit) return points;
  const size = points.length / limit;
  const mean = (
    bin: readonly SeriesPoint[],
    pick: (point: SeriesPoint) => number | null | undefined,
  ): number | null => {
    const values = bin.map(pick).filter((value) => value !== null && value !== undefined);
    return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  };
  return Array.from({ length: limit }, (_, index) => {
    const bin = points.slice(
      Math.floor(index * size),
      Math.max(Math.floor((index + 1) * size), Math.floor(index * size) + 1),
    );
    const low = mean(bin, (point) => point.low);
    const high = mean(bin, (point) => point.high);
    return {
      x: bin.at(-1)?.x ?? 0,
      y: mean(bin, (point) => point.y),
      raw: mean(bin, (point) => point.raw),
      ...(low !== null && high !== null ? { low, high } : {}),
    };
  });
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** A metric of one run, one point per rollout; none where the row does not have it (curves out of a link). */
export function metricPoints(run: Run, key: MetricKey, unit: XUnit): SeedPoint[] {
  return run.rows.flatMap((row) =>
    row[key] === undefined ? [] : [{ step: row.step, x: xOf(row, unit, 1), y: finite(row[key]) }],
  );
}

/** A number of each evaluation of one run, where it has it; a link carries none. */
export function evaluationPoints(run: Run, key: EvaluationKey, unit: XUnit): SeedPoint[] {
  if (run.origin === 'link') return [];
  return run.evaluations.flatMap((row) =>
    row[key] === undefined ? [] : [{ step: row.step, x: xOf(row, unit, 0), y: finite(row[key]) }],
  );
}

/** Nothing was pushed in this rollout (lambda = beta = 0, all groups alike): what only an update has is not there, but was no
 * failure either. */
const withoutUpdate = ({ updates, skippedUpdates = 0 }: MetricsRow): boolean => updates === 0 && skippedUpdates === 0;

/** Whether a number that should be there was not finite. */
export const hasBroken = (run: Run, key: MetricKey): boolean =>
  run.rows.some((row) => row[key] !== undefined && !Number.isFinite(row[key]) && !withoutUpdate(row));

/** Pass@k over time with its band over problems. */
export function passPoints(run: Run, k: number, unit: XUnit): SeedPoint[] {
  return run.evaluations.flatMap((row) => {
    const entry = row.passAtK.find((candidate) => candidate.k === k);
    return entry
      ? [{ step: row.step, x: xOf(row, unit, 0), y: finite(entry.mean), low: entry.low, high: entry.high }]
      : [];
  });
}

/** Smoothed and thinned for drawing; the unsmoothed values stay in `raw`. */
export function drawable(points: readonly SeriesPoint[], smoothing: number, limit: number): readonly SeriesPoint[] {
  if (smoothing <= 0) return downsample(points, limit);
  const line = smooth(
    points.map((point) => point.y),
    smoothing,
  );
  const ends = (pick: (point: SeriesPoint) => number | undefined): (number | null)[] =>
    smooth(
      points.map((point) => pick(point) ?? null),
      smoothing,
    );
  const lows = ends((point) => point.low);
  const highs = ends((point) => point.high);
  return downsample(
    points.map((point, index) => {
      const low = lows[index] ?? null;
      const high = highs[index] ?? null;
      return {
        x: point.x,
        y: line[index] ?? null,
        raw: point.raw,
        ...(low !== null && high !== null ? { low, high } : {}),
      };
    }),
    limit,
  );
}

export interface NamedSeries {
  readonly key: string;
  readonly points: readonly SeriesPoint[];
}

export type ChartRow = { readonly x: number } & Readonly<Record<string, number | readonly [number, number] | null>>;

type Cells = Record<string, number | readonly [number, number] | null>;

/** One row per x with a column per series, and `key:raw` and `key:band` beside it, as Recharts wants it. Where a series has no point of its own
 * (runs differ in tokens and seconds), the straight line between its neighbours is filled in and marked `key:between`; a gap stays a gap. */
export function mergeSeries(series: readonly NamedSeries[]): ChartRow[] {
  const xs = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b);
  const rows = xs.map((): Cells => ({}));
  for (const { key, points: unsorted } of series) {
    const points = [...unsorted].sort((a, b) => a.x - b.x);
    let next = 0;
    for (const [index, x] of xs.entries()) {
      const row = rows[index];
      while ((points[next]?.x ?? Infinity) < x) next++;
      const here = points[next];
      const before = points[next - 1];
      if (!row || !here || (here.x !== x && !before)) continue;
      const point = here.x === x || !before ? here : between(before, here, x);
      row[key] = point.y;
      row[`${key}:raw`] = point.raw;
      if (here.x !== x) row[`${key}:between`] = 1;
      if (point.low !== undefined && point.high !== undefined) row[`${key}:band`] = [point.low, point.high];
    }
  }
  return xs.map((x, index) => ({ ...rows[index], x }));
}

function between(before: SeriesPoint, after: SeriesPoint, x: number): SeriesPoint {
  const share = (x - before.x) / (after.x - before.x);
  const mix = (a: number | null | undefined, b: number | null | undefined): number | null =>
    a === null || b === null || a === undefined || b === undefined ? null : a + share * (b - a);
  const low = mix(before.low, after.low);
  const high = mix(before.high, after.high);
  return {
    x,
    y: mix(before.y, after.y),
    raw: mix(before.raw, after.raw),
    ...(low !== null && high !== null ? { low, high } : {}),
  };
}
