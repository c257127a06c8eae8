/** An addition for tests: the weight grows towards 1 with the confidence, the sharper the later. Its parameter is taken hold of on the curve itself. */
import { fraction, math, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import type { MappingDefinition } from './parts/types';

export const definition: MappingDefinition = {
  kind: 'sharp',
  label: 'Sharp',
  help: 'Full weight for a mistake of which the model was sure; the sharper, the less for any other.',
  formula: {
    text: '1 / (1 + sharpness (1 - conf))',
    mathml: math(fraction(tokens('1'), tokens('1 + s ( 1 − conf )'))),
  },
  params: [
    {
      key: 'sharpness',
      label: 'Sharpness',
      help: 'How fast the weight falls off.',
      kind: 'number',
      unit: '',
      min: 0,
      max: 100,
      default: 2,
      acts: 'next-rollout',
      handle: { moves: 'y', x: 0.5, y: 'curve' },
    },
  ],
  examples: [
    {
      params: { sharpness: 2 },
      points: [
        [0.5, 0.5],
        [1, 1],
      ],
    },
  ],
  evaluate: (spec, confidence) => 1 / (1 + numberParameter(spec, 'sharpness', 2) * (1 - confidence)),
};
