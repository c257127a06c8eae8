import { math, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { fromParam, momentHandle, progress, toParam } from './parts/shared';
import type { ScheduleDefinition } from './parts/types';

/** One jump. */
export const definition: ScheduleDefinition = {
  kind: 'step',
  order: 6,
  label: 'Step',
  help: 'Jumps from one value to the other at one moment of the run.',
  formula: { text: 'from while t/T < at, then to', mathml: math(tokens('from → to , t ≥ at · T')) },
  params: [
    fromParam,
    toParam,
    {
      key: 'at',
      label: 'At',
      help: 'Moment of the jump as a share of the planned steps.',
      kind: 'number',
      unit: 'of T',
      min: 0,
      max: 1,
      default: 0.5,
      acts: 'next-rollout',
      handle: momentHandle,
    },
  ],
  examples: [
    {
      params: { from: 1, to: 2, at: 0.5 },
      points: [
        [0, 1],
        [69, 1],
        [70, 2],
        [140, 2],
      ],
    },
  ],
  easing: 'step',
  innerKnots: (spec) => [[numberParameter(spec, 'at', 0.5), numberParameter(spec, 'to'), 'step']],
  evaluate: (spec, context) =>
    numberParameter(spec, progress(context) < numberParameter(spec, 'at', 0.5) ? 'from' : 'to'),
};
