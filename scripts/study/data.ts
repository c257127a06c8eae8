/** The kept runs of docs/runs as data, and what the tables ask of several seeds of one experiment. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrapMean, mean, pairedDifference, type Interval } from '../../src/lib/stats.ts';
import type { EvaluationRow, MetricsRow } from '../../src/records/metrics.ts';
import { problemPass } from '../../src/records/problemPass.ts';
import { coldBase, type StudyGroup, type StudyRun } from './plan.ts';
import { coldFile } from './runner.ts';

export type StepRow = Omit<MetricsRow, 'rollouts'>;

export interface KeptRun {
  readonly id: string;
  readonly group: StudyGroup;
  readonly name: string;
  readonly seed: number;
  readonly steps: readonly StepRow[];
  readonly evaluations: readonly EvaluationRow[];
  /** The final model at the papers' temperature; null where that was not measured. */
  readonly cold: EvaluationRow | null;
}

/** Those of `planned` that are finished, in the plan's order. */
export function readRuns(kept: string, planned: readonly StudyRun[]): KeptRun[] {
  const cold = readCold(kept, coldBase.id);
  const base: KeptRun = { ...coldBase, group: 'main', name: 'base', seed: 0, steps: [], evaluations: [], cold };
  const finished = planned.flatMap(({ id, group, name, seed }) => {
    if (!existsSync(join(kept, id, 'result.json'))) return [];
    const lines = readFileSync(join(kept, id, 'metrics.jsonl'), 'utf8').split('\n');
    const rows = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
    const steps = rows.flatMap((row) => (row.type === 'step' ? [row] : []));
    const evaluations = rows.flatMap((row) => (row.type === 'evaluation' ? [row] : []));
    return [{ id, group, name, seed, steps, evaluations, cold: readCold(kept, id) }];
  });
  return cold === null ? finished : [...finished, base];
}

/** What `nsr eval` gave at the papers' temperature for a run, or for the base. */
export function readCold(kept: string, id: string): EvaluationRow | null {
  const file = join(kept, id, coldFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as EvaluationRow) : null;
}

type Line =
  | ({ readonly type: 'step' } & StepRow)
  | ({ readonly type: 'evaluation' } & EvaluationRow)
  | { readonly type: 'edit' | 'rewind' };

/** Several seeds of one experiment at one evaluation: what each problem and each seed gave. */
export interface Pool {
  readonly name: string;
  readonly seeds: readonly number[];
  /** Solved share at k per problem, mean over seeds. */
  perProblem(k: number): readonly number[];
  /** A scalar of the evaluation, one value per seed. */
  perSeed(of: (row: EvaluationRow) => number): readonly number[];
}

/** The seeds of `name` in `group` that were evaluated at `step`; null where there is none. */
export function poolAt(runs: readonly KeptRun[], group: StudyGroup, name: string, step: number): Pool | null {
  const own = runs.flatMap((run) => {
    const row = run.evaluations.find((evaluation) => evaluation.step === step);
    return run.group === group && run.name === name && row !== undefined ? [{ seed: run.seed, row }] : [];
  });
  return own.length === 0 ? null : poolOf(name, own);
}

export function withSeeds(runs: readonly KeptRun[], seeds: readonly number[]): KeptRun[] {
  return runs.filter(({ seed }) => seeds.includes(seed));
}

/** The starting model of a group: every run's evaluation before its first step has the same bits, so one of them. */
export function basePool(runs: readonly KeptRun[], group: StudyGroup): Pool | null {
  const row = runs.find((run) => run.group === group)?.evaluations.find(({ step }) => step === 0);
  return row === undefined ? null : poolOf('base', [{ seed: 0, row }]);
}

/** Base and methods at the papers' temperature. The base stands beside the runs, as a run without steps. */
export function coldPools(runs: readonly KeptRun[], names: readonly string[]): Pool[] {
  const rowsOf = (name: string) =>
    runs.flatMap(({ name: own, seed, cold }) => (own === name && cold !== null ? [{ seed, row: cold }] : []));
  return ['base', ...names].flatMap((name) => {
    const rows = rowsOf(name);
    return rows.length === 0 ? [] : [poolOf(name, rows)];
  });
}

interface SeedRow {
  readonly seed: number;
  readonly row: EvaluationRow;
}

export function poolOf(name: string, own: readonly SeedRow[]): Pool {
  return {
    name,
    seeds: own.map(({ seed }) => seed),
    perProblem: (k) => meanColumns(own.map(({ row }) => problemPass(row, k) ?? [])),
    perSeed: (of) => own.map(({ row }) => of(row)),
  };
}

function meanColumns(rows: readonly (readonly number[])[]): number[] {
  const columns = rows[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, column) => mean(rows.map((row) => row[column] ?? NaN)));
}

/** Decides the bootstrap's draws in every table. */
const bootstrapSeed = 0;

/** pass@k with its interval over problems. */
export function passOf(pool: Pick<Pool, 'perProblem'>, k: number): Interval {
  return bootstrapMean(pool.perProblem(k), bootstrapSeed);
}

/** pass@k of `a` minus that of `b`, paired by problem: seeds are averaged per problem first. */
export function passDifference(a: Pick<Pool, 'perProblem'>, b: Pick<Pool, 'perProblem'>, k: number): Interval {
  return pairedDifference(a.perProblem(k), b.perProblem(k), bootstrapSeed);
}

/** pass@k of one evaluation, mean over problems. */
export const passOfRow = (k: number) => (row: EvaluationRow) => mean(problemPass(row, k) ?? []);

/** An experiment on its way: the pools of every step at which all its seeds were evaluated, oldest first. */
export interface Path {
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly pool: Pool }[];
}

export function pathOf(runs: readonly KeptRun[], group: StudyGroup, name: string): Path | null {
  const own = runs.filter((run) => run.group === group && run.name === name);
  const steps = own[0]?.evaluations.map(({ step }) => step) ?? [];
  const points = steps.flatMap((step) => {
    const pool = poolAt(own, group, name, step);
    return pool !== null && pool.seeds.length === own.length ? [{ step, pool }] : [];
  });
  return own.length === 0 ? null : { name, points };
}

/** Where a path first reaches a pass@1: linear between the two evaluations around it. */
export interface Crossing {
  readonly name: string;
  readonly step: number;
  readonly seeds: readonly number[];
  perProblem(k: number): readonly number[];
  /** Mean over seeds, between the two evaluations. */
  scalar(of: (row: EvaluationRow) => number): number;
}

export function crossingAt({ name, points }: Path, passAt1: number): Crossing | null {
  const reached = points.findIndex(({ pool }) => mean(pool.perProblem(1)) >= passAt1);
  const [after, before] = [points[reached], points[reached - 1]];
  if (after === undefined || before === undefined) return null;
  const [low, high] = [before, after].map(({ pool }) => mean(pool.perProblem(1))) as [number, number];
  const share = (passAt1 - low) / (high - low);
  const between = (a: number, b: number) => a + share * (b - a);
  return {
    name,
    step: between(before.step, after.step),
    seeds: after.pool.seeds,
    perProblem: (k) => {
      const late = after.pool.perProblem(k);
      return before.pool.perProblem(k).map((early, problem) => between(early, late[problem] ?? NaN));
    },
    scalar: (of) => between(mean(before.pool.perSeed(of)), mean(after.pool.perSeed(of))),
  };
}

/** The highest pass@1 that every path has reached at some evaluation. */
export function commonPassAt1(paths: readonly Path[]): number {
  return Math.min(
    ...paths.map(({ points }) => Math.max(...points.slice(1).map(({ pool }) => mean(pool.perProblem(1))))),
  );
}
