import { math, parenthesised, row, superscript, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { fromParam, toParam } from './parts/shared';
import type { ScheduleDefinition } from './parts/types';
import { exp } from '../lib/transcendental';

/** Decay of A-NSR over about 140 steps, 0.03 * 140; for another T the same shape is kept (our choice). */
const decayOverRun = 4.2;

/** Exponential decay towards `to`, with t in steps (beta of A-NSR, arXiv 2605.07137). */
export const definition: ScheduleDefinition = {
  kind: 'exponential',
  order: 3,
  label: 'Exponential',
  help: 'Decays towards the end value, fastest at the start.',
  formula: {
    text: 'to + (from - to) e^(-rate t)',
    mathml: math(tokens('to +'), parenthesised(tokens('from − to')), superscript(tokens('e'), row(tokens('− κ t')))),
  },
  params: [
    fromParam,
    toParam,
    {
      key: 'rate',
      label: 'Rate κ',
      help: 'Decay per step. Left out: 4.2 / T, the published 0.03 at 140 steps.',
      kind: 'number',
      unit: '1/step',
      min: 0,
      max: 100,
      default: 0.03,
      optional: true,
      acts: 'next-rollout',
    },
  ],
  // The published curve: its rate is 4.2 / T at 140 steps.
  examples: [
    {
      params: { from: 1.5, to: 0.5, rate: 0.03 },
      points: [
        [0, 1.5],
        [10, 1.24082],
        [35, 0.84994],
        [70, 0.62246],
        [140, 0.515],
      ],
    },
    {
      params: { from: 1.5, to: 0.5 },
      points: [
        [0, 1.5],
        [70, 0.62246],
        [140, 0.515],
      ],
    },
  ],
  easing: 'exponential',
  evaluate(spec, { step, totalSteps }) {
    const from = numberParameter(spec, 'from');
    const to = numberParameter(spec, 'to');
    const rate = numberParameter(spec, 'rate', totalSteps > 0 ? decayOverRun / totalSteps : 0);
    return to + (from - to) * exp(-Math.max(0, rate) * Math.max(0, step));
  },
};
