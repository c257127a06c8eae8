/** Several experiments x several seeds, as pure data: what to run, and what came of it. Seeds are shared by all experiments, so
 * that runs are paired by prompts, and the evaluation's seed by all runs, so that they are paired by held-out problems. */
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import { bootstrapMean, studentInterval, type Interval } from '../lib/stats';
import type { EvaluationRow } from '../records/metrics';
import { fanKs, problemPass } from '../records/problemPass';

export interface NamedExperiment {
  /** Letters, digits, dots and dashes: it names files. */
  readonly name: string;
  readonly experiment: Experiment;
}

export interface SweepRun {
  /** `name-seedN`, a safe file name. */
  readonly id: string;
  readonly name: string;
  readonly seed: number;
  readonly experiment: Experiment;
}

/** Every run of a sweep: seed by seed, so that an interrupted sweep has compared all experiments on the seeds it got to.
 * Throws `InputError` on names that repeat or are no file names. */
export function sweepRuns(experiments: readonly NamedExperiment[], seeds: number, firstSeed = 0): SweepRun[] {
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 10_000)
    throw new InputError('seeds', seeds, 'an integer from 1 to 10000');
  const names = experiments.map(({ name }) => name);
  names.forEach((name, index) => {
    if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name))
      throw new InputError(`experiments.${index}.name`, name, 'letters, digits, dots and dashes');
    if (names.indexOf(name) !== index) throw new InputError(`experiments.${index}.name`, name, 'a name of its own');
  });
  return Array.from({ length: seeds }, (_, offset) => firstSeed + offset).flatMap((seed) =>
    experiments.map(({ name, experiment }) => ({
      id: `${name}-seed${seed}`,
      name,
      seed,
      experiment: { ...experiment, seed },
    })),
  );
}

export interface FinishedRun {
  readonly name: string;
  readonly seed: number;
  /** At the start and at the end. */
  readonly first: EvaluationRow;
  readonly last: EvaluationRow;
}

/** One measure of one experiment. */
export interface SummaryRow {
  readonly name: string;
  /** `pass@8`, `greedyAccuracy`, `entropyNats`, `distinctCorrect`. */
  readonly measure: string;
  readonly seeds: number;
  /** Over seeds, Student's t: what another seed would give. Infinite for one seed. */
  readonly overSeeds: Interval;
  /** Over problems, bootstrap, of each problem's mean over seeds; null where the measure is not per problem. */
  readonly overProblems: Interval | null;
  /** Minus the starting model, over seeds. */
  readonly gain: Interval;
  /** Minus the first experiment of the sweep on the same seeds, over seeds; null for that one itself. */
  readonly againstFirst: Interval | null;
}

interface Measure {
  readonly name: string;
  of(row: EvaluationRow): number;
  perProblem?(row: EvaluationRow): number[];
}

function measures(ks: readonly number[]): Measure[] {
  const fan = ks.map((k): Measure => {
    const perProblem = (row: EvaluationRow) => problemPass(row, k) ?? [];
    return { name: `pass@${k}`, of: (row) => row.passAtK.find((point) => point.k === k)?.mean ?? NaN, perProblem };
  });
  return [
    ...fan,
    { name: 'greedyAccuracy', of: (row) => row.greedyAccuracy },
    { name: 'entropyNats', of: (row) => row.entropyNats },
    { name: 'distinctCorrect', of: (row) => row.distinctCorrect },
  ];
}

/** Means and 95 % intervals of every experiment that has a finished run, in the order of `names`. */
export function summarize(names: readonly string[], runs: readonly FinishedRun[], seed = 0): SummaryRow[] {
  const fans = runs.map(({ last }) => fanKs(last));
  const ks = (fans[0] ?? []).filter((k) => fans.every((fan) => fan.includes(k)));
  const baseline = runs.filter(({ name }) => name === names[0]);
  return names.flatMap((name) => {
    const own = runs.filter((run) => run.name === name);
    if (own.length === 0) return [];
    return measures(ks).map((measure): SummaryRow => {
      const paired = own.flatMap((run) => {
        const other = baseline.find((candidate) => candidate.seed === run.seed);
        return other === undefined ? [] : [measure.of(run.last) - measure.of(other.last)];
      });
      return {
        name,
        measure: measure.name,
        seeds: own.length,
        overSeeds: studentInterval(own.map(({ last }) => measure.of(last))),
        overProblems: overProblems(own, measure, seed),
        gain: studentInterval(own.map(({ first, last }) => measure.of(last) - measure.of(first))),
        againstFirst: name === names[0] || paired.length === 0 ? null : studentInterval(paired),
      };
    });
  });
}

function overProblems(runs: readonly FinishedRun[], { perProblem }: Measure, seed: number): Interval | null {
  if (perProblem === undefined) return null;
  const rows = runs.map(({ last }) => perProblem(last));
  const problems = Math.min(...rows.map((row) => row.length));
  const means = Array.from(
    { length: problems },
    (_, problem) => rows.reduce((total, row) => total + (row[problem] ?? 0), 0) / rows.length,
  );
  return bootstrapMean(means, seed);
}

const columns = [
  'name',
  'measure',
  'seeds',
  'mean',
  'seedsLow',
  'seedsHigh',
  'problemsLow',
  'problemsHigh',
  'gain',
  'gainLow',
  'gainHigh',
  'againstFirst',
  'againstFirstLow',
  'againstFirstHigh',
] as const;

/** The summary as CSV, one row per experiment and measure; what does not exist (an interval of one seed) is an empty cell. */
export function summaryCsv(rows: readonly SummaryRow[]): string {
  const cell = (value: number | undefined) =>
    value === undefined || !Number.isFinite(value) ? '' : String(Number(value.toPrecision(6)));
  const lines = rows.map(({ name, measure, seeds, overSeeds, overProblems, gain, againstFirst }) =>
    [
      name,
      measure,
      String(seeds),
      ...[
        overSeeds.mean,
        overSeeds.low,
        overSeeds.high,
        overProblems?.low,
        overProblems?.high,
        gain.mean,
        gain.low,
        gain.high,
      ].map(cell),
      ...[againstFirst?.mean, againstFirst?.low, againstFirst?.high].map(cell),
    ].join(','),
  );
  return [columns.join(','), ...lines, ''].join('\n');
}
