/** An addition for tests: stays low, then rises evenly. Its parameters have names that no other curve has. */
import { math, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { momentHandle, progress, valueParam } from './parts/shared';
import type { ScheduleDefinition } from './parts/types';

export const definition: ScheduleDefinition = {
  kind: 'ramp',
  label: 'Ramp',
  help: 'Stays low up to a moment, then goes evenly to its high value.',
  formula: { text: 'low, from begin on evenly to high', mathml: math(tokens('low → high')) },
  params: [
    valueParam(['low', 'Low', 'Value up to the moment.'], 0, 0, 'lowest'),
    valueParam(['high', 'High', 'Value at the end.'], 1, 1, 'highest'),
    {
      key: 'begin',
      label: 'Begin',
      help: 'Moment from which it rises, as a share of the planned steps.',
      kind: 'number',
      unit: 'of T',
      min: 0,
      max: 0.9,
      default: 0.25,
      acts: 'next-rollout',
      handle: momentHandle,
    },
  ],
  examples: [
    {
      params: { low: 0, high: 2, begin: 0.5 },
      points: [
        [0, 0],
        [70, 0],
        [105, 1],
        [140, 2],
      ],
    },
  ],
  innerKnots: (spec) => [[numberParameter(spec, 'begin', 0.25), numberParameter(spec, 'low'), 'linear']],
  evaluate(spec, context) {
    const low = numberParameter(spec, 'low');
    const begin = numberParameter(spec, 'begin', 0.25);
    return low + (numberParameter(spec, 'high') - low) * Math.max(0, (progress(context) - begin) / (1 - begin));
  },
};
