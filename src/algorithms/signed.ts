/**
 * The signed family: A = lambda(t) for a right answer, A = -beta(t) w(conf) for a wrong one.
 * PSR, NSR and W-REINFORCE: arXiv 2506.01347 and its code (TianHongZXY/RLVR-Decomposed); A-NSR and CW-NSR: arXiv 2605.07137.
 * Deviations: A-CW-NSR, the mappings other than the clamped confidence, the per-token scope and the equal budget are our choices.
 * No group baseline: a batch of one answer works.
 */
import { math, parenthesised, tokens } from '../lib/mathml';
import { plain, spread } from './parts/shared';
import type { AlgorithmDefinition } from './parts/types';

export const definition: AlgorithmDefinition = {
  ...plain,
  id: 'signed',
  label: 'Signed (PSR, NSR, W-REINFORCE)',
  help: 'Right answers are pushed up by λ, wrong ones down by β times a weight of their confidence.',
  formula: {
    text: 'A = lambda(t) if right, -beta(t) w(conf) if wrong',
    mathml: math(
      tokens('A = λ'),
      parenthesised(tokens('t')),
      tokens('if right , − β'),
      parenthesised(tokens('t')),
      tokens('w'),
      parenthesised(tokens('conf')),
      tokens('if wrong'),
    ),
  },
  source: 'arXiv 2506.01347 and RLVR-Decomposed; arXiv 2605.07137',
  deviations:
    'A-CW-NSR, equal budget, per-token confidence and the mappings other than the clamped power are our choices.',
  uses: ['positiveWeight', 'negativeWeight', 'confidence'],
  params: [],
  defaults: {
    clipLow: 0.2,
    clipHigh: 0.2,
    normalizer: 'all',
    aggregation: 'token-mean',
    dropGroups: 'none',
    virtualMaxReward: false,
  },
  examples: [
    { groupSize: 8, right: 1, advantageOfRight: 1, advantageOfWrong: -1 },
    { groupSize: 8, right: 0, advantageOfRight: null, advantageOfWrong: -1 },
    { groupSize: 8, right: 8, advantageOfRight: 1, advantageOfWrong: null },
  ],
  laws: [],
  advantages: ({ samples, positiveWeight, negativeWeight, tokenWeight }) => {
    const right = spread(samples, () => positiveWeight).advantage;
    const advantage = right.map((tokensOfSample, index) => {
      if (samples[index]?.reward === 1) return tokensOfSample;
      // `0 -` keeps beta = 0 from becoming -0.
      return Float32Array.from(tokenWeight[index] ?? [], (weight) => 0 - negativeWeight * weight);
    });
    return { advantage, returns: null };
  },
};
