/** What a run promises in a link, and whether another run kept it. */
import { fingerprintRun } from '../share/fingerprint';
import type { LinkResult } from '../share/linkResult';
import type { EvaluationRow } from '../worker/rows';
import { idleStatus, type Run } from './runs';
import type { Experiment } from '../experiment/types';

/** Points per curve: a link stays a few thousand characters. */
const POINTS = 48;

const brief = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(4)) : 0;

function thin<T>(values: readonly T[], limit: number): T[] {
  if (values.length <= limit) return [...values];
  return Array.from(
    { length: limit },
    (_, index) => values[Math.round((index * (values.length - 1)) / (limit - 1))],
  ).filter((value) => value !== undefined);
}

export function resultOf(run: Run): LinkResult {
  const rows = thin(run.rows, POINTS);
  return {
    adapter: run.adapter.slice(0, 200),
    fingerprint: fingerprintRun(run),
    steps: rows.map((row) => row.step),
    correctRatio: rows.map((row) => brief(row['correctRatio'])),
    entropyNats: rows.map((row) => brief(row['entropyNats'])),
    ks: run.evaluations[0]?.passAtK.map(({ k }) => k) ?? [],
    evaluations: thin(run.evaluations, 24).map((row) => [row.step, row.passAtK.map(({ mean }) => brief(mean))]),
  };
}

/** A run to look at, from the curves that a link carries. */
export function runFromResult(result: LinkResult, experiment: Experiment, id: string, slot: number): Run {
  const tokens = 0;
  const seconds = 0;
  return {
    id,
    name: 'from the link',
    slot,
    visible: true,
    origin: 'link',
    experiment,
    edits: experiment.edits,
    rows: result.steps.map((step, index) => ({
      step,
      tokens,
      seconds,
      correctRatio: result.correctRatio[index] ?? NaN,
      entropyNats: result.entropyNats[index] ?? NaN,
    })),
    evaluations: result.evaluations.map(([step, means]): EvaluationRow => ({
      step,
      tokens,
      seconds,
      passAtK: result.ks.map((k, index) => ({
        k,
        mean: means[index] ?? 0,
        low: means[index] ?? 0,
        high: means[index] ?? 0,
      })),
      greedyAccuracy: NaN,
      entropyNats: NaN,
      distinctCorrect: NaN,
      problems: 0,
      samples: 0,
      correct: [],
      problemIds: [],
    })),
    status: { ...idleStatus(experiment.steps), phase: 'finished', step: experiment.steps },
    note: '',
    adapter: result.adapter,
    startedAt: 0,
    promised: null,
  };
}

export interface Verdict {
  readonly reproduced: boolean;
  readonly words: string;
}

/** Null until the run has finished, or when nothing was promised. */
export function verdictOf(run: Run): Verdict | null {
  const { promised } = run;
  if (!promised || run.status.phase !== 'finished') return null;
  if (fingerprintRun(run) === promised.fingerprint)
    return { reproduced: true, words: 'Reproduced: every number equals the one in the link' };
  const gaps = promised.evaluations.flatMap(([step, means]) => {
    const own = run.evaluations.find((row) => row.step === step);
    return own ? means.map((mean, index) => Math.abs(mean - (own.passAtK[index]?.mean ?? NaN))) : [];
  });
  const largest = Math.max(0, ...gaps.filter(Number.isFinite));
  const where =
    promised.adapter === run.adapter
      ? 'on an adapter of the same name'
      : `there on ${promised.adapter || 'an unknown adapter'}, here on ${run.adapter || 'an unknown adapter'}`;
  return { reproduced: false, words: `Differs by at most ${(largest * 100).toFixed(1)} points of Pass@k (${where})` };
}
