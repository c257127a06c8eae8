import { math, parenthesised, tokens } from '../lib/mathml';
import { clamp } from '../lib/numeric';
import { numberParameter } from '../lib/paramValue';
import { valueParam } from './parts/shared';
import type { ScheduleContext, ScheduleDefinition } from './parts/types';

/** Accuracy-driven: high while the batch is mostly wrong, low once it is mostly right (A-NSR, arXiv 2605.07137).
 * Smoothing is ours: an exponential moving average over the rollout batches, 0 = off as published. */
export const definition: ScheduleDefinition = {
  kind: 'accuracy',
  order: 7,
  label: 'Accuracy-driven',
  help: 'Follows the share of right answers of the rollout batch: all wrong gives the maximum, all right the minimum.',
  formula: {
    text: 'min + (max - min) (1 - accuracy)',
    mathml: math(tokens('min +'), parenthesised(tokens('max − min')), parenthesised(tokens('1 − accuracy'))),
  },
  params: [
    valueParam(['min', 'Minimum', 'Value when every answer is right.'], 0.5, 0.8, 'lowest'),
    valueParam(['max', 'Maximum', 'Value when every answer is wrong.'], 1.5, 0.5, 'highest'),
    {
      key: 'smoothing',
      label: 'Smoothing',
      help: 'Weight of the past in a moving average of the accuracy; 0 uses this batch alone.',
      kind: 'number',
      unit: '',
      min: 0,
      max: 0.99,
      default: 0,
      optional: true,
      acts: 'next-rollout',
    },
  ],
  examples: [
    { params: { min: 0.5, max: 1.5 }, points: [[3, 1.5]] },
    { params: { min: 0.5, max: 1.5 }, points: [[3, 1.25]], accuracies: [0.25] },
    { params: { min: 0.5, max: 1.5 }, points: [[3, 0.5]], accuracies: [1] },
    { params: { min: 0, max: 1, smoothing: 0.5 }, points: [[2, 0.25]], accuracies: [0, 1, 1] },
  ],
  timeless: true,
  band: ['min', 'max'],
  // Without a run it has no shape of its own: falling, and never quite smooth.
  spark: (share) => 1 - share * share * (3 - 2 * share) + 0.12 * Math.sin(share * 25),
  evaluate(spec, context) {
    const min = numberParameter(spec, 'min');
    const max = numberParameter(spec, 'max');
    return min + (max - min) * (1 - smoothedAccuracy(context, numberParameter(spec, 'smoothing', 0)));
  },
};

function smoothedAccuracy({ accuracy, pastAccuracies = [] }: ScheduleContext, smoothing: number): number {
  if (smoothing === 0) return clamp(accuracy, 0, 1);
  const [first = accuracy, ...later] = [...pastAccuracies, accuracy];
  return clamp(
    later.reduce((average, value) => smoothing * average + (1 - smoothing) * value, first),
    0,
    1,
  );
}
