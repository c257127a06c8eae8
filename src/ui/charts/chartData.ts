/** From runs to what a chart draws: at most 256 points a series, smoothed if asked, NaN as a gap. Pure. */
import type { Run } from '../../store/runs';
import type { XUnit } from '../../store/session';

/** Measured: a Recharts chart costs 19 ms at 256 points and 118 at 5,000 (ux.md). */
export const MAX_POINTS = 256;

export interface SeriesPoint {
  readonly x: number;
  readonly y: number | null;
  readonly raw: number | null;
  readonly low?: number;
  readonly high?: number;
}

interface Stamped {
  readonly step: number;
  readonly tokens: number;
  readonly seconds: number;
}

/** x of a row; rollouts are counted from 1, so that a row stands where its rollout ended and 0 is the starting model. */
export function xOf(row: Stamped, unit: XUnit, offset: 0 | 1): number {
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
  const mean = (bin: readonly SeriesPoint[], pick: (point: SeriesPoint) => number | null): number | null => {
    const values = bin.map(pick).filter((value) => value !== null);
    return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  };
  return Array.from({ length: limit }, (_, index) => {
    const bin = points.slice(
      Math.floor(index * size),
      Math.max(Math.floor((index + 1) * size), Math.floor(index * size) + 1),
    );
    return { x: bin.at(-1)?.x ?? 0, y: mean(bin, (point) => point.y), raw: mean(bin, (point) => point.raw) };
  });
}

const finite = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export function metricSeries(
  run: Run,
  read: (row: Run['rows'][number]) => number | undefined,
  unit: XUnit,
  smoothing: number,
  limit: number,
): readonly SeriesPoint[] {
  const raw = run.rows.map((row) => finite(read(row)));
  const smoothed = smooth(raw, smoothing);
  return downsample(
    run.rows.map((row, index) => ({ x: xOf(row, unit, 1), y: smoothed[index] ?? null, raw: raw[index] ?? null })),
    limit,
  );
}

/** Pass@k over time with its band. */
export function passSeries(run: Run, k: number, unit: XUnit): readonly SeriesPoint[] {
  return run.evaluations.flatMap((row) => {
    const entry = row.passAtK.find((candidate) => candidate.k === k);
    return entry
      ? [{ x: xOf(row, unit, 0), y: finite(entry.mean), raw: finite(entry.mean), low: entry.low, high: entry.high }]
      : [];
  });
}

export interface NamedSeries {
  readonly key: string;
  readonly points: readonly SeriesPoint[];
}

export type ChartRow = { readonly x: number } & Readonly<Record<string, number | readonly [number, number] | null>>;

/** One row per x with a column per series, and `key:raw` and `key:band` beside it, as Recharts wants it. */
export function mergeSeries(series: readonly NamedSeries[]): ChartRow[] {
  const rows = new Map<number, Record<string, number | readonly [number, number] | null>>();
  for (const { key, points } of series) {
    for (const point of points) {
      const row = rows.get(point.x) ?? {};
      row[key] = point.y;
      row[`${key}:raw`] = point.raw;
      if (point.low !== undefined && point.high !== undefined) row[`${key}:band`] = [point.low, point.high];
      rows.set(point.x, row);
    }
  }
  return [...rows.entries()].sort(([a], [b]) => a - b).map(([x, row]) => ({ ...row, x }));
}

/** Smallest k from which the run is no better than its starting model: where its Pass@k curve crosses that of the base. Null when it does not cross. */
export function crossoverK(
  now: readonly { readonly k: number; readonly mean: number }[],
  base: readonly { readonly k: number; readonly mean: number }[],
): number | null {
  const first = now[0];
  const firstBase = base[0];
  if (!first || !firstBase || first.mean <= firstBase.mean) return null;
  return (
    now.find((entry) => (base.find((candidate) => candidate.k === entry.k)?.mean ?? -Infinity) > entry.mean)?.k ?? null
  );
}
