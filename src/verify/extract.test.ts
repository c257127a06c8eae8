import { describe, expect, it } from 'vitest';
import { extractAnswer, extractNumber } from './extract';

describe('the answer of a mathematical text', () => {
  it.each([
    ['the last box', 'first \\boxed{1}. That was wrong; it is \\boxed{2}.', '2', 'box'],
    ['nested braces', '\\boxed{\\frac{a}{\\sqrt{b}}}', '\\frac{a}{\\sqrt{b}}', 'box'],
    ['escaped braces', '\\boxed{\\{1,2\\}}', '\\{1,2\\}', 'box'],
    ['a frame', '\\fbox{7}', '7', 'box'],
    ['a box without braces', 'is \\boxed 12.', '12', 'box'],
    ['the box before one that is cut off', '\\boxed{3} and then \\boxed{4', '3', 'box'],
    ['boxes joined by "and"', '$\\boxed{1}$ and $\\boxed{2}$', '1 , 2', 'boxes'],
    ['boxes joined by a name', '$x = \\boxed{1}$, $y = \\boxed{2}$', '1 , 2', 'boxes'],
    ['a box rather than what follows it', '\\boxed{3}. The final answer is 4', '3', 'box'],
  ])('is %s', (_, response, text, by) => {
    expect(extractAnswer(response, 'refuse')).toEqual({ text, by });
  });

  it('is not joined over other words', () => {
    expect(extractAnswer('\\boxed{1} is where we begin and end with \\boxed{2}', 'refuse').text).toBe('2');
  });

  it.each(['The answer is 5.', '5', 'so 5'])('without a box is refused: %s', (response) => {
    expect(extractAnswer(response, 'refuse')).toEqual({ text: null, by: 'none' });
  });

  it.each([
    ['The final answer is $x^2$. I hope it is correct.', 'x^2', 'phrase'],
    ['Answer: 12', '12', 'phrase'],
    ['The answer is 3 and 4.', '3 , 4', 'phrase'],
    ['\\frac{1}{2}', '\\frac{1}{2}', 'whole text'],
  ])('behind a phrase, or alone: %s', (response, text, by) => {
    const found = extractAnswer(response, 'phrase');
    expect(found.by).toBe(by);
    expect(found.text?.replace(/ and /, ' , ').trim()).toBe(text);
  });

  it('is the last formula or number only where asked for', () => {
    const response = 'We have 3 apples and buy some more, so that now we own $3+4=7$ of them';
    expect(extractAnswer(response, 'phrase')).toEqual({ text: null, by: 'none' });
    expect(extractAnswer(response, 'last')).toEqual({ text: '3+4=7', by: 'last formula' });
  });
});

describe('the number of a word problem', () => {
  it.each([
    ['12 + 24 = 36\n#### 36', '36', 'hashes'],
    ['#### $1,080', '1080', 'hashes'],
    ['#### -3.5', '-3.5', 'hashes'],
    ['first 5\nA: 17', '17', 'phrase'],
    ['The answer is 3 + 4 = 7 apples.', '7', 'phrase'],
    ['so \\boxed{18}', '18', 'box'],
    ['They eat 12 of 20 apples', '20', 'last number'],
  ])('%s', (response, text, by) => {
    expect(extractNumber(response, 'last')).toEqual({ text, by });
  });

  it('is refused without its mark where the task says so', () => {
    expect(extractNumber('They eat 12 apples', 'refuse')).toEqual({ text: null, by: 'none' });
  });
});
