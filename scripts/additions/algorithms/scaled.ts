/** An addition for tests: a group's mean as baseline, times a scale of its own. */
import type { NumberSpec } from '../experiment/paramSpec';
import { math, tokens } from '../lib/mathml';
import { groupStatistics, plain, readParam, spread } from './parts/shared';
import type { AlgorithmDefinition } from './parts/types';

const scale: NumberSpec = {
  key: 'scale',
  label: 'Advantage scale',
  help: 'Multiple of the advantage.',
  kind: 'number',
  unit: '',
  min: 0,
  max: 10,
  default: 2,
  acts: 'next-rollout',
};

export const definition: AlgorithmDefinition = {
  ...plain,
  id: 'scaled',
  label: 'Scaled baseline',
  help: 'An answer counts by its distance from the mean of its group, times a scale.',
  formula: { text: 'A = scale (r - mean)', mathml: math(tokens('A = s ( r − mean )')) },
  source: 'an addition for tests',
  deviations: '',
  uses: [],
  params: [scale],
  defaults: {
    clipLow: 0.2,
    clipHigh: 0.3,
    normalizer: 'all',
    aggregation: 'token-mean',
    dropGroups: 'none',
    klCoef: 0,
  },
  examples: [{ groupSize: 8, right: 1, advantageOfRight: 1.75, advantageOfWrong: -0.25 }],
  laws: ['equal rewards give nothing', 'a group sums to zero'],
  advantages: ({ samples, params }) => {
    const rewards = samples.map(({ reward }) => reward);
    const statistics = groupStatistics(samples, rewards, false);
    const factor = readParam(params, scale);
    return spread(samples, ({ group, reward }) => factor * (reward - (statistics.get(group)?.mean ?? 0)));
  },
};
