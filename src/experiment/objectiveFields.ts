import { chosen, choice, number, optional, scheduled, text, toggle, type FieldSpec } from './fieldSpec';

/** What is optimised. The options hold for any algorithm unless the algorithm's entry in the catalogue says otherwise. */
export const objectiveFields: readonly FieldSpec[] = [
  text(
    ['objective.name', 'Name', 'Free text; decides nothing.'],
    '^[^\\p{Cc}]{0,80}$',
    'up to 80 characters on one line',
    'nsr',
  ),
  chosen(
    ['objective.algorithm', 'Algorithm', 'How rewards become advantages.'],
    { kind: 'algorithm', default: 'signed' },
    { acts: 'restart', common: true },
  ),
  scheduled(['objective.positiveWeight', 'Reward of right answers λ', 'Advantage of a right answer.'], [0, 10], 0, {
    common: true,
  }),
  scheduled(
    ['objective.negativeWeight', 'Penalty of wrong answers β', 'How hard a wrong answer is pushed down.'],
    [0, 10],
    1,
    { common: true },
  ),
  chosen(
    [
      'objective.confidence',
      'Confidence weighting',
      'Weighs the penalty of each wrong answer by how confident the model was.',
    ],
    { kind: 'confidence', default: null },
    { common: true },
  ),
  toggle(
    [
      'objective.virtualMaxReward',
      'Virtual right answer',
      'One imagined reward of 1 enters each group’s mean and deviation.',
    ],
    false,
  ),
  choice(
    ['objective.dropGroups', 'Drop groups', 'Groups that are left out of the update.'],
    { none: 'None', homogeneous: 'All right or all wrong', 'all-correct': 'All right' },
    'none',
  ),
  toggle(
    [
      'objective.clip',
      'Clip',
      'Stops a token’s gradient once its probability has moved far enough within one rollout step.',
    ],
    true,
  ),
  number(
    ['objective.clipLow', 'Clip low ε', 'Wrong answers: no more push once the ratio is below 1 - ε.'],
    [0, 1],
    0.2,
    { common: true },
  ),
  number(
    ['objective.clipHigh', 'Clip high ε', 'Right answers: no more push once the ratio is above 1 + ε.'],
    [0, 10],
    0.2,
    { common: true },
  ),
  optional(
    'number',
    ['objective.dualClip', 'Dual clip', 'Caps the loss of a wrong answer whose ratio grew beyond this; empty = off.'],
    [1, 100],
  ),
  choice(
    [
      'objective.normalizer',
      'Normaliser',
      'Whether the mean runs over all tokens, or over those of answers that carry an advantage.',
    ],
    { all: 'All answers', kept: 'Answers with an advantage' },
    'all',
  ),
  choice(
    ['objective.aggregation', 'Aggregation', 'How token losses are summed into one.'],
    {
      'token-mean': 'Mean over tokens',
      'seq-mean-token-mean': 'Mean over answers of token means',
      'seq-mean-token-sum': 'Mean over answers of token sums',
      constant: 'Sum over N × length constant',
    },
    'token-mean',
  ),
  optional(
    'integer',
    ['objective.maxLength', 'Length constant', 'Divisor of the constant aggregation; empty = longest answer.'],
    [1, 8192, 'tokens'],
  ),
  scheduled(
    ['objective.entropyCoef', 'Entropy bonus', 'Rewards spread-out predictions; 1e-3 can already blow entropy up.'],
    [0, 1],
    0,
  ),
  scheduled(['objective.klCoef', 'KL to the start', 'Price of leaving the starting model, in the loss.'], [0, 10], 0),
  choice(
    ['objective.klEstimator', 'KL estimator', 'k3 is never negative and has less variance; k1 is the plain log-ratio.'],
    { k1: 'k1', k3: 'k3' },
    'k3',
  ),
  chosen(['objective.params', 'Algorithm settings', 'The algorithm’s own parameters.'], {
    kind: 'algorithm-params',
    default: {},
  }),
];
