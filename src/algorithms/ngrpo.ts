/**
 * NGRPO: GRPO with advantage calibration and an asymmetric clip (nangongrui-ngr/NGRPO). One virtual reward of 1 enters the
 * group's mean and deviation, so that an all-wrong group still learns (A = -1/sqrt(G+1)); all-correct groups are dropped.
 * Deviations: none known. The virtual reward is the objective's `virtualMaxReward`, which GRPO and DAPO may use too.
 */
import { fraction, math, row, subscript, tokens } from '../lib/mathml';
import { plain, standardized } from './parts/shared';
import type { AlgorithmDefinition } from './parts/types';

export const definition: AlgorithmDefinition = {
  ...plain,
  id: 'ngrpo',
  label: 'NGRPO',
  help: 'GRPO with one imagined right answer in every group, so that groups that are all wrong are pushed down too.',
  formula: {
    text: 'A = (r - mean+) / (std+ + 1e-6), mean and std over the group and one virtual reward 1',
    mathml: math(
      tokens('A ='),
      fraction(
        row(tokens('r −'), subscript(tokens('mean'), tokens('+'))),
        row(subscript(tokens('std'), tokens('+')), tokens('+ ε')),
      ),
    ),
  },
  source: 'nangongrui-ngr/NGRPO',
  deviations: '',
  uses: ['virtualMaxReward'],
  params: [],
  defaults: {
    clipLow: 0.16,
    clipHigh: 0.24,
    normalizer: 'kept',
    aggregation: 'token-mean',
    dropGroups: 'all-correct',
    virtualMaxReward: true,
    klCoef: 0,
  },
  examples: [
    { groupSize: 8, right: 1, advantageOfRight: 1.7638, advantageOfWrong: -0.504 },
    { groupSize: 8, right: 4, advantageOfRight: 0.8433, advantageOfWrong: -1.0541 },
    { groupSize: 8, right: 0, advantageOfRight: null, advantageOfWrong: -0.3333 },
    { groupSize: 8, right: 8, advantageOfRight: 0, advantageOfWrong: null },
    { groupSize: 3, right: 0, advantageOfRight: null, advantageOfWrong: -0.5 },
    { groupSize: 1, right: 0, advantageOfRight: null, advantageOfWrong: -0.7071 },
  ],
  laws: [],
  advantages: (input) => standardized(input),
};
