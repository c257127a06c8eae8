import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../lib/rng';
import { createTask, taskDefinitions } from './registry';
import type { Task } from './types';

const started = performance.now();
const tasks: Record<string, Task> = {
  countdown4: createTask('countdown', { numbers: 4 }),
  countdown3: createTask('countdown', { numbers: 3 }),
  addition: createTask('addition'),
};
const elapsedMs = performance.now() - started;
const { countdown4, countdown3, addition } = tasks as { countdown4: Task; countdown3: Task; addition: Task };

it('every task of the folder is registered under its file name', () => {
  const files = readdirSync(join(import.meta.dirname, '..'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  expect(taskDefinitions.map(({ name }) => name).sort()).toEqual(files.sort());
});

it('all three are made quickly', () => {
  // 300 ms each on a quiet machine; this only catches a blow-up.
  expect(elapsedMs).toBeLessThan(3000);
});

it('refuses unknown tasks, keys and values by name', () => {
  expect(() => createTask('chess')).toThrow('task: "chess" is not allowed; allowed: ');
  expect(() => createTask('countdown', { numbers: 5 })).toThrow(
    'task.params.numbers: 5 is not allowed; allowed: 3 | 4',
  );
  expect(() => createTask('countdown', { digits: 4 })).toThrow('task.params.digits');
  expect(() => createTask('addition', { digits: 4 })).toThrow('no parameters');
});

describe('Countdown has the prompts of recipe.md', () => {
  it.each([
    ['countdown4', 5413],
    ['countdown3', 1264],
  ])('%s', (name, count) => {
    const task = tasks[name];
    expect((task?.train.length ?? 0) + (task?.heldOut.length ?? 0)).toBe(count);
  });

  it('about a fifth is held out, and no digit set is on both sides', () => {
    expect(countdown4.heldOut.length / 5413).toBeCloseTo(0.2, 1);
    const digitSets = new Set(countdown4.train.map(({ prompt }) => prompt.slice(0, 4)));
    for (const { prompt } of countdown4.heldOut) expect(digitSets.has(prompt.slice(0, 4))).toBe(false);
  });

  it('prompts have one length and fit the alphabet', () => {
    for (const task of [countdown3, countdown4])
      for (const { prompt } of [...task.train, ...task.heldOut]) {
        expect(prompt).toHaveLength(task.maxPromptTokens);
        expect([...prompt].every((character) => task.alphabet.includes(character))).toBe(true);
      }
  });
});

it('addition has 10,000 prompts, a fifth held out', () => {
  expect([addition.train.length, addition.heldOut.length]).toEqual([8000, 2000]);
});

describe.each(Object.entries(tasks))('%s', (_, task) => {
  it('train and held-out are disjoint and the same every time', () => {
    const train = new Set(task.train.map(({ id }) => id));
    expect(train.size).toBe(task.train.length);
    expect(task.heldOut.some(({ id }) => train.has(id))).toBe(false);
    const again = createTask(task.name, task === countdown3 ? { numbers: 3 } : {});
    expect(again.heldOut).toEqual(task.heldOut);
  });

  it('demonstrations are right, varied by the generator, and fit the longest answer', () => {
    const rng = createRng(1);
    for (const problem of task.train.filter((_, index) => index % 97 === 0)) {
      const answer = task.demonstrate(problem, rng);
      expect(task.grade(problem, answer)).toMatchObject({ reward: 1, canonical: answer });
      expect(answer.length + 1).toBeLessThanOrEqual(task.maxNewTokens);
    }
  });
});

describe('Countdown verdicts', () => {
  const problem = { id: '3488=21:', prompt: '3488=21:' };

  it.each([
    ['8*3-4+8', 0, '8*3-4+8 = 28, target 21'],
    ['4*8-8-3', 1, '4*8-8-3 = 21'],
    ['8*4-8-3', 1, '8*4-8-3 = 21'],
    ['8*3-4-8', 0, '8*3-4-8 = 12, target 21'],
    ['4*8-8', 0, 'uses 4 8 8, given 3 4 8 8'],
    ['7*8-8-3', 0, 'uses 7 8 8 3, given 3 4 8 8'],
    ['', 0, 'no answer'],
    ['4*8-8-3=', 0, 'not digits joined by + - *'],
    ['-4*8-8-3', 0, 'not digits joined by + - *'],
    ['48-8-3', 0, 'not digits joined by + - *'],
    ['process.exit()', 0, 'not digits joined by + - *'],
  ])('%s', (answer, reward, reason) => {
    expect(countdown4.grade(problem, answer)).toMatchObject({ reward, reason });
  });

  it('refuses a prompt of another shape', () => {
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

  it('gives a verdict on any text', () => {
    fc.assert(
      fc.property(fc.string(), (answer) => {
        const { reward, canonical } = countdown4.grade(problem, answer);
        expect(reward === 0).toBe(canonical === null);
      }),
    );
  });
});

describe('addition verdicts', () => {
  it.each([
    ['92', 1, '34+58 = 92'],
    ['092', 0, '092, right is 92'],
    ['93', 0, '93, right is 92'],
    ['', 0, 'no answer'],
    ['9+', 0, 'not a number'],
  ])('%s', (answer, reward, reason) => {
    expect(addition.grade({ id: '', prompt: '34+58:' }, answer)).toMatchObject({ reward, reason });
  });
});
