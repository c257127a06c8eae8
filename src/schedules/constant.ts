import { math, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { valueParam } from './parts/shared';
import type { ScheduleDefinition } from './parts/types';

/** One value for the whole run; a plain number in an experiment means the same. */
export const definition: ScheduleDefinition = {
  kind: 'constant',
  order: 1,
  label: 'Constant',
  help: 'The same value at every step.',
  formula: { text: 'value', mathml: math(tokens('value')) },
  params: [valueParam(['value', 'Value', 'Value at every step.'], 1, 0.5, 'start')],
  examples: [
    {
      params: { value: 0.3 },
      points: [
        [0, 0.3],
        [9, 0.3],
        [140, 0.3],
      ],
    },
  ],
  plain: 'value',
  timeless: true,
  evaluate: (spec) => numberParameter(spec, 'value'),
};
