/** A measured run as a file: experiment, recorded edits, rows and evaluations. runFileReader.ts reads it back. */
import type { Experiment } from '../experiment/types';
import type { ForceRow } from '../records/forces';

export interface RunFile {
  readonly name: string;
  /** As it started, with the edits that were made. */
  readonly experiment: Experiment;
  readonly rows: readonly (Readonly<Record<string, number>> & { readonly step: number })[];
  readonly evaluations: readonly EvaluationRecord[];
  /** Empty where none were measured. */
  readonly forces: readonly ForceRow[];
}

interface EvaluationRecord {
  readonly step: number;
  readonly passAtK: readonly {
    readonly k: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly greedyAccuracy: number;
  readonly entropyNats: number;
  readonly distinctCorrect: number;
  readonly problems: number;
  readonly samples: number;
  /** Left out: sampled. */
  readonly method?: 'exact' | undefined;
  readonly effectiveSolutions?: number | undefined;
  readonly wrongShare?: number | undefined;
  readonly malformedShare?: number | undefined;
  /** Per problem, in the order of `problemIds`: right answers of the samples, or p(right). */
  readonly problemIds?: readonly string[] | undefined;
  readonly correct?: readonly number[] | undefined;
  readonly rightProbability?: readonly number[] | undefined;
}

export const runFormat = { format: 'nsr-run', version: 1 } as const;

/** Numbers per problem that a file may hold, so that the reader's limits hold it, too. */
const mostPerProblem = 400_000;

export function formatRunFile(run: RunFile): string {
  const { name, experiment, rows, forces } = run;
  const measured = forces.length > 0 ? { forces } : {};
  return `${JSON.stringify({ ...runFormat, name, experiment, rows, ...withProblems(run.evaluations), ...measured })}\n`;
}

/** The names of the problems once; of a run with very many evaluations what is known per problem of the first and the last alone. */
function withProblems(evaluations: readonly EvaluationRecord[]) {
  const problemIds = evaluations[0]?.problemIds ?? [];
  const same = problemIds.length > 0 && evaluations.every((row) => String(row.problemIds) === String(problemIds));
  const all = same && evaluations.length * problemIds.length <= mostPerProblem;
  return {
    ...(same ? { problemIds } : {}),
    evaluations: evaluations.map(({ problemIds: _, correct, rightProbability, ...row }, index) => {
      const kept = same && (all || index === 0 || index === evaluations.length - 1);
      return {
        ...row,
        ...(kept && correct && correct.length > 0 ? { correct } : {}),
        ...(kept && rightProbability ? { rightProbability } : {}),
      };
    }),
  };
}
