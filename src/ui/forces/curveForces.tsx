/** What is drawn into and under the curve editors of a run with forces. */
import type { ConfidenceSpec } from '../../experiment/types';
import type { Knot } from '../../lib/curve';
import { leastNoiseAt, type Mix } from '../../records/forceForecast';
import type { Experiment } from '../../experiment/types';
import { MARGIN } from '../curves/CurveEditor';
import { mappingWeight } from '../curves/mappingCurve';
import { MappingForces } from './MappingForces';
import { OneMoreNow } from './OneMoreNow';
import { presentMix } from './presentMix';
import { suggestedKnots } from './suggestedMapping';
import type { ForcesNow } from './useForces';

interface Weights {
  readonly forces: ForcesNow;
  readonly experiment: Experiment;
}

/** For the curve of lambda or beta: the level of least noise, and the forecast at the value under the hand. Null where the method
 * reads neither. */
export function weightForces({ forces: { run, row, step }, experiment }: Weights, weight: keyof Mix, symbol: string) {
  if (!row.signed) return null;
  const mix = presentMix(experiment, run);
  return {
    hint: leastNoiseAt(row, mix)?.[weight] ?? null,
    beneath: (now: number) => (
      <OneMoreNow
        row={row}
        step={step}
        mix={{ ...mix, [weight]: now }}
        of={weight === 'positiveWeight' ? 'positive' : 'negative'}
        symbol={symbol}
      />
    ),
  };
}

/** For the mapping: what the data ask for at pass@`wantedK`, and the forces by confidence. Null as above. */
export function mappingForces(
  { forces: { run, row, step }, experiment }: Weights,
  wantedK: number,
  onWantK: (k: number) => void,
) {
  if (!row.signed) return null;
  const mix = presentMix(experiment, run);
  const measure = row.measures.find(({ k }) => k === wantedK);
  const suggested = measure ? suggestedKnots(row, measure, mix) : null;
  return {
    hint: suggested,
    beneath: (shown: ConfidenceSpec | null, take: (knots: readonly Knot[]) => void) => (
      <MappingForces
        row={row}
        step={step}
        mix={mix}
        weightAt={(confidence) => mappingWeight(shown, confidence)}
        normalized={shown?.normalize === true}
        left={MARGIN.left}
        right={MARGIN.right}
        wantedK={wantedK}
        onWantK={onWantK}
        suggested={suggested}
        onTake={take}
      />
    ),
  };
}
