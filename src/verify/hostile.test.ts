import { describe, expect, it } from 'vitest';
import { createRng } from '../lib/rng';
import { grade, type GradeOptions } from './grade';
import { maxResponseLength } from './limits';

const limitMs = 50;
const options: readonly GradeOptions[] = [
  { kind: 'math', mode: 'mathematics', unboxed: 'last' },
  { kind: 'math', mode: 'papers', unboxed: 'phrase' },
  { kind: 'gsm8k', mode: 'mathematics', unboxed: 'last' },
];

/** The grading's processor time, ms; the least of up to three, because a neighbour or the collector may take its turn. */
function costMs(answer: string, response: string, option: GradeOptions): number {
  let least = Infinity;
  for (let attempt = 0; attempt < 3 && least > limitMs / 2; attempt++) {
    const before = process.cpuUsage();
    grade(answer, response, option);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

const times = (count: number, text: (index: number) => string, separator = '') =>
  Array.from({ length: count }, (_, index) => text(index)).join(separator);

/** What has broken graders: numbers beyond all limits, depth, length, and patterns that backtrack. */
const known: Readonly<Record<string, string>> = {
  'a tower of powers': '9^{9^{9^{9}}}',
  'a large power': '2^{100000000}',
  'powers of fractions': '(2/3)^{20000}+(5/7)^{10000}',
  'a large factorial': '9999999999!',
  'a factorial of factorials': '5!!!!!!!!!!',
  'factorials in fractions': '\\frac{1}{2004!}+\\frac{1}{2006!}+\\frac{1}{2003!}',
  'a large binomial': '\\binom{100000}{50000}',
  'a power of a sum': '(x+y+z+w+a+b+c)^{50}',
  'a product of sums': times(40, (index) => `(x_{${index}}+y_{${index}})`),
  'powers of sums': '(x+y)^{64}(a+b)^{64}',
  'a power of roots': `(${times(20, (index) => `\\sqrt{${index + 2}}`, '+')})^{8}`,
  'a root of many digits': `\\sqrt{${'1234567891'.repeat(100)}}`,
  'a harmonic sum': times(300, (index) => `\\frac{1}{${1_000_003 + 2 * index}}`, '+'),
  'many poles': times(60, (index) => `\\frac{1}{x+${index}}`, '+'),
  'a million brackets': '('.repeat(1_000_000),
  'a million digits': '7'.repeat(1_000_000),
  'a million dollars': '$'.repeat(1_000_000),
  'a million backslashes': '\\'.repeat(1_000_000),
  'a million commas': ','.repeat(1_000_000),
  'a million spaces': ' '.repeat(1_000_000),
  'brackets in brackets': `${'('.repeat(1000)}1${')'.repeat(1000)}`,
  'fractions in fractions': `${'\\frac{1}{'.repeat(400)}2${'}'.repeat(400)}`,
  'roots in roots': `${'\\sqrt{'.repeat(600)}2${'}'.repeat(600)}`,
  'matrices in matrices': '\\begin{pmatrix}'.repeat(250),
  'boxes in boxes': '\\boxed{'.repeat(100_000),
  'a row of boxes': '\\boxed{1} and '.repeat(50_000),
  'phrases without an end': 'the answer is '.repeat(50_000),
  'texts in texts': '\\text{'.repeat(20_000),
  'minus signs': `${'-'.repeat(1900)}1`,
  bars: '|'.repeat(1900),
  'a chain of divisions': `${'1/'.repeat(900)}3`,
  'a chain of powers': `${'2^'.repeat(900)}2`,
  'a chain of relations': `${'1<'.repeat(90)}x`,
  'plus and minus': '1\\pm2'.repeat(300),
  'a long list': times(99, (index) => `\\sin(${index}x)`, ','),
  'a long set': `\\{${times(99, (index) => `\\sin ${index}`, ',')}\\}`,
  'a long union': times(99, (index) => `(${index},${index + 1})`, '\\cup'),
  'a large matrix': `\\begin{pmatrix}${times(20, () => '1&'.repeat(20) + '1', '\\\\')}\\end{pmatrix}`,
  'a product of many matrices': '\\begin{pmatrix}1&1\\\\1&0\\end{pmatrix}'.repeat(90),
  'a product of large matrices':
    `\\begin{pmatrix}${times(9, () => times(9, (index) => `x_{${index}}`, '&'), '\\\\')}\\end{pmatrix}`.repeat(5),
  'a matrix over a long sum': `\\begin{pmatrix}${times(15, () => '1&'.repeat(15) + '1', '\\\\')}\\end{pmatrix}/(${'x+'.repeat(500)}1)`,
  'lone surrogates': '\ud800'.repeat(1000),
  nulls: '\0'.repeat(2000),
  'roots without an argument': '√'.repeat(1900),
};

const golds = ['1', '\\frac{1}{2}', '\\sqrt{2}+1', '(1,2)', '(x+1)^{30}', '2007!', '1<x<2', '\\{1,2\\}', 'x^2+\\sin x'];

describe('no text is expensive', () => {
  it.each(Object.entries(known))('not %s', (_, text) => {
    for (const gold of [...golds, text]) {
      for (const response of [text, `\\boxed{${text}}`, `The answer is $${text}$.`]) {
        for (const option of options) expect(costMs(gold, response, option)).toBeLessThan(limitMs);
      }
    }
  });

  it('not one of 1,000 made by chance', () => {
    const rng = createRng(20261121, 'hostile');
    const pieces = [
      ...Object.values(known).map((text) => text.slice(0, 400)),
      ...'0 1 9 x i e . , ; : ! % ^ _ { } ( ) [ ] | & + - * / = < > $ \\ ~ \' " # @ \n'.split(' '),
      ...(
        '\\frac \\sqrt \\sqrt[3] \\boxed{ \\text{ \\left( \\right) \\{ \\} \\\\ \\pi \\infty \\cup \\pm \\sin \\log_ \\begin{pmatrix} ' +
        '\\end{pmatrix} \\overline{ 99999999 0.000001 ^{99} ! ^\\circ \\% and or answer is #### A:'
      ).split(' '),
    ];
    let worst = 0;
    for (let index = 0; index < 1000; index++) {
      const length = 1 + rng.int(rng.int(10) === 0 ? 300 : 30);
      const text = times(length, () => pieces[rng.int(pieces.length)] ?? '');
      const response = index % 2 === 0 ? `\\boxed{${text}}` : text;
      const gold = index % 3 === 0 ? text.slice(0, 500) : (golds[index % golds.length] ?? '1');
      worst = Math.max(worst, costMs(gold, response, options[index % options.length] ?? (options[0] as GradeOptions)));
    }
    expect(worst).toBeLessThan(limitMs);
  });

  it('reads the end of what is longer than the limit', () => {
    const response = `${'so on and on '.repeat(maxResponseLength / 10)}\\boxed{42}`;
    expect(grade('42', response, { kind: 'math', mode: 'mathematics', unboxed: 'refuse' }).correct).toBe(true);
  });
});

describe('what is too large is said to be', () => {
  it.each([
    ['7', `\\boxed{${'('.repeat(70)}7${')'.repeat(70)}}`],
    ['7', `\\boxed{${'7+'.repeat(3000)}7}`],
  ])('%s', (answer, response) => {
    expect(grade(answer, response, { kind: 'math', mode: 'mathematics', unboxed: 'refuse' })).toMatchObject({
      correct: false,
      reason: 'too large',
    });
  });
});

it('grades 5,000 realistic rows a second', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['\\frac{3}{4}', '\\boxed{0.75}'],
    ['42', '\\boxed{42}'],
    ['2\\sqrt{3}', '\\boxed{\\sqrt{12}}'],
    ['(x+1)^2', '\\boxed{x^2+2x+1}'],
    ['(1,\\frac12)', '\\boxed{(1, 0.5)}'],
    ['17', '\\boxed{18}'],
    ['x^2-1', '\\boxed{x^2+1}'],
    ['\\text{(B)}', '\\boxed{B}'],
  ];
  const reasoning = 'Let us think step by step about $x^2 + 2x$ and what follows from it. '.repeat(20);
  const run = () => {
    const before = process.cpuUsage();
    for (let round = 0; round < 500; round++) {
      for (const [answer, response] of rows)
        grade(answer, reasoning + response, { kind: 'math', mode: 'mathematics', unboxed: 'refuse' });
    }
    const { user, system } = process.cpuUsage(before);
    return (500 * rows.length) / ((user + system) / 1e6);
  };
  expect(Math.max(run(), run(), run())).toBeGreaterThan(5000);
});
