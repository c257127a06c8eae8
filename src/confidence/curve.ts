import { evaluateCurve, readKnots } from '../lib/curve';
import { math, tokens } from '../lib/mathml';
import { largestWeight } from './parts/shared';
import type { MappingDefinition } from './parts/types';

/** The mapping that the panel drags: knots over confidence with an easing per segment. */
export const definition: MappingDefinition = {
  kind: 'curve',
  label: 'Free curve',
  help: 'Knots that you drag: across the confidence of a mistake, up the weight of its penalty.',
  formula: { text: 'curve through the knots (conf, weight)', mathml: math(tokens('f ( conf )')) },
  params: [
    {
      key: 'knots',
      label: 'Knots',
      help: 'Each knot is [confidence, weight, easing of the segment that begins there].',
      kind: 'knots',
      min: 0,
      max: largestWeight,
      default: [
        [0, 0.05, 'linear'],
        [1, 1, 'linear'],
      ],
      acts: 'next-rollout',
    },
  ],
  examples: [
    {
      params: {
        knots: [
          [0, 0, 'linear'],
          [1, 3, 'linear'],
        ],
      },
      points: [
        [0, 0],
        [0.5, 1.5],
        [1, 3],
      ],
    },
  ],
  spark: (share) => (share < 0.5 ? share * 0.4 : 0.2 + (share - 0.5) * 2),
  evaluate: (spec, confidence) => evaluateCurve(readKnots(spec['knots'], 'knots', 0, largestWeight), confidence),
};
