import { math, parenthesised, tokens } from '../lib/mathml';
import { clamp } from '../lib/numeric';
import { numberParameter } from '../lib/paramValue';
import { fromParam, momentHandle, progress, toParam } from './parts/shared';
import type { ScheduleDefinition } from './parts/types';
import { exp } from '../lib/transcendental';

const logistic = (x: number) => 1 / (1 + exp(-x));

/** S-curve around a chosen moment, stretched so that it begins at `from` and ends at `to` exactly (our choice). */
export const definition: ScheduleDefinition = {
  kind: 'sigmoid',
  order: 5,
  label: 'Sigmoid',
  help: 'An S-curve: stays, turns around the centre, stays.',
  formula: {
    text: 'from + (to - from) s(t/T), s = sigmoid(steepness (t/T - center)) rescaled to run from 0 to 1',
    mathml: math(
      tokens('from +'),
      parenthesised(tokens('to − from')),
      tokens('σ'),
      parenthesised(tokens('k'), parenthesised(tokens('t / T − c'))),
    ),
  },
  // Steeper than its default, so that it is told from a cosine.
  spark: (share) => 1 - logistic(28 * (share - 0.5)),
  params: [
    fromParam,
    toParam,
    {
      key: 'center',
      label: 'Centre c',
      help: 'Where half the way is done, as a share of the planned steps.',
      kind: 'number',
      unit: 'of T',
      min: 0,
      max: 1,
      default: 0.5,
      acts: 'next-rollout',
      handle: momentHandle,
    },
    {
      key: 'steepness',
      label: 'Steepness k',
      help: 'How sudden the turn is.',
      kind: 'number',
      unit: '',
      min: 1,
      max: 200,
      default: 10,
      acts: 'next-rollout',
    },
  ],
  examples: [
    {
      params: { from: 1, to: 3, center: 0.5, steepness: 12 },
      points: [
        [0, 1],
        [70, 2],
        [140, 3],
      ],
    },
  ],
  easing: 'cosine',
  evaluate(spec, context) {
    const from = numberParameter(spec, 'from');
    const to = numberParameter(spec, 'to');
    const center = numberParameter(spec, 'center', 0.5);
    const steepness = Math.max(1, numberParameter(spec, 'steepness', 10));
    const start = logistic(-steepness * center);
    const end = logistic(steepness * (1 - center));
    return (
      from + (to - from) * clamp((logistic(steepness * (progress(context) - center)) - start) / (end - start), 0, 1)
    );
  },
};
