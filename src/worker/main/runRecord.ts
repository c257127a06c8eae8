/** What a run has measured so far: the rows that its charts are drawn from, and the training time. */
import type { TrainerEvent } from '../../trainer/train';
import type { EvaluationRow as TrainerEvaluation } from '../../records/metrics';
import type { ForceRow } from '../../records/forces';
import { withForces } from '../../records/forceRows';
import { metricsRow, type EvaluationRow, type MetricsRow } from '../../records/rows';

/** Rows, evaluations, forces and seconds of one moment. */
export interface Measured {
  readonly rows: readonly MetricsRow[];
  readonly evaluations: readonly EvaluationRow[];
  readonly forces: readonly ForceRow[];
  /** Training time so far, pauses not counted. */
  readonly seconds: number;
}

export interface RunRecord {
  /** As of now; the lists are copies. */
  measured(): Measured;
  seconds(): number;
  /** How many steps of the first `before` went by up to and with the last one whose numbers were all finite. */
  lastFiniteStep(before: number): number;
  /** Goes on from an earlier moment, in place of what is here. */
  restore(earlier: Measured): void;
  addStep(event: Extract<TrainerEvent, { type: 'step' }>): MetricsRow;
  addForces(row: ForceRow): void;
  /** `tokens`: sampled in training so far. */
  addEvaluation(event: Extract<TrainerEvent, { type: 'evaluation' }>, tokens: number): EvaluationRow;
}

/** Steps that come again replace what they left before. */
export function dropFrom(list: { readonly step: number }[], step: number): void {
  while ((list.at(-1)?.step ?? -1) >= step) list.pop();
}

/** What is left per problem, and what only an exact evaluation knows. */
function perProblem(row: TrainerEvaluation) {
  if ('correct' in row) return { correct: row.correct };
  const { rightProbability, effectiveSolutions, sampled } = row;
  const { wrongShare, malformedShare } = sampled;
  return { method: 'exact', correct: [], rightProbability, effectiveSolutions, wrongShare, malformedShare } as const;
}

export function createRunRecord(): RunRecord {
  let rows: MetricsRow[] = [];
  let evaluations: EvaluationRow[] = [];
  let forces: readonly ForceRow[] = [];
  let seconds = 0;
  return {
    measured: () => ({ rows: [...rows], evaluations: [...evaluations], forces, seconds }),
    seconds: () => seconds,
    lastFiniteStep: (before) => {
      const finite = rows.findLast(
        (row) => row.step < before && row.skippedUpdates === 0 && Number.isFinite(row.entropyNats),
      );
      return finite === undefined ? 0 : finite.step + 1;
    },
    restore: (earlier) => {
      rows = [...earlier.rows];
      evaluations = [...earlier.evaluations];
      forces = earlier.forces;
      seconds = earlier.seconds;
    },
    addStep: ({ row, timing }) => {
      seconds += timing.totalMs / 1000;
      const flat = metricsRow(row, { step: row.step, tokens: row.tokens, seconds });
      dropFrom(rows, flat.step);
      rows.push(flat);
      return flat;
    },
    addForces: (row) => {
      forces = withForces(forces, [row]);
    },
    addEvaluation: ({ row, durationMs }, tokens) => {
      seconds += durationMs / 1000;
      const measured: EvaluationRow = {
        step: row.step,
        tokens,
        seconds,
        passAtK: row.passAtK,
        greedyAccuracy: row.greedyAccuracy,
        entropyNats: row.entropyNats,
        distinctCorrect: row.distinctCorrect,
        problems: row.problemIds.length,
        samples: row.samples,
        ...perProblem(row),
        problemIds: row.problemIds,
      };
      dropFrom(evaluations, measured.step);
      evaluations.push(measured);
      return measured;
    },
  };
}
