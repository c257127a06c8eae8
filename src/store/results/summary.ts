/** What came out of a series of seeds, and how it differs from another one or from its starting model. Pure. */
import { bootstrapColumns, mean, type Interval } from '../../lib/stats';
import type { EvaluationRow } from '../../records/rows';
import type { Run } from '../runs/runs';
import { manyTries } from './chosenK';
import { whyNotCompared } from './comparable';
import { overSeeds, overSeedsAndProblems, passColumns } from './passColumns';
import { meanRuns, type RunSeries } from '../runs/series';

/** A difference; without ends where the two were not measured on the same problems. */
export interface Difference {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Measure {
  /** NaN where nothing was measured. */
  readonly value: number;
  /** 95 %: bootstrap over problems for one seed, over problems and seeds for several where problems are known, else Student over seeds.
   * Null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Null without a baseline. */
  readonly difference: Difference | null;
}

export interface SeriesSummary {
  readonly series: RunSeries;
  /** Seeds that the means are taken over. */
  readonly seeds: number;
  /** Of many tries (chosenK.ts); null before the first evaluation. */
  readonly manyK: number | null;
  readonly passAtOne: Measure;
  readonly passAtMany: Measure;
  readonly entropyNats: Measure;
  readonly distinctCorrect: Measure;
  /** Over all seeds, unfinished ones included. */
  readonly tokens: number;
  readonly seconds: number;
}

const latest = (run: Run): EvaluationRow | undefined => run.evaluations.at(-1);

export interface FanPoint {
  readonly k: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

const within = (end: number | null): number | null => (end === null ? null : Math.min(1, Math.max(0, end)));

/** The latest fan of these runs: one run with its band over problems, or the mean of several with one over problems and seeds, cut at 0 and 1. */
export function latestFan(runs: readonly Run[]): readonly FanPoint[] {
  const rows = runs.flatMap((run) => latest(run) ?? []);
  const fans = rows.flatMap(({ passAtK }) => passAtK);
  if (runs.length < 2) return fans;
  return [...new Set(fans.map(({ k }) => k))].flatMap((k) => {
    const means = fans.filter((entry) => entry.k === k).map((entry) => entry.mean);
    if (means.length < runs.length) return [];
    const { mean: centre, low, high } = overSeedsAndProblems(rows, k, means);
    return [{ k, mean: centre, low: within(low), high: within(high) }];
  });
}

/** Bootstrap over problems; the seed is fixed, so that a table shows the same numbers each time it is drawn. */
const BOOTSTRAP_SEED = 0;

/** Mean over seeds of pass@k of `a` minus that of `b` over the same problems, for each k with its 95 % paired bootstrap interval, all
 * from the same resamples; null for a k at which the problems are not the same or not known. */
export function pairedFan(
  a: readonly EvaluationRow[],
  b: readonly EvaluationRow[],
  ks: readonly number[],
): readonly (Interval | null)[] {
  const ids = a[0]?.problemIds ?? [];
  const differences = ks.map((k) => {
    const [ofA, ofB] = [passColumns(a, k, ids), passColumns(b, k, ids)];
    if (!ofA || !ofB) return null;
    const centre = (columns: readonly (readonly number[])[], problem: number): number =>
      mean(columns.map((column) => column[problem] ?? 0));
    return ids.map((_, problem) => centre(ofA, problem) - centre(ofB, problem));
  });
  const known = differences.flatMap((column) => (column ? [column] : []));
  const intervals = bootstrapColumns(
    (known[0] ?? []).map((_, problem) => known.map((column) => column[problem] ?? 0)),
    BOOTSTRAP_SEED,
  );
  return differences.map((column) => (column ? (intervals[known.indexOf(column)] ?? null) : null));
}

/** The same for one k. */
export const pairedPass = (a: readonly EvaluationRow[], b: readonly EvaluationRow[], k: number): Interval | null =>
  pairedFan(a, b, [k])[0] ?? null;

/** The table is drawn several times a second while one run grows: intervals that did not change are not computed again. */
const knownPairs = new Map<string, Interval | null>();
const MOST_KNOWN = 500;

function pairedLatest(a: readonly Run[], b: readonly Run[], k: number): Interval | null {
  const name = (runs: readonly Run[]): string =>
    runs.map((run) => `${run.id}@${latest(run)?.step ?? -1}#${run.evaluations.length}`).join();
  const key = `${name(a)} ${name(b)} ${k}`;
  const cached = knownPairs.get(key);
  if (cached !== undefined) return cached;
  const rows = (runs: readonly Run[]): EvaluationRow[] => runs.flatMap((run) => latest(run) ?? []);
  const result = pairedPass(rows(a), rows(b), k);
  if (knownPairs.size >= MOST_KNOWN) knownPairs.clear();
  knownPairs.set(key, result);
  return result;
}

function passMeasure(runs: readonly Run[], k: number | null, baseline: readonly Run[] | null): Measure {
  const own = latestFan(runs).find((entry) => entry.k === k);
  if (!own || k === null) return { value: NaN, low: null, high: null, difference: null };
  const other = baseline && latestFan(baseline).find((entry) => entry.k === k);
  const paired = baseline && other ? pairedLatest(runs, baseline, k) : null;
  return {
    value: own.mean,
    low: own.low,
    high: own.high,
    difference: other ? (paired ?? { mean: own.mean - other.mean, low: null, high: null }) : null,
  };
}

function scalarMeasure(
  runs: readonly Run[],
  read: (row: EvaluationRow) => number,
  baseline: readonly Run[] | null,
): Measure {
  const values = (of: readonly Run[]): number[] =>
    of.flatMap((run) => {
      const row = latest(run);
      return row ? [read(row)] : [];
    });
  const own = values(runs);
  const other = baseline ? values(baseline) : [];
  const interval = overSeeds(own);
  const value = own.length ? mean(own) : NaN;
  return {
    value,
    low: interval.low,
    high: interval.high,
    difference: other.length ? { mean: value - mean(other), low: null, high: null } : null,
  };
}

/** `baseline`: null, or the series that the others are compared with; it is not compared with itself, nor with what answered other questions. */
export function summarise(series: RunSeries, baseline: RunSeries | null): SeriesSummary {
  const runs = meanRuns(series);
  const comparable = baseline !== null && whyNotCompared(series.first.experiment, baseline.first.experiment) === null;
  const against = comparable && baseline.id !== series.id ? meanRuns(baseline) : null;
  const manyK = manyTries(latestFan(runs).map(({ k }) => k));
  const total = (read: (run: Run) => number): number => series.runs.reduce((sum, run) => sum + read(run), 0);
  return {
    series,
    seeds: runs.length,
    manyK,
    passAtOne: passMeasure(runs, 1, against),
    passAtMany: passMeasure(runs, manyK, against),
    entropyNats: scalarMeasure(runs, (row) => row.entropyNats, against),
    distinctCorrect: scalarMeasure(runs, (row) => row.distinctCorrect, against),
    tokens: total((run) => run.status.tokensUsed),
    seconds: total((run) => run.status.secondsUsed),
  };
}

export type SortKey =
  'made' | 'name' | 'passAtOne' | 'passAtMany' | 'entropyNats' | 'distinctCorrect' | 'tokens' | 'seconds';

export interface SortOrder {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Sorted copy; what was not measured comes last either way, equals stay in the order they were made. */
export function sortSummaries(summaries: readonly SeriesSummary[], { key, descending }: SortOrder): SeriesSummary[] {
  if (key === 'made') return descending ? [...summaries].reverse() : [...summaries];
  const sign = descending ? -1 : 1;
  if (key === 'name') return [...summaries].sort((a, b) => sign * a.series.name.localeCompare(b.series.name));
  const valueOf = (summary: SeriesSummary): number => {
    const measured = summary[key];
    return typeof measured === 'number' ? measured : measured.value;
  };
  return [...summaries].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  });
}
