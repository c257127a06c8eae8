/** Formulas shown beside controls and charts, as text (for those who read it aloud or copy it) and as MathML. */
import type { Formula } from '../../experiment/paramSpec';
import {
  fraction,
  identifier,
  math,
  operator,
  parenthesised,
  row,
  subscript,
  superscript,
  tokens,
} from '../../lib/mathml';

const meanOver = (what: string): string => subscript(identifier('mean'), identifier(what));
const bars = (...inside: readonly string[]): string => row(operator('|'), ...inside, operator('|'));
const norm = (of: string): string => row(operator('‖'), tokens(of), operator('‖'));

const passAtK: Formula = {
  text: 'pass@k = mean over prompts of 1 − C(n − c, k) / C(n, k), n samples of which c are right; exact: of 1 − (1 − p)^k, p the probability of a right answer',
  mathml: math(
    identifier('pass@k'),
    tokens('='),
    meanOver('prompts'),
    parenthesised(
      tokens('1 −'),
      fraction(row(tokens('C'), parenthesised(tokens('n − c , k'))), row(tokens('C'), parenthesised(tokens('n , k')))),
    ),
    tokens('; exact:'),
    tokens('1 −'),
    superscript(parenthesised(tokens('1 − p')), identifier('k')),
  ),
};

const ratio = math(
  tokens('ρ ='),
  fraction(row(subscript(identifier('π'), identifier('now'))), row(subscript(identifier('π'), identifier('rollout')))),
);

/** By path of the experiment's field. */
export const fieldFormulas: Readonly<Record<string, Formula>> = {
  'objective.positiveWeight': {
    text: 'A = λ(t) for a right answer',
    mathml: math(tokens('A = λ'), parenthesised(tokens('t')), tokens('if right')),
  },
  'objective.negativeWeight': {
    text: 'A = −β(t) w(conf) for a wrong answer',
    mathml: math(
      tokens('A = − β'),
      parenthesised(tokens('t')),
      tokens('w'),
      parenthesised(tokens('conf')),
      tokens('if wrong'),
    ),
  },
  'objective.confidence': {
    text: 'conf = exp(mean over the answer of log p)',
    mathml: math(tokens('conf = exp'), parenthesised(meanOver('tokens'), tokens('log p'))),
  },
  'objective.clip': {
    text: 'no gradient where A < 0 and ρ < 1 − ε, or A > 0 and ρ > 1 + ε; ρ = p now / p in the rollout',
    mathml: ratio,
  },
  'objective.clipLow': {
    text: 'A < 0: no gradient below ρ = 1 − ε',
    mathml: math(tokens('A < 0 : no gradient if ρ < 1 − ε')),
  },
  'objective.clipHigh': {
    text: 'A > 0: no gradient above ρ = 1 + ε',
    mathml: math(tokens('A > 0 : no gradient if ρ > 1 + ε')),
  },
  'objective.entropyCoef': {
    text: 'loss − coefficient × H, H = −Σ p log p',
    mathml: math(tokens('loss − coefficient × H , H = − Σ p log p')),
  },
  'objective.klEstimator': {
    text: 'd = log π start − log π; k1 = −d, k3 = e^d − d − 1',
    mathml: math(
      tokens('d = log'),
      subscript(identifier('π'), identifier('start')),
      tokens('− log π ; k1 = − d ; k3 ='),
      superscript(identifier('e'), identifier('d')),
      tokens('− d − 1'),
    ),
  },
  'sampling.temperature': {
    text: 'p = softmax(z / T)',
    mathml: math(tokens('p = softmax'), parenthesised(fraction(identifier('z'), identifier('T')))),
  },
  'optimizer.maxGradNorm': {
    text: 'g ← g · min(1, limit / ‖g‖)',
    mathml: math(tokens('g ← g min'), parenthesised(tokens('1 ,'), fraction(identifier('limit'), norm('g')))),
  },
};

interface ChartWords {
  readonly formula: Formula;
  /** How to read it. */
  readonly read: string;
}

