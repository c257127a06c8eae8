import { fraction, math, parenthesised, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { fromParam, progress, toParam } from './parts/shared';
import type { ScheduleDefinition } from './parts/types';

/** Straight line (lambda of A-NSR, arXiv 2605.07137). */
export const definition: ScheduleDefinition = {
  kind: 'linear',
  order: 2,
  label: 'Linear',
  help: 'A straight line over the planned steps.',
  formula: {
    text: 'from + (to - from) t/T',
    mathml: math(tokens('from +'), parenthesised(tokens('to − from')), fraction(tokens('t'), tokens('T'))),
  },
  params: [fromParam, toParam],
  examples: [
    {
      params: { from: 0.05, to: 0.2 },
      points: [
        [0, 0.05],
        [10, 0.06071],
        [35, 0.0875],
        [70, 0.125],
        [140, 0.2],
      ],
    },
  ],
  evaluate(spec, context) {
    const from = numberParameter(spec, 'from');
    const to = numberParameter(spec, 'to');
    return from + (to - from) * progress(context);
  },
};
