import { fraction, math, parenthesised, row, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { fromParam, progress, toParam } from './parts/shared';
import type { ScheduleDefinition } from './parts/types';
import { cos } from '../lib/transcendental';

/** Half a cosine wave: slow, fast, slow (beta of A-NSR, arXiv 2605.07137). */
export const definition: ScheduleDefinition = {
  kind: 'cosine',
  order: 4,
  label: 'Cosine',
  help: 'Leaves slowly, moves fast in the middle, arrives slowly.',
  formula: {
    text: 'to + (from - to) (1 + cos(pi t/T)) / 2',
    mathml: math(
      tokens('to +'),
      parenthesised(tokens('from − to')),
      fraction(row(tokens('1 + cos'), parenthesised(tokens('π'), fraction(tokens('t'), tokens('T')))), tokens('2')),
    ),
  },
  params: [fromParam, toParam],
  examples: [
    {
      params: { from: 1.5, to: 0.5 },
      points: [
        [0, 1.5],
        [35, 1.35355],
        [70, 1],
        [105, 0.64645],
        [140, 0.5],
      ],
    },
  ],
  easing: 'cosine',
  evaluate(spec, context) {
    const from = numberParameter(spec, 'from');
    const to = numberParameter(spec, 'to');
    return to + ((from - to) * (1 + cos(Math.PI * progress(context)))) / 2;
  },
};
