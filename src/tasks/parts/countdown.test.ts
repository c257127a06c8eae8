import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTask } from './registry';

const countdown4 = createTask('countdown', { numbers: 4 });
const countdown3 = createTask('countdown', { numbers: 3 });

describe('Countdown', () => {
  it('has 5,413 prompts of four numbers and 1,264 of three', () => {
    expect(countdown4.train.length + countdown4.heldOut.length).toBe(5413);
    expect(countdown3.train.length + countdown3.heldOut.length).toBe(1264);
  });

  it('holds out about a fifth, and no digit set is on both sides', () => {
    expect(countdown4.heldOut.length / 5413).toBeCloseTo(0.2, 1);
    const digitSets = new Set(countdown4.train.map(({ prompt }) => prompt.slice(0, 4)));
    for (const { prompt } of countdown4.heldOut) expect(digitSets.has(prompt.slice(0, 4))).toBe(false);
  });

  it('refuses a number of digits that it does not have, and a prompt of another shape', () => {
    expect(() => createTask('countdown', { numbers: 5 })).toThrow(
      'task.params.numbers: 5 is not allowed; allowed: 3 | 4',
    );
    expect(() => countdown4.grade({ id: '', prompt: '34=21:' }, '3')).toThrow('prompt');
  });

  /** Independent: splits at sums, then at products, where the task walks from left to right. */
  function bruteForce(expression: string): number {
    return expression
      .replace(/-/g, '+-')
      .split('+')
      .reduce(
        (total, term) =>
          total +
          (term.startsWith('-') ? -1 : 1) *
            term
              .replace('-', '')
              .split('*')
              .reduce((product, digit) => product * Number(digit), 1),
        0,
      );
  }

  it('agrees with an independent evaluator on any expression', () => {
    const digit = fc.integer({ min: 1, max: 9 });
    const operator = fc.constantFrom('+', '-', '*');
    fc.assert(
      fc.property(
        fc.array(digit, { minLength: 4, maxLength: 4 }),
        fc.array(operator, { minLength: 3, maxLength: 3 }),
        fc.nat(99),
        (digits, ops, target) => {
          const answer = digits.map((value, index) => `${value}${ops[index] ?? ''}`).join('');
          const value = bruteForce(answer);
          const prompt = `${[...digits].sort((a, b) => a - b).join('')}=`;
          const pad = (number: number) => String(number).padStart(2, '0');
          expect(countdown4.grade({ id: '', prompt: `${prompt}${pad(target)}:` }, answer).reward).toBe(
            value === target ? 1 : 0,
          );
          if (value >= 0 && value < 100)
            expect(countdown4.grade({ id: '', prompt: `${prompt}${pad(value)}:` }, answer).reward).toBe(1);
        },
      ),
      { numRuns: 500 },
    );
  });
});
