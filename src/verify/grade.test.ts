import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { equalTexts, grade, type GradeOptions } from './grade';

const math: GradeOptions = { kind: 'math', mode: 'mathematics', unboxed: 'refuse' };

interface Pairs {
  readonly kind: string;
  readonly answer: string;
  readonly equal: readonly string[];
  readonly unequal: readonly string[];
}

const pairs = readFileSync(new URL('../../fixtures/grader/pairs.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Pairs);

describe('1,100 pairs of our own', () => {
  it.each(pairs)('$kind: $answer', ({ answer, equal, unequal }) => {
    const verdictOf = (response: string) => grade(answer, `so $\\boxed{${response}}$.`, math);
    expect(equal.filter((response) => !verdictOf(response).correct)).toEqual([]);
    expect(unequal.filter((response) => verdictOf(response).correct)).toEqual([]);
  });

  it('each answer is itself, and none is another one', () => {
    for (const { answer } of pairs)
      expect(equalTexts(answer, answer, 'mathematics'), answer).toMatchObject({ equal: true });
    const confused = pairs.flatMap(({ answer, equal }, index) =>
      pairs
        .slice(index + 1)
        .filter((other) => !equal.includes(other.answer) && equalTexts(answer, other.answer, 'mathematics').equal)
        .map((other) => `${answer} = ${other.answer}`),
    );
    // Said twice in the file on purpose.
    expect(confused).toEqual(['\\frac{2}{3} = \\frac{2}{3}\\approx 0.667', '\\frac{1}{2} = \\\\frac{1}{2}']);
  });
});

describe('a verdict', () => {
  it.each([
    ['5', '\\boxed{5}', 'same text'],
    ['\\frac{1}{2}', '\\boxed{0.5}', 'identical'],
    ['\\frac{2}{3}', '\\boxed{0.667}', 'rounded decimal'],
    ['\\cos\\frac{2\\pi}{5}', '\\boxed{\\frac{\\sqrt{5}-1}{4}}', 'same value'],
    ['\\sin 2x', '\\boxed{2\\sin x\\cos x}', 'same at sample points'],
    ['25\\%', '\\boxed{25}', 'percent'],
    ['1,2', '\\boxed{2, 1}', 'same parts'],
    ['x<3', '\\boxed{3>x}', 'same relation'],
    ['x<3', '\\boxed{(-\\infty,3)}', 'same set'],
    ['12_5', '\\boxed{012_5}', 'same in base'],
    ['3:4', '\\boxed{6:8}', 'same ratio'],
    ['\\text{(C)}', '\\boxed{C) 12}', 'same choice'],
    ['\\text{even}', '\\boxed{Even}', 'same words'],
    ['5', 'no box here', 'no answer'],
    ['', '\\boxed{5}', 'empty gold'],
    ['5', '\\boxed{6}', 'different value'],
    ['(1,2)', '\\boxed{(1,3)}', 'different parts'],
    ['(1,2)', '\\boxed{1}', 'different kind'],
    ['5\\text{ cm}', '\\boxed{5\\text{ km}}', 'different unit'],
    ['12_5', '\\boxed{12_6}', 'different base'],
    ['x=5', '\\boxed{y=5}', 'different name'],
    ['x<3', '\\boxed{x>3}', 'different relation'],
    ['\\text{even}', '\\boxed{odd}', 'different words'],
    ['5', '\\boxed{5 < < 3}', 'different text'],
    ['5', '\\boxed{\\frac{5}{0}}', 'undefined value'],
    ['5', `\\boxed{${'('.repeat(500)}}`, 'too large'],
  ])('of %s and %s says "%s"', (answer, response, reason) => {
    expect(grade(answer, response, math).reason).toBe(reason);
  });

  it('of the same rows is the same', () => {
    const all = () => pairs.flatMap(({ answer, equal }) => equal.map((one) => grade(answer, `\\boxed{${one}}`, math)));
    expect(all()).toEqual(all());
  });
});

describe('the papers grader', () => {
  const papers: GradeOptions = { ...math, mode: 'papers' };

  it.each([
    ['0.5', '50', 'papers: close'],
    ['50', '0.5', 'papers: close'],
    ['\\frac{1}{3}', '0.33334', 'papers: close'],
    ['[1,2]', '(1,2)', 'same text'],
    ['\\{1,2\\}', '1,2', 'same text'],
  ])('takes %s and %s as equal (%s), as ours does not', (answer, response, reason) => {
    expect(grade(answer, `\\boxed{${response}}`, papers)).toMatchObject({ correct: true, reason });
  });

  it('keeps what differs by more than a ten thousandth', () => {
    expect(grade('\\frac{1}{3}', '\\boxed{0.3335}', papers).correct).toBe(false);
    expect(grade('x+1', '\\boxed{x+2}', papers).correct).toBe(false);
  });
});

describe('grading by text', () => {
  const text: GradeOptions = { ...math, mode: 'text' };

  it('knows no mathematics', () => {
    expect(grade('204', '\\boxed{204}', text)).toMatchObject({ correct: true, reason: 'same text' });
    expect(grade('204', '\\boxed{204.0}', text)).toMatchObject({ correct: false, reason: 'different text' });
  });
});
