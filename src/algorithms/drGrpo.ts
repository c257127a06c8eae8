/**
 * Dr. GRPO: GRPO without the division by the deviation and without a length bias (Liu et al., arXiv 2503.20783).
 * The sum over tokens is divided by N * maxLength (aggregation `constant`). Deviations: none known.
 */
import { math, tokens } from '../lib/mathml';
import { groupStatistics, plain, spread } from './parts/shared';
import type { AlgorithmDefinition } from './parts/types';

export const definition: AlgorithmDefinition = {
  ...plain,
  id: 'drGrpo',
  label: 'Dr. GRPO',
  help: 'The group’s mean is the baseline; no division by deviation or by answer length.',
  formula: { text: 'A = r - mean', mathml: math(tokens('A = r − mean')) },
  source: 'arXiv 2503.20783',
  deviations: '',
  uses: [],
  params: [],
  defaults: {
    clipLow: 0.2,
    clipHigh: 0.2,
    normalizer: 'all',
    aggregation: 'constant',
    dropGroups: 'none',
    virtualMaxReward: false,
    klCoef: 0,
  },
  examples: [
    { groupSize: 8, right: 1, advantageOfRight: 0.875, advantageOfWrong: -0.125 },
    { groupSize: 8, right: 8, advantageOfRight: 0, advantageOfWrong: null },
  ],
  laws: ['equal rewards give nothing', 'a group sums to zero'],
  advantages: ({ samples }) => {
    const rewards = samples.map(({ reward }) => reward);
    const statistics = groupStatistics(samples, rewards, false);
    return spread(samples, ({ group, reward }) => reward - (statistics.get(group)?.mean ?? 0));
  },
};
