/**
 * Mini-Countdown: reach a two-digit target with every given digit exactly once, joined by + - * with the usual precedence.
 * Prompt `3488=21:` (sorted digits, target, 8 characters with four numbers), answer `d op d op d op d`. Prompts with several (2 to 8 with four numbers)
 * distinct right strings are kept (commuted strings count as different), so that diversity can be seen and lost.
 * Held out: a fifth of the digit multisets, so that no held-out digit set is seen in training.
 */
import { InputError } from '../lib/errors';
import type { Rng } from '../lib/rng';
import { arithmeticAlphabet } from './parts/alphabet';
import { splitHeldOut } from './parts/split';
import type { Grade, Problem, TaskDefinition } from './parts/types';

const operators = ['+', '-', '*'] as const;
type Operator = (typeof operators)[number];
const fewestSolutions = 2;
/** With three numbers every prompt of two or more counts (1,264; two of them have 10 and 12). */
const mostSolutions = new Map([
  [3, Infinity],
  [4, 8],
]);
const targets = 100;
const heldOutShare = 0.2;

/** Value of d0 op0 d1 op1 ..., products before sums. */
function evaluate(digits: readonly number[], ops: readonly Operator[]): number {
  let total = 0;
  let sign = 1;
  let product = digits[0] ?? 0;
  ops.forEach((op, index) => {
    const digit = digits[index + 1] ?? 0;
    if (op === '*') {
      product *= digit;
      return;
    }
    total += sign * product;
    sign = op === '-' ? -1 : 1;
    product = digit;
  });
  return total + sign * product;
}

/** Sorted multisets of `size` digits 1-9. */
function multisets(size: number, least = 1): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: 10 - least }, (_, index) => least + index).flatMap((digit) =>
    multisets(size - 1, digit).map((rest) => [digit, ...rest]),
  );
}

/** Distinct orders of a multiset. */
function orders(digits: readonly number[]): number[][] {
  if (digits.length === 0) return [[]];
  return [...new Set(digits)].flatMap((digit) => {
    const rest = [...digits];
    rest.splice(rest.indexOf(digit), 1);
    return orders(rest).map((tail) => [digit, ...tail]);
  });
}

/** All ways to fill `count` places with an operator. */
function operatorChoices(count: number): Operator[][] {
  if (count === 0) return [[]];
  return operatorChoices(count - 1).flatMap((head) => operators.map((op) => [...head, op]));
}

const choicesOf = new Map([3, 4].map((numbers) => [numbers, operatorChoices(numbers - 1)]));

/** Calls `visit` with every expression over the digits; each is a different string. */
function eachExpression(
  digits: readonly number[],
  visit: (order: readonly number[], ops: readonly Operator[]) => void,
): void {
  const choices = choicesOf.get(digits.length) ?? operatorChoices(digits.length - 1);
  for (const order of orders(digits)) for (const ops of choices) visit(order, ops);
}

function render(order: readonly number[], ops: readonly Operator[]): string {
  return order.map((digit, index) => `${digit}${ops[index] ?? ''}`).join('');
}

interface Puzzle {
  readonly digits: readonly number[];
  readonly target: number;
}

function parsePrompt(prompt: string, numbers: number): Puzzle {
  const match = new RegExp(`^([1-9]{${numbers}})=(\\d\\d):$`).exec(prompt);
  if (match === null)
    throw new InputError(
      'prompt',
      prompt,
      `${numbers} digits 1-9, =, a two-digit target, : such as ${'3488'.slice(-numbers)}=21:`,
    );
  return { digits: Array.from(match[1] ?? '', Number), target: Number(match[2]) };
}

/** All right answers of a puzzle. */
function solutions({ digits, target }: Puzzle): string[] {
  const found: string[] = [];
  eachExpression(digits, (order, ops) => {
    if (evaluate(order, ops) === target) found.push(render(order, ops));
  });
  return found;
}

/** Problems of one multiset: its targets with few enough, but several, right answers. */
function problemsOf(digits: readonly number[]): Problem[] {
  const counts = new Uint16Array(targets);
  const most = mostSolutions.get(digits.length) ?? Infinity;
  eachExpression(digits, (order, ops) => {
    const value = evaluate(order, ops);
    if (value >= 0 && value < targets) counts[value] = (counts[value] ?? 0) + 1;
  });
  return Array.from(counts).flatMap((count, target) => {
    const prompt = `${digits.join('')}=${String(target).padStart(2, '0')}:`;
    return count >= fewestSolutions && count <= most ? [{ id: prompt, prompt }] : [];
  });
}

