/** The cooled base as the reference of a run: over the run's own problems. Pure. */
import { sameValue } from '../../experiment/diff';
import { exactKs } from '../../lib/exactPass';
import type { CoolingCurve } from '../../records/cooling';
import { curveOfProblems, ofProblems, type CoolingProblems } from '../../records/coolingProblems';
import type { Run } from '../runs/runs';
import type { BaseCooling } from './bases';

export interface CoolingReference {
  readonly curve: Pick<CoolingCurve, 'ks' | 'points'>;
  /** In the order of the run's problems; null where the run does not say which they are. */
  readonly problems: CoolingProblems | null;
}

/** `longestAnswer`: of the base's task, tokens. Null where the run asked otherwise (another task, another longest answer) or other problems. */
export function referenceFor(
  run: Run,
  { curve, problems }: BaseCooling,
  longestAnswer: number,
): CoolingReference | null {
  const { task, sampling } = run.experiment;
  const row = run.evaluations.at(-1);
  if (!row || !sameValue(task, curve.task) || sampling.maxNewTokens !== longestAnswer) return null;
  if (row.problemIds.length === 0) return row.problems === curve.problems ? { curve, problems: null } : null;
  const own = ofProblems(problems, row.problemIds);
  if (!own) return null;
  // All of them: the curve as it was measured, with nuclei and top-k.
  if (row.problemIds.length === curve.problems) return { curve, problems: own };
  return { curve: curveOfProblems(own, exactKs), problems: own };
}