/** By id of the chart. */
export const chartWords: Readonly<Record<string, ChartWords>> = {
  pass: {
    formula: passAtK,
    read: 'Compare with the dashed line: above it training has gained, below it lost. Bands that do not overlap are a difference worth a second seed.',
  },
  fan: {
    formula: passAtK,
    read: 'Where the line crosses the dashed one, further samples of the starting model win.',
  },
  entropy: {
    formula: { text: 'H = −Σ p log p, mean over sampled tokens', mathml: math(tokens('H = − Σ p log p')) },
    read: 'ln 2 = 0.69 is a coin toss per token.',
  },
  accuracy: {
    formula: {
      text: 'right answers / all answers of the rollout',
      mathml: math(fraction(row(tokens('right answers')), row(tokens('all answers')))),
    },
    read: 'One rollout is few prompts: it jumps. Smooth it, or look at Pass@1, which always asks the same prompts.',
  },
  groups: {
    formula: {
      text: 'all wrong + mixed + all right = 1',
      mathml: math(tokens('all wrong + mixed + all right = 1')),
    },
    read: 'When mixed shrinks, group methods such as GRPO have less and less to learn from.',
  },
  distinct: {
    formula: {
      text: 'mean over prompts of the number of different right answers among n samples',
      mathml: math(meanOver('prompts'), bars(tokens('right answers , each once'))),
    },
    read: 'Rising together with Pass@1: more ways to be right. Falling while Pass@1 rises: one way is being repeated.',
  },
  failures: {
    formula: {
      text: 'right + wrong + malformed = 1',
      mathml: math(tokens('right + wrong + malformed = 1')),
    },
    read: 'Training that only forgets how to write an answer shows here: malformed rises while entropy may look healthy.',
  },
  clip: {
    formula: { text: 'ρ = p now / p in the rollout', mathml: ratio },
    read: 'When most tokens are clipped the rollout is used up: take fewer updates, or a smaller learning rate.',
  },
  gradient: {
    formula: {
      text: '‖g‖ = √(Σ g²) over all parameters',
      mathml: math(
        norm('g'),
        tokens('='),
        `<msqrt>${row(tokens('Σ'), superscript(identifier('g'), tokens('2')))}</msqrt>`,
      ),
    },
    read: '0 means that nothing is being learnt; a steep climb, that the updates are too large.',
  },
  length: {
    formula: { text: 'tokens / answers', mathml: math(fraction(identifier('tokens'), identifier('answers'))) },
    read: 'At the longest length allowed, answers are being cut off before they end.',
  },
  truncation: {
    formula: {
      text: 'answers without an end token / answers',
      mathml: math(fraction(identifier('cut off'), identifier('answers'))),
    },
    read: 'What is cut off is graded as far as it came, and mostly wrong: with a high share the penalty falls on length, not on errors.',
  },
  kl: {
    formula: {
      text: 'mean of ρ − 1 − log ρ over the tokens of the updates',
      mathml: math(meanOver('tokens'), parenthesised(tokens('ρ − 1 − log ρ'))),
    },
    read: '0: the policy has not moved since it sampled. Large values say that the last updates use answers it would no longer give.',
  },
  weights: {
    formula: {
      text: 'λ(t), β(t)',
      mathml: math(tokens('λ'), parenthesised(tokens('t')), tokens(', β'), parenthesised(tokens('t'))),
    },
    read: 'What really acted, edits and the accuracy-driven curves included.',
  },
  trade: {
    formula: {
      text: 'x = pass@1, y = pass@k, k = 64 or the largest chosen above the chart of Pass@k',
      mathml: math(tokens('x ='), identifier('pass@1'), tokens(', y ='), identifier('pass@k')),
    },
    read: 'Up and to the right is a gain in both; a path that falls while it goes right buys reliability with diversity.',
  },
  forecast: {
    formula: {
      text: 'Δ pass@k ≈ ∇pass@k · Δθ, Δθ as AdamW makes it from the gradients at the start of the step',
      mathml: math(tokens('Δ'), identifier('pass@k'), tokens('≈ ∇'), identifier('pass@k'), tokens('· Δθ')),
    },
    read: 'Lines that move together with the solid one nearer to 0: the direction is right, the size is overstated.',
  },
};

/** How the logits z of a context move under one push, by the gradient that is implemented and by the paper's. */
export const tokenForms: Readonly<Record<'ratio' | 'probability', Formula>> = {
  ratio: {
    text: 'Δz_y = A (1 − π_y), Δz_v = −A π_v',
    mathml: math(
      subscript(row(tokens('Δ z')), identifier('y')),
      tokens('= A'),
      parenthesised(tokens('1 −'), subscript(identifier('π'), identifier('y'))),
      tokens(','),
      subscript(row(tokens('Δ z')), identifier('v')),
      tokens('= − A'),
      subscript(identifier('π'), identifier('v')),
    ),
  },
  probability: {
    text: 'Δz_y = A π_y (1 − π_y), Δz_v = −A π_y π_v',
    mathml: math(
      subscript(row(tokens('Δ z')), identifier('y')),
      tokens('= A'),
      subscript(identifier('π'), identifier('y')),
      parenthesised(tokens('1 −'), subscript(identifier('π'), identifier('y'))),
      tokens(','),
      subscript(row(tokens('Δ z')), identifier('v')),
      tokens('= − A'),
      subscript(identifier('π'), identifier('y')),
      subscript(identifier('π'), identifier('v')),
    ),
  },
};
