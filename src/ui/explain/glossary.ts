/** The words of the page, one sentence or two each, and where the methods come from. */

import type { Formula } from '../../experiment/paramSpec';
import { chartWords, fieldFormulas, tokenForms } from './formulas';

interface GlossaryEntry {
  readonly term: string;
  readonly text: string;
  readonly formula?: Formula | undefined;
}

export const glossary: readonly GlossaryEntry[] = [
  {
    term: 'RLVR',
    text: 'Reinforcement learning with verifiable rewards: a program, not a person, says whether an answer is right.',
  },
  {
    term: 'Verifier',
    text: 'The program that checks an answer and says why it is wrong; its verdict is the reward, 1 or 0.',
  },
  { term: 'Rollout', text: 'Answers sampled from the model as it is now, a group of them for each prompt.' },
  {
    term: 'Group',
    text: 'The answers to one prompt within a rollout. It teaches group methods only when it is mixed.',
  },
  { term: 'Advantage', text: 'How far an answer is pushed: above 0 its tokens become more likely, below 0 less.' },
  { term: 'λ, reward', text: 'The advantage of a right answer (positive-sample reinforcement, PSR, is λ alone).' },
  { term: 'β, penalty', text: 'A wrong answer has advantage −β w (negative-sample reinforcement, NSR, is β alone).' },
  {
    term: 'Pass@k',
    text: 'The chance that at least one of k answers to a prompt is right. k = 1 asks for reliability, a large k for diversity.',
    formula: chartWords['pass']?.formula,
  },
  {
    term: 'Entropy',
    text: 'How undecided the model is per token, in nats; 0 means that it always says the same.',
    formula: chartWords['entropy']?.formula,
  },
  {
    term: 'Confidence',
    text: 'Length-normalised likelihood of an answer under the model that sampled it: exp of its mean log-probability.',
    formula: fieldFormulas['objective.confidence'],
  },
  {
    term: 'Ratio',
    text: 'How much likelier a token is now than when it was sampled; 1 at the first update of a rollout.',
    formula: { text: 'ρ = p now / p in the rollout', mathml: chartWords['clip']?.formula.mathml ?? '' },
  },
  {
    term: 'Clip',
    text: 'Stops pushing a token once its probability has moved far enough within one rollout. The lower clip bounds what one rollout of NSR can take away.',
  },
  {
    term: 'Push',
    text: 'How far a step moves the logit of a token: A (1 − p) for the token that was said, −A p for every other.',
    formula: tokenForms.ratio,
  },
  { term: 'Distinct right answers', text: 'How many different right answers one prompt gets among its samples.' },
  {
    term: 'Fingerprint',
    text: 'A hash over every number of a run: equal on the same adapter and build when nothing was changed.',
  },
  {
    term: 'Held-out prompts',
    text: 'Prompts that training never sees; every evaluation uses the same ones with the same seed.',
  },
];

export const sources: readonly { readonly title: string; readonly url: string }[] = [
  {
    title: 'The Surprising Effectiveness of Negative Reinforcement in LLM Reasoning (PSR, NSR, W-REINFORCE)',
    url: 'https://arxiv.org/abs/2506.01347',
  },
  { title: 'Adaptive and confidence-weighted NSR (A-NSR, CW-NSR)', url: 'https://arxiv.org/abs/2605.07137' },
  { title: 'DeepSeekMath (GRPO)', url: 'https://arxiv.org/abs/2402.03300' },
  { title: 'Understanding R1-Zero-like training (Dr. GRPO)', url: 'https://arxiv.org/abs/2503.20783' },
  { title: 'DAPO', url: 'https://arxiv.org/abs/2503.14476' },
  { title: 'Back to Basics (RLOO)', url: 'https://arxiv.org/abs/2402.14740' },
  { title: 'Proximal Policy Optimization (PPO)', url: 'https://arxiv.org/abs/1707.06347' },
  {
    title: 'Evaluating Large Language Models Trained on Code (unbiased Pass@k)',
    url: 'https://arxiv.org/abs/2107.03374',
  },
];
