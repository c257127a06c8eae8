/**
 * What a generated word problem tells, apart from its wording: an amount (or groups of the same size), what is added to it and
 * taken away, and what is asked in the end. Every number but the first one costs one step of arithmetic.
 */
import type { Person } from './words';

/** What a step of the story does with the amount so far. */
export type Deed = 'groups' | 'gain' | 'loss' | 'times' | 'share' | 'price';

export interface Turn {
  readonly deed: Deed;
  /** groups: their number, the first amount being the size of one. */
  readonly number: number;
  /** Which of the deed's sentences tells it. */
  readonly wording: number;
}

export interface Story {
  readonly person: Person;
  readonly friend: Person;
  /** Plural. */
  readonly thing: string;
  readonly box: string;
  /** The amount that it begins with: of one group where the first turn is `groups`. */
  readonly start: number;
  /** Which of the first sentences tells it, where the first turn is not `groups`. */
  readonly opening: number;
  readonly turns: readonly Turn[];
}

export type Operator = '+' | '-' | '*' | '/';

export const operatorOf = {
  groups: '*',
  gain: '+',
  loss: '-',
  times: '*',
  share: '/',
  price: '*',
} as const satisfies Record<Deed, Operator>;

/** The deeds of problems with `steps` turns: groups only first; times, share and price, which change the question, only last. */
export function plots(steps: number): (readonly Deed[])[] {
  const middles = (count: number): Deed[][] =>
    count === 0
      ? [[]]
      : middles(count - 1).flatMap(
          (head) =>
            [
              [...head, 'gain'],
              [...head, 'loss'],
            ] as Deed[][],
        );
  const lasts: readonly Deed[] = ['times', 'share', 'price'];
  return [true, false].flatMap((groups) =>
    [null, ...lasts].flatMap((last) => {
      const count = steps - (groups ? 1 : 0) - (last === null ? 0 : 1);
      if (count < 0) return [];
      return middles(count).map((middle): Deed[] => [
        ...(groups ? (['groups'] as const) : []),
        ...middle,
        ...(last === null ? [] : [last]),
      ]);
    }),
  );
}

/** One worked step: `left operator right = result`. */
export interface Equation {
  readonly left: number;
  readonly operator: Operator;
  readonly right: number;
  readonly result: number;
}

/** Null where it is not a whole number of at least 1. */
export function calculate(left: number, operator: Operator, right: number): Equation | null {
  const result = valueOf(left, operator, right);
  return Number.isInteger(result) && result >= 1 ? { left, operator, right, result } : null;
}

function valueOf(left: number, operator: Operator, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return operator satisfies never;
  }
}

/** The steps in the order of the turns; null where one has no whole positive result, or one above `most`. */
export function solve(start: number, turns: readonly Pick<Turn, 'deed' | 'number'>[], most: number): Equation[] | null {
  const equations: Equation[] = [];
  let amount = start;
  for (const { deed, number } of turns) {
    const [left, right] = deed === 'groups' ? [number, amount] : [amount, number];
    const equation = calculate(left, operatorOf[deed], right);
    if (equation === null || equation.result > most) return null;
    equations.push(equation);
    amount = equation.result;
  }
  return equations;
}
