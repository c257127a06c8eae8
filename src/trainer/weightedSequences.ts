import { tokenWeights, type AggregationOptions } from '../objective/tokenWeights';
import type { Experiment } from '../experiment/types';
import type { LossOptions, WeightedSequence } from '../records/weighted';
import type { Coefficients } from '../objective/coefficients';
import type { PreparedRollout } from './prepare';

/** Aggregation of one mini-batch under an experiment; the length constant defaults to the longest answer. */
export function aggregationOptions(
  { objective, sampling }: Experiment,
  { entropyCoef, klCoef }: Coefficients,
): AggregationOptions {
  const { aggregation, normalizer, maxLength } = objective;
  return { aggregation, normalizer, maxLength: maxLength ?? sampling.maxNewTokens, entropyCoef, klCoef };
}

/** What the engine gets of one mini-batch. */
export function weightedSequences(batch: readonly PreparedRollout[], options: AggregationOptions): WeightedSequence[] {
  const weights = tokenWeights(
    batch.map(({ advantage }) => advantage),
    options,
  );
  return batch.flatMap(({ rollout, advantage, refLogp }, index) => {
    const own = weights[index];
    if (own === undefined) return [];
    const { prompt, completion, logp } = rollout;
    return [{ prompt, completion, oldLogp: logp, refLogp: options.klCoef > 0 ? refLogp : null, advantage, ...own }];
  });
}

/** `clip: false` opens both sides; a dual clip stays, since it bounds another thing. */
export function lossOptions({ objective }: Experiment, temperature: number): LossOptions {
  const { clip, clipLow, clipHigh, dualClip, klEstimator } = objective;
  return {
    temperature,
    clipLow: clip ? clipLow : Infinity,
    clipHigh: clip ? clipHigh : Infinity,
    dualClip,
    klEstimator,
  };
}