function grade(prompt: string, completion: string, numbers: number): Grade {
  const { digits, target } = parsePrompt(prompt, numbers);
  const malformed = (reason: string): Grade => ({ reward: 0, wellFormed: false, reason, canonical: null });
  const wrong = (reason: string): Grade => ({ ...malformed(reason), wellFormed: true });
  if (completion === '') return malformed('no answer');
  if (!/^\d(?:[+\-*]\d)*$/.test(completion)) return malformed('not digits joined by + - *');
  const used = Array.from(completion.replace(/\D/g, ''), Number);
  const sorted = [...used].sort((a, b) => a - b).join('');
  if (sorted !== [...digits].sort((a, b) => a - b).join(''))
    return wrong(`uses ${used.join(' ')}, given ${digits.join(' ')}`);
  const ops = Array.from(completion.replace(/\d/g, '')).flatMap(
    (symbol) => operators.find((op) => op === symbol) ?? [],
  );
  const value = evaluate(used, ops);
  if (value !== target) return wrong(`${completion} = ${value}, target ${target}`);
  return { reward: 1, wellFormed: true, reason: `${completion} = ${target}`, canonical: completion };
}

export const definition: TaskDefinition = {
  name: 'countdown',
  label: 'Countdown',
  help: 'Reach the target with every given digit once, using + - *. Most prompts have several right answers.',
  params: [
    {
      key: 'numbers',
      label: 'Numbers',
      help: 'How many digits are given.',
      kind: 'choice',
      options: [
        { value: 3, label: 'Three' },
        { value: 4, label: 'Four' },
      ],
      default: 4,
      acts: 'restart',
    },
  ],
  alphabet: arithmeticAlphabet,
  maxPromptTokens: 8,
  maxNewTokens: 8,
  listsAnswers: true,
  examples: [
    { prompt: '3488=21:', answer: '4*8-8-3', reward: 1, reason: '4*8-8-3 = 21' },
    { prompt: '3488=21:', answer: '8*4-8-3', reward: 1, reason: '8*4-8-3 = 21' },
    { prompt: '3488=21:', answer: '8*3-4+8', reward: 0, reason: '8*3-4+8 = 28, target 21' },
    { prompt: '3488=21:', answer: '8*3-4-8', reward: 0, reason: '8*3-4-8 = 12, target 21' },
    { prompt: '3488=21:', answer: '4*8-8', reward: 0, reason: 'uses 4 8 8, given 3 4 8 8' },
    { prompt: '3488=21:', answer: '7*8-8-3', reward: 0, reason: 'uses 7 8 8 3, given 3 4 8 8' },
    { prompt: '3488=21:', answer: '4*8-8-3=', reward: 0, reason: 'not digits joined by + - *' },
    { prompt: '3488=21:', answer: '-4*8-8-3', reward: 0, reason: 'not digits joined by + - *' },
    { prompt: '3488=21:', answer: '48-8-3', reward: 0, reason: 'not digits joined by + - *' },
    { prompt: '3488=21:', answer: 'process.exit()', reward: 0, reason: 'not digits joined by + - *' },
    { prompt: '3488=21:', answer: '', reward: 0, reason: 'no answer' },
  ],
  create(params) {
    const numbers = params['numbers'] ?? 4;
    if (numbers !== 3 && numbers !== 4) throw new InputError('task.params.numbers', numbers, '3 | 4');
    const groups = multisets(numbers)
      .map(problemsOf)
      .filter((problems) => problems.length > 0);
    const { train, heldOut } = splitHeldOut(groups, heldOutShare, `countdown${numbers}`);
    return {
      name: 'countdown',
      alphabet: arithmeticAlphabet,
      maxPromptTokens: numbers + 4,
      maxNewTokens: 2 * numbers,
      train: train.flat(),
      heldOut: heldOut.flat(),
      grade: ({ prompt }, completion) => grade(prompt, completion, numbers),
      rightAnswers: ({ prompt }) => solutions(parsePrompt(prompt, numbers)),
      demonstrate: ({ prompt }, rng: Rng) => {
        const found = solutions(parsePrompt(prompt, numbers));
        const chosen = found[rng.int(Math.max(1, found.length))];
        if (chosen === undefined) throw new InputError('prompt', prompt, 'a puzzle that can be solved');
        return chosen;
      },
    };
  },
};
