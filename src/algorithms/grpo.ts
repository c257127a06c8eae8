/**
 * GRPO: the group's mean is the baseline, its deviation the unit (Shao et al., DeepSeekMath, arXiv 2402.03300).
 * Deviations: token-mean over the mini-batch instead of a mean per answer (as verl and TRL do by default); 1e-6 beside the
 * deviation (verl). KL k3 with 1e-3 is a field of the objective.
 */
import { fraction, math, row, tokens } from '../lib/mathml';
import { plain, standardized } from './parts/shared';
import type { AlgorithmDefinition } from './parts/types';

export const definition: AlgorithmDefinition = {
  ...plain,
  id: 'grpo',
  label: 'GRPO',
  help: 'An answer counts by how much better than its group it is, in units of the group’s deviation.',
  formula: {
    text: 'A = (r - mean) / (std + 1e-6)',
    mathml: math(tokens('A ='), fraction(row(tokens('r − mean')), row(tokens('std + ε')))),
  },
  source: 'arXiv 2402.03300',
  deviations: 'Token-mean over the mini-batch by default.',
  uses: ['virtualMaxReward'],
  params: [],
  defaults: {
    clipLow: 0.2,
    clipHigh: 0.2,
    normalizer: 'all',
    aggregation: 'token-mean',
    dropGroups: 'none',
    virtualMaxReward: false,
    klCoef: 0.001,
    klEstimator: 'k3',
  },
  examples: [
    { groupSize: 8, right: 1, advantageOfRight: 2.4749, advantageOfWrong: -0.3536 },
    { groupSize: 8, right: 4, advantageOfRight: 0.9354, advantageOfWrong: -0.9354 },
    { groupSize: 8, right: 7, advantageOfRight: 0.3536, advantageOfWrong: -2.4749 },
    { groupSize: 8, right: 0, advantageOfRight: null, advantageOfWrong: 0 },
    { groupSize: 8, right: 8, advantageOfRight: 0, advantageOfWrong: null },
  ],
  laws: ['equal rewards give nothing', 'a group sums to zero'],
  advantages: (input) => standardized(input),
};
