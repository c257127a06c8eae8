/** pass@k of each problem of an evaluation, sampled or exact: what paired comparisons are made of. */
import { exactKs, passOfProbability } from '../lib/exactPass';
import { passAtK, passKs } from '../lib/stats';

/** What an evaluation keeps per problem. */
export interface ProblemResults {
  /** The n of a sampled evaluation. */
  readonly samples: number;
  /** Right answers of the n, per problem; left out or empty in an exact evaluation. */
  readonly correct?: readonly number[];
  /** p(right) per problem; left out in a sampled evaluation. */
  readonly rightProbability?: readonly number[] | undefined;
}

/** Null where a sampled evaluation has fewer than k samples. */
export function problemPass({ samples, correct = [], rightProbability }: ProblemResults, k: number): number[] | null {
  if (rightProbability !== undefined) return rightProbability.map((p) => passOfProbability(p, k));
  return k <= samples ? correct.map((count) => passAtK(samples, count, k)) : null;
}

/** The k of an evaluation's fan. */
export const fanKs = ({ samples, rightProbability }: ProblemResults): readonly number[] =>
  rightProbability === undefined ? passKs(samples) : exactKs;
