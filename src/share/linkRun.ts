/** A finished run as a link carries it: the experiment as it was really run, and what came out, of one record. */
import type { Experiment, ExperimentEdit } from '../experiment/types';
import type { EvaluationRow, MetricsRow } from '../records/rows';
import { fingerprintRun } from './fingerprint';
import type { LinkResult } from './linkResult';

/** Finished, because the fingerprint is one of every number that the experiment gives. */
export interface FinishedRun {
  /** As it started. */
  readonly experiment: Experiment;
  /** Edits that acted. */
  readonly edits: readonly ExperimentEdit[];
  readonly rows: readonly MetricsRow[];
  readonly evaluations: readonly EvaluationRow[];
  readonly adapter: string;
  readonly status: { readonly phase: 'finished' };
}

/** Whoever runs this replays what was done by hand. */
export const experimentOf = (run: Pick<FinishedRun, 'experiment' | 'edits'>): Experiment => ({
  ...run.experiment,
  edits: run.edits,
});

/** Points per curve: a link stays a few thousand characters. */
const POINTS = 48;
const EVALUATIONS = 24;

const brief = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(4)) : 0;

function thin<T>(values: readonly T[], limit: number): T[] {
  if (values.length <= limit) return [...values];
  return Array.from(
    { length: limit },
    (_, index) => values[Math.round((index * (values.length - 1)) / (limit - 1))],
  ).filter((value) => value !== undefined);
}

export function resultOf(run: FinishedRun): LinkResult {
  const rows = thin(run.rows, POINTS);
  return {
    adapter: run.adapter.slice(0, 200),
    fingerprint: fingerprintRun(run),
    steps: rows.map((row) => row.step),
    correctRatio: rows.map((row) => brief(row.correctRatio)),
    entropyNats: rows.map((row) => brief(row.entropyNats)),
    ks: run.evaluations[0]?.passAtK.map(({ k }) => k) ?? [],
    evaluations: thin(run.evaluations, EVALUATIONS).map((row) => [
      row.step,
      row.passAtK.map(({ mean }) => brief(mean)),
    ]),
  };
}
