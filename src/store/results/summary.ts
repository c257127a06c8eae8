/** What came out of a series of seeds, and how it differs from another one or from its starting model. Pure. */
import { mean, pairedDifference, studentInterval, type Interval } from '../../lib/stats';
import { problemPass } from '../../records/problemPass';
import type { EvaluationRow } from '../../records/rows';
import type { Run } from '../runs/runs';
import { whyNotCompared } from './comparable';
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
  /** 95 %: bootstrap over problems for one seed, Student over several seeds. Null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Null without a baseline. */
  readonly difference: Difference | null;
}

export interface SeriesSummary {
  readonly series: RunSeries;
  /** Seeds that the means are taken over. */
  readonly seeds: number;
  /** The largest k that was evaluated; null before the first evaluation. */
  readonly largestK: number | null;
  readonly passAtOne: Measure;
  readonly passAtLargest: Measure;
  readonly entropyNats: Measure;
  readonly distinctCorrect: Measure;
  /** Over all seeds, unfinished ones included. */
  readonly tokens: number;
  readonly seconds: number;
}

const latest = (run: Run): EvaluationRow | undefined => run.evaluations.at(-1);

/** Two seeds say next to nothing of their spread (t is 12.7): an interval over seeds stands from three on. */
export const LEAST_SEEDS = 3;

/** Mean over seeds with its 95 % Student interval, null ends where there are too few. */
export function overSeeds(values: readonly number[]): { mean: number; low: number | null; high: number | null } {
  return values.length < LEAST_SEEDS ? { mean: mean(values), low: null, high: null } : studentInterval(values);
}

export interface FanPoint {
  readonly k: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

const within = (end: number | null): number | null => (end === null ? null : Math.min(1, Math.max(0, end)));

/** The latest fan of these runs: one run with its band over problems, or the mean of several with a Student interval over seeds, cut at 0 and 1. */
export function latestFan(runs: readonly Run[]): readonly FanPoint[] {
  const fans = runs.flatMap((run) => latest(run)?.passAtK ?? []);
  if (runs.length < 2) return fans;
  return [...new Set(fans.map(({ k }) => k))].flatMap((k) => {
    const means = fans.filter((entry) => entry.k === k).map((entry) => entry.mean);
    if (means.length < runs.length) return [];
    const { mean: centre, low, high } = overSeeds(means);
    return [{ k, mean: centre, low: within(low), high: within(high) }];
  });
}

/** Pass@k of each problem, mean over the rows (seeds). Null where they did not evaluate the same problems with enough samples. */
function perProblem(rows: readonly EvaluationRow[], k: number, problemIds: readonly string[]): number[] | null {
  const columns = rows.map((row) => problemPass(row, k) ?? []);
  const same = rows.every(
    (row, index) =>
      columns[index]?.length === problemIds.length &&
      row.problemIds.length === problemIds.length &&
      row.problemIds.every((id, problem) => id === problemIds[problem]),
  );
  if (!same || rows.length === 0 || problemIds.length === 0) return null;
  return problemIds.map((_, problem) => mean(columns.map((column) => column[problem] ?? 0)));
}

/** Bootstrap over problems; the seed is fixed, so that a table shows the same numbers each time it is drawn. */
const BOOTSTRAP_SEED = 0;

/** Mean of pass@k of `a` minus that of `b` over the same problems, with its 95 % paired bootstrap interval; null where they are not the same. */
export function pairedPass(a: readonly EvaluationRow[], b: readonly EvaluationRow[], k: number): Interval | null {
  const ids = a[0]?.problemIds ?? [];
  const ofA = perProblem(a, k, ids);
  const ofB = perProblem(b, k, ids);
  return ofA && ofB ? pairedDifference(ofA, ofB, BOOTSTRAP_SEED) : null;
}

/** The table is drawn several times a second while one run grows: intervals that did not change are not computed again. */
const known = new Map<string, Interval | null>();
const MOST_KNOWN = 500;

function pairedLatest(a: readonly Run[], b: readonly Run[], k: number): Interval | null {
  const name = (runs: readonly Run[]): string =>
    runs.map((run) => `${run.id}@${latest(run)?.step ?? -1}#${run.evaluations.length}`).join();
  const key = `${name(a)} ${name(b)} ${k}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const rows = (runs: readonly Run[]): EvaluationRow[] => runs.flatMap((run) => latest(run) ?? []);
  const result = pairedPass(rows(a), rows(b), k);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, result);
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
  const largestK = latestFan(runs).at(-1)?.k ?? null;
  const total = (read: (run: Run) => number): number => series.runs.reduce((sum, run) => sum + read(run), 0);
  return {
    series,
    seeds: runs.length,
    largestK,
    passAtOne: passMeasure(runs, 1, against),
    passAtLargest: passMeasure(runs, largestK, against),
    entropyNats: scalarMeasure(runs, (row) => row.entropyNats, against),
    distinctCorrect: scalarMeasure(runs, (row) => row.distinctCorrect, against),
    tokens: total((run) => run.status.tokensUsed),
    seconds: total((run) => run.status.secondsUsed),
  };
}

export type SortKey =
  'made' | 'name' | 'passAtOne' | 'passAtLargest' | 'entropyNats' | 'distinctCorrect' | 'tokens' | 'seconds';

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
