/** Runs with a start and an end, told by how many of 16 answers to each problem are right. */
import { passAtK } from '../../lib/stats';
import type { EvaluationRow } from '../../records/rows';
import { idleStatus } from '../../worker/protocol';
import { idleRun } from '../runs/run.fixture';
import type { Run } from '../runs/runs';

const SAMPLES = 16;
const KS = [1, 2, 4, 8, 16];

/** An evaluation of so many right answers of 16 on each problem. */
function evaluation(step: number, correct: readonly number[], entropyNats: number): EvaluationRow {
  return {
    step,
    tokens: 0,
    seconds: 0,
    passAtK: KS.map((k) => {
      const mean = correct.reduce((sum, right) => sum + passAtK(SAMPLES, right, k), 0) / correct.length;
      return { k, mean, low: mean - 0.05, high: mean + 0.05 };
    }),
    greedyAccuracy: NaN,
    entropyNats,
    distinctCorrect: NaN,
    problems: correct.length,
    samples: SAMPLES,
    correct,
    problemIds: correct.map((_, index) => `p${index}`),
  };
}

/** `entropy`: at the start and at the end, nats. */
export function evaluatedRun(
  before: readonly number[],
  after: readonly number[],
  id = 'r',
  entropy: readonly [number, number] = [NaN, NaN],
): Run {
  return idleRun(id, {
    seriesId: 's',
    evaluations: [evaluation(0, before, entropy[0]), evaluation(10, after, entropy[1])],
    status: { ...idleStatus(10), phase: 'finished' },
  });
}

/** `count` problems. */
export const problems = (count: number, right: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, index) => right(index));
