/**
 * PPO with a separate critic (Schulman et al., arXiv 1707.06347; settings of arXiv 2506.01347's baseline in verl).
 * The verdict is the reward of the last token; every token also pays `rewardKlCoef` times k1 = log pi_old - log pi_ref.
 * GAE(gamma, lambda), whitened over the tokens of the rollout batch. The critic's targets are A + V before whitening.
 * Deviations: a truncated answer ends like any other (value 0 after its last token).
 */
import type { NumberSpec } from '../experiment/paramSpec';
import { math, superscript, tokens, parenthesised, subscript } from '../lib/mathml';
import { invariant } from '../lib/invariant';
import { generalizedAdvantage, whiten } from './parts/gae';
import { plain, readParam } from './parts/shared';
import type { AlgorithmDefinition, RolloutSample } from './parts/types';

const number = (key: string, label: string, help: string, max: number, defaultValue: number): NumberSpec => ({
  key,
  label,
  help,
  kind: 'number',
  unit: '',
  min: 0,
  max,
  default: defaultValue,
  acts: 'next-rollout',
});

const gamma = number('gamma', 'Discount γ', 'How much a later reward counts; 1 = fully.', 1, 1);
const gaeLambda = number('gaeLambda', 'GAE λ', '1 trusts the rewards seen, 0 the critic.', 1, 1);
const rewardKlCoef = number(
  'rewardKlCoef',
  'KL in reward',
  'Price per token of leaving the starting model (k1).',
  10,
  0.001,
);
const valueClip = number(
  'valueClip',
  'Value clip',
  'How far a value may move in one rollout step before its gradient stops.',
  100,
  0.5,
);
const criticRateFactor = number(
  'criticRateFactor',
  'Critic learning rate',
  'Multiple of the policy’s learning rate.',
  1000,
  10,
);

function tokenRewards({ reward, oldLogp, refLogp }: RolloutSample, klCoef: number): Float64Array {
  invariant(klCoef === 0 || refLogp !== null, 'PPO with a KL in its reward needs reference log-probabilities');
  const rewards = Float64Array.from(oldLogp, (logp, token) =>
    klCoef === 0 ? 0 : -klCoef * (logp - (refLogp?.[token] ?? logp)),
  );
  if (rewards.length > 0) rewards[rewards.length - 1] = (rewards[rewards.length - 1] ?? 0) + reward;
  return rewards;
}

export const definition: AlgorithmDefinition = {
  ...plain,
  id: 'ppo',
  label: 'PPO',
  help: 'A second model, the critic, predicts the reward at every token; a token counts by how much better things went.',
  formula: {
    text: 'A_t = sum_k (gamma lambda)^k delta_(t+k), delta_t = r_t + gamma V_(t+1) - V_t, whitened',
    mathml: math(
      subscript(tokens('A'), tokens('t')),
      tokens('= ∑'),
      superscript(parenthesised(tokens('γ λ')), tokens('k')),
      subscript(tokens('δ'), parenthesised(tokens('t + k'))),
    ),
  },
  source: 'arXiv 1707.06347, 1506.02438; verl',
  deviations: 'A truncated answer ends like any other.',
  uses: [],
  params: [gamma, gaeLambda, rewardKlCoef, valueClip, criticRateFactor],
  defaults: {
    clipLow: 0.2,
    clipHigh: 0.2,
    normalizer: 'all',
    aggregation: 'token-mean',
    dropGroups: 'none',
    virtualMaxReward: false,
    klCoef: 0,
  },
  examples: [],
  laws: [],
  critic: (params) => ({ valueClip: readParam(params, valueClip), rateFactor: readParam(params, criticRateFactor) }),
  needsReference: (params) => readParam(params, rewardKlCoef) > 0,
  advantages: ({ samples, params }) => {
    const klCoef = readParam(params, rewardKlCoef);
    const raw = samples.map((sample) => {
      invariant(sample.values !== null, 'PPO needs the critic’s values');
      return generalizedAdvantage(
        tokenRewards(sample, klCoef),
        sample.values,
        readParam(params, gamma),
        readParam(params, gaeLambda),
      );
    });
    const returns = raw.map((advantage, index) =>
      Float32Array.from(advantage, (value, token) => value + (samples[index]?.values?.[token] ?? 0)),
    );
    return { advantage: whiten(raw).map((row) => Float32Array.from(row)), returns };
  },
};
