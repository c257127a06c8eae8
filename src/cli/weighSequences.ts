/** An oracle case's objective turned into what the engine asks for: advantage and weights of every token. */
import { batchAdvantages } from '../objective/batchAdvantages';
import { tokenWeights } from '../objective/tokenWeights';
import { penaltyWeights } from '../objective/penaltyWeights';
import { at } from '../lib/invariant';
import { mean } from '../lib/stats';
import type { LossOptions, WeightedSequence } from '../records/weighted';
import { evaluateSchedule } from '../schedules/parts/registry';
import type { OracleCase } from './oracleCase';

export interface WeighedCase {
  readonly sequences: readonly WeightedSequence[];
  readonly loss: LossOptions;
  /** Per sequence: confidence exp(mean log pi_old) and penalty weight. */
  readonly confidence: Float64Array;
  readonly weight: Float64Array;
}

/** Pure; the whole case is one mini-batch and one rollout batch. Throws `InputError` on an unusable objective. */
export function weighSequences({ objective, sequences, temperature, step, totalSteps }: OracleCase): WeighedCase {
  const samples = sequences.map((sequence) => ({ ...sequence, values: null }));
  const context = { step, totalSteps, accuracy: mean(samples.map(({ reward }) => reward)) };
  const longest = Math.max(...samples.map(({ completion }) => completion.length));
  const { confidence, weight, tokenWeight } = penaltyWeights(samples, objective.confidence);
  const { advantage } = batchAdvantages(objective, {
    samples,
    positiveWeight: evaluateSchedule(objective.positiveWeight, context),
    negativeWeight: evaluateSchedule(objective.negativeWeight, context),
    tokenWeight,
    maxNewTokens: longest,
  });
  const klCoef = evaluateSchedule(objective.klCoef, context);
  const weights = tokenWeights(advantage, {
    ...objective,
    maxLength: objective.maxLength ?? longest,
    entropyCoef: evaluateSchedule(objective.entropyCoef, context),
    klCoef,
  });
  return {
    sequences: samples.map(({ prompt, completion, oldLogp, refLogp }, index) => ({
      prompt,
      completion,
      oldLogp,
      refLogp: klCoef === 0 ? null : refLogp,
      advantage: at(advantage, index),
      ...at(weights, index),
    })),
    loss: {
      temperature,
      clipLow: objective.clipLow,
      clipHigh: objective.clipHigh,
      dualClip: objective.dualClip,
      klEstimator: objective.klEstimator,
    },
    confidence,
    weight,
  };
}
