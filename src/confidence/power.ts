import { math, operator, parenthesised, row, superscript, tokens } from '../lib/mathml';
import { clamp } from '../lib/numeric';
import { numberParameter } from '../lib/paramValue';
import { maxParam, minParam } from './parts/shared';
import type { MappingDefinition } from './parts/types';
import { power } from '../lib/transcendental';

/** The published mapping of CW-NSR: clamp(conf, 0.05, 1) (arXiv 2605.07137, its authors' code); gamma is ours, 1 = published. */
export const definition: MappingDefinition = {
  kind: 'power',
  label: 'Power with clamp',
  help: 'Confident mistakes are punished harder. The published mapping is gamma 1 between 0.05 and 1.',
  formula: {
    text: 'clamp(conf^gamma, min, max)',
    mathml: math(
      tokens('clamp'),
      parenthesised(superscript(tokens('conf'), tokens('γ')), row(operator(','), tokens('min , max'))),
    ),
  },
  // At its default gamma it is a straight line; the strip has one of those.
  spark: (share) => share ** 3,
  params: [
    {
      key: 'gamma',
      label: 'Exponent γ',
      help: 'Above 1 only very confident mistakes weigh; below 1 nearly all do.',
      kind: 'number',
      unit: '',
      min: 0,
      max: 10,
      default: 1,
      acts: 'next-rollout',
      handle: { moves: 'y', x: 0.5, y: 'power' },
    },
    minParam,
    maxParam,
  ],
  examples: [
    {
      params: { gamma: 1, min: 0.05, max: 1 },
      points: [
        [0.001, 0.05],
        [0.5, 0.5],
        [1, 1],
      ],
    },
    {
      params: { gamma: 2, min: 0.05, max: 0.8 },
      points: [
        [0.5, 0.25],
        [1, 0.8],
      ],
    },
  ],
  evaluate: (spec, confidence) =>
    clamp(
      power(confidence, numberParameter(spec, 'gamma', 1)),
      numberParameter(spec, 'min', 0.05),
      numberParameter(spec, 'max', 1),
    ),
};
