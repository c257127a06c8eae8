/** What a run promises in a link, and whether another run kept it. */
import { sameValue } from '../../experiment/diff';
import { fingerprintRun } from '../../share/fingerprint';
import type { LinkResult } from '../../share/linkResult';
import type { EvaluationRow } from '../../records/rows';
import { isWithin, largestGap } from './compareResult';
import type { Run } from '../runs/runs';
import { idleStatus } from '../../worker/protocol';
import type { Experiment } from '../../experiment/types';

/** A run to look at, from the curves that a link carries. */
export function runFromResult(result: LinkResult, experiment: Experiment, id: string, slot: number): Run {
  const tokens = 0;
  // No sampled evaluation has a k beyond its samples.
  const exact = result.ks.some((k) => k > experiment.evaluation.samples);
  const seconds = 0;
  return {
    id,
    seriesId: id,
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
      ...(exact ? { method: 'exact' } : {}),
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
    forkedFrom: null,
    adapter: result.adapter,
    startedAt: 0,
    forces: [],
    promised: null,
  };
}

export interface Verdict {
  /** In every bit, within the tolerance of another adapter, or neither. */
  readonly kind: 'equal' | 'within' | 'apart' | 'steered';
  readonly words: string;
}

/** Null until the run has finished, or when nothing was promised. */
export function verdictOf(run: Run): Verdict | null {
  const { promised } = run;
  if (!promised || run.status.phase !== 'finished') return null;
  if (fingerprintRun(run) === promised.fingerprint)
    return { kind: 'equal', words: 'Reproduced: every number equals the one in the link' };
  if (!sameValue(run.edits, run.experiment.edits))
    return { kind: 'steered', words: 'Not compared with the link: values were changed by hand while it ran' };
  const sameName = promised.adapter === run.adapter;
  const adapters = `recorded on ${promised.adapter || 'an unknown adapter'}, here on ${run.adapter || 'an unknown adapter'}`;
  const gap = largestGap(run, promised);
  if (!gap) return { kind: 'apart', words: `Differs from the link, which holds no curve to compare (${adapters})` };
  const number = (value: number): string => (gap.unit === 'nats' ? value.toFixed(3) : value.toFixed(1));
  const size = `${number(gap.size)} ${gap.unit} of ${gap.what}, allowed ${number(gap.allowed)}`;
  if (!isWithin(gap))
    return {
      kind: 'apart',
      words: `The numbers contradict the link: ${size}. Other drivers and builds explain no more than that; its curves are not those of its experiment, or one of the two programs is wrong (${adapters})`,
    };
  const rounding = sameName
    ? 'the adapter has the same name, so another driver or another build of this page rounds differently'
    : adapters;
  return { kind: 'within', words: `Reproduced within tolerance: largest difference ${size} (${rounding})` };
}
