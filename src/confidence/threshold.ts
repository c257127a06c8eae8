import { math, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { maxParam, minParam } from './parts/shared';
import type { MappingDefinition } from './parts/types';

/** Two weights, one below and one from a threshold on (our choice). */
export const definition: MappingDefinition = {
  kind: 'threshold',
  label: 'Threshold',
  help: 'One weight below the threshold, another from it on.',
  formula: { text: 'max where conf >= at, else min', mathml: math(tokens('max , conf ≥ at ; min , conf &lt; at')) },
  params: [
    {
      key: 'at',
      label: 'At',
      help: 'Confidence from which the greater weight holds.',
      kind: 'number',
      unit: '',
      min: 0,
      max: 1,
      default: 0.5,
      acts: 'next-rollout',
      handle: { moves: 'x', y: 'curve' },
    },
    minParam,
    maxParam,
  ],
  examples: [
    {
      params: { at: 0.5, min: 0.1, max: 2 },
      points: [
        [0.49, 0.1],
        [0.5, 2],
      ],
    },
  ],
  evaluate: (spec, confidence) =>
    confidence >= numberParameter(spec, 'at', 0.5)
      ? numberParameter(spec, 'max', 1)
      : numberParameter(spec, 'min', 0.05),
};
