import { evaluateCurve, readKnots } from '../lib/curve';
import { math, tokens } from '../lib/mathml';
import { progress } from './parts/shared';
import type { ScheduleDefinition } from './parts/types';

/** The curve that the panel drags: knots over t/T with an easing per segment. */
export const definition: ScheduleDefinition = {
  kind: 'piecewise',
  order: 8,
  label: 'Free curve',
  help: 'Knots that you drag, with an easing for each segment between them.',
  formula: { text: 'curve through the knots (t/T, value)', mathml: math(tokens('f ( t / T )')) },
  params: [
    {
      key: 'knots',
      label: 'Knots',
      help: 'Each knot is [share of T, value, easing of the segment that begins there].',
      kind: 'knots',
      min: -1e6,
      max: 1e6,
      default: [
        [0, 1, 'linear'],
        [1, 1, 'linear'],
      ],
      acts: 'next-rollout',
    },
  ],
  examples: [
    {
      params: {
        knots: [
          [0, 1, 'linear'],
          [0.5, 2, 'step'],
          [1, 0.5, 'linear'],
        ],
      },
      points: [
        [0, 1],
        [35, 1.5],
        [105, 2],
        [140, 0.5],
      ],
    },
  ],
  spark: (share) => (share < 0.4 ? share : share < 0.7 ? 0.4 - (share - 0.4) * 1.2 : share - 0.66),
  evaluate: (spec, context) => evaluateCurve(readKnots(spec['knots'], 'knots'), progress(context)),
};
