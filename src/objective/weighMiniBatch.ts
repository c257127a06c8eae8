/** Stage two: one mini-batch of rated rollouts -> what the engine is asked for. Pure. */
import { at as entry } from '../lib/invariant';
import type { WeightedSequence } from '../records/weighted';
import type { ObjectiveRollout, Rating } from './rateRollouts';
import type { StepObjective } from './resolveObjective';
import { tokenWeights } from './tokenWeights';

/** Weighted sequences of one mini-batch, in order; the reference's log-probabilities go along only where a KL term asks for them. */
export function weighMiniBatch(
  { aggregation }: StepObjective,
  batch: readonly (ObjectiveRollout & Pick<Rating, 'advantage'>)[],
): WeightedSequence[] {
  const weights = tokenWeights(
    batch.map(({ advantage }) => advantage),
    aggregation,
  );
  return batch.map(({ prompt, completion, oldLogp, refLogp, advantage }, index) => ({
    prompt,
    completion,
    oldLogp,
    refLogp: aggregation.klCoef > 0 ? refLogp : null,
    advantage,
    ...entry(weights, index),
  }));
}
