/** Which k stands for many tries beside pass@1. An exact evaluation knows Pass@4096, where hardly a model differs from another: the
 * largest k is no choice. */
import type { EvaluationRow } from '../../records/rows';
import type { Run } from '../runs/runs';

/** Where nobody chose. */
export const MANY = 64;

/** The largest of the chosen k above 1, or `MANY`, or what was measured that comes nearest below; null where nothing above 1 was. */
export function manyTries(measured: readonly number[], chosen: readonly number[] = []): number | null {
  const above = chosen.filter((k) => k > 1);
  const wanted = above.length > 0 ? Math.max(...above) : MANY;
  const fitting = measured.filter((k) => k > 1 && k <= wanted);
  return fitting.length > 0 ? Math.max(...fitting) : null;
}

const ksOf = (row: EvaluationRow | undefined): readonly number[] => row?.passAtK.map(({ k }) => k) ?? [];

/** The k that all of these runs have measured; runs without an evaluation do not count. */
export function sharedKs(runs: readonly Run[]): readonly number[] {
  const [first = [], ...rest] = runs.flatMap((run) => (run.evaluations.length > 0 ? [ksOf(run.evaluations[0])] : []));
  return first.filter((k) => rest.every((ks) => ks.includes(k)));
}
