/**
 * RLOO: the baseline of an answer is the mean of the others in its group (Ahmadian et al., arXiv 2402.14740).
 * r - mean of the others = (r - mean) G / (G - 1). Sum over tokens, mean over answers (aggregation `seq-mean-token-sum`).
 * Deviations: the clipped surrogate of the other methods (the paper takes one on-policy update); a group of one has no
 * others and gets 0 (verl passes its bare reward).
 */
import { fraction, math, parenthesised, row, tokens } from '../lib/mathml';
import { groupStatistics, plain, spread } from './parts/shared';
import type { AlgorithmDefinition } from './parts/types';

export const definition: AlgorithmDefinition = {
  ...plain,
  id: 'rloo',
  label: 'RLOO',
  help: 'The baseline of an answer is the mean reward of the other answers to the same prompt.',
  formula: {
    text: 'A = (r - mean) G / (G - 1)',
    mathml: math(tokens('A ='), parenthesised(tokens('r − mean')), fraction(tokens('G'), row(tokens('G − 1')))),
  },
  source: 'arXiv 2402.14740',
  deviations: 'Clipped surrogate over several updates; a group of one gets 0.',
  uses: [],
  params: [],
  defaults: {
    clipLow: 0.2,
    clipHigh: 0.2,
    normalizer: 'all',
    aggregation: 'seq-mean-token-sum',
    dropGroups: 'none',
    virtualMaxReward: false,
    klCoef: 0,
  },
  examples: [
    { groupSize: 8, right: 1, advantageOfRight: 1, advantageOfWrong: -0.1429 },
    { groupSize: 8, right: 8, advantageOfRight: 0, advantageOfWrong: null },
  ],
  laws: ['equal rewards give nothing', 'a group sums to zero'],
  advantages: ({ samples }) => {
    const rewards = samples.map(({ reward }) => reward);
    const statistics = groupStatistics(samples, rewards, false);
    return spread(samples, ({ group, reward }) => {
      const { size, mean } = statistics.get(group) ?? { size: 1, mean: 0 };
      return size < 2 ? 0 : ((reward - mean) * size) / (size - 1);
    });
  },
};
