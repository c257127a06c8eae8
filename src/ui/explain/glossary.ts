/** The words of the page, one sentence or two each, and where the methods come from. */

export const glossary: readonly { readonly term: string; readonly text: string }[] = [
  {
    term: 'RLVR',
    text: 'Reinforcement learning with verifiable rewards: a program, not a person, says whether an answer is right.',
  },
  { term: 'Rollout', text: 'Answers sampled from the model as it is now, a group of them for each prompt.' },
  { term: 'Advantage', text: 'How far an answer is pushed: above 0 its tokens become more likely, below 0 less.' },
  { term: 'λ, reward', text: 'The advantage of a right answer (positive-sample reinforcement, PSR, is λ alone).' },
  { term: 'β, penalty', text: 'A wrong answer has advantage −β w (negative-sample reinforcement, NSR, is β alone).' },
  {
    term: 'Pass@k',
    text: 'The chance that at least one of k answers to a prompt is right. k = 1 asks for reliability, a large k for diversity.',
  },
  { term: 'Entropy', text: 'How undecided the model is per token, in nats; 0 means that it always says the same.' },
  {
    term: 'Confidence',
    text: 'Length-normalised likelihood of an answer under the model that sampled it: exp of its mean log-probability.',
  },
  {
    term: 'Clip',
    text: 'Stops pushing a token once its probability has moved far enough within one rollout. The lower clip keeps NSR from destroying the model.',
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
];
