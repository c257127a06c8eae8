import { math, parenthesised, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { maxParam, minParam } from './parts/shared';
import type { MappingDefinition } from './parts/types';

/** Straight line; min above max punishes doubtful mistakes harder (our choice). */
export const definition: MappingDefinition = {
  kind: 'linear',
  label: 'Linear',
  help: 'A straight line from confidence 0 to confidence 1; swap the ends to punish doubtful mistakes harder.',
  formula: {
    text: 'min + (max - min) conf',
    mathml: math(tokens('min +'), parenthesised(tokens('max − min')), tokens('conf')),
  },
  params: [minParam, maxParam],
  examples: [
    {
      params: { min: 1, max: 0 },
      points: [
        [0, 1],
        [0.25, 0.75],
        [1, 0],
      ],
    },
  ],
  evaluate(spec, confidence) {
    const min = numberParameter(spec, 'min', 0.05);
    return min + (numberParameter(spec, 'max', 1) - min) * confidence;
  },
};
