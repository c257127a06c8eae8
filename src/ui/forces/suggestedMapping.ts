/** The penalties by confidence that the forces ask for, as knots of a mapping. Pure. */
import { largestWeight } from '../../confidence/parts/shared';
import type { Knot } from '../../lib/curve';
import { binForces, suggestedPenalty, type Mix } from '../../records/forceForecast';
import type { ForceMeasure, ForceRow } from '../../records/forces';

/** One knot in the middle of each bin with mistakes; null where no bin would raise the measure. */
export function suggestedKnots(row: ForceRow, measure: ForceMeasure, mix: Mix): readonly Knot[] | null {
  const weights = suggestedPenalty(row.bins, binForces(row, measure, mix));
  const knots = row.bins.flatMap(({ low, high }, index): Knot[] => {
    const weight = weights?.[index] ?? null;
    if (weight === null) return [];
    return [[(low + high) / 2, Math.min(largestWeight, Number(weight.toPrecision(3))), 'linear']];
  });
  return knots.length > 0 ? knots : null;
}
