/** Worked answers in GSM8K's manner: a line per step, each with its calculation, then `#### ` and the number. */
import { InputError } from '../../../lib/errors';
import { invariant } from '../../../lib/invariant';
import type { Rng } from '../../../lib/rng';
import { calculate, solve, type Deed, type Equation, type Story, type Turn } from './story';
import { fill } from './wording';

/** A line of an answer: what it works out, and to which deed its words belong. `gains` and `losses`: two turns at once. */
interface Step {
  readonly deed: Deed | 'gains' | 'losses';
  readonly equation: Equation;
}

const lines = {
  groups: ['{name} has {equation} {thing}.', 'That is {equation} {thing}.', 'There are {equation} {thing} in all.'],
  gain: ['Now {he} has {equation} {thing}.', 'That makes {equation} {thing}.', '{He} then has {equation}.'],
  loss: ['{He} has {equation} {thing} left.', '{equation} {thing} are left.', 'After that {he} has {equation}.'],
  times: ['{friend} has {equation} {thing}.', 'So {friend} has {equation}.'],
  share: ['Each friend gets {equation} {thing}.', 'So each gets {equation}.'],
  price: ['{He} gets {equation} dollars.', 'That is {equation} dollars.'],
  gains: ['{He} gets {equation} more.', 'Together that is {equation} more.'],
  losses: ['{He} gives up {equation}.', 'Together that is {equation} less.'],
} as const satisfies Record<Step['deed'], readonly string[]>;

/** The ways to the result: the turns as told; two turns in the middle also swapped, or, both of a kind, taken together. */
export function plansOf(story: Story): readonly (readonly Step[])[] {
  const { start, turns } = story;
  const inOrder = stepsOf(start, turns);
  invariant(inOrder !== null, 'a story has whole positive amounts');
  const first = turns.findIndex(({ deed }, index) => isMiddle(deed) && isMiddle(turns[index + 1]?.deed));
  const [one, other] = [turns[first], turns[first + 1]];
  if (one === undefined || other === undefined) return [inOrder];
  const [before, after] = [turns.slice(0, first), turns.slice(first + 2)];
  const plans = [inOrder];
  const swapped = stepsOf(start, [...before, other, one, ...after]);
  if (swapped !== null) plans.push(swapped);
  const both = calculate(one.number, '+', other.number);
  if (one.deed === other.deed && both !== null) {
    const merged = stepsOf(start, [...before, { deed: one.deed, number: both.result }, ...after]);
    if (merged !== null) {
      const together: Step = { deed: one.deed === 'gain' ? 'gains' : 'losses', equation: both };
      plans.push([...merged.slice(0, first), together, ...merged.slice(first)]);
    }
  }
  return plans;
}

/** A right answer, drawn at random: a plan, the words of every line and the order of factors and summands. */
export function demonstrate(story: Story, rng: Rng): string {
  const plan = drawn(plansOf(story), rng);
  const { person, friend, thing } = story;
  const texts = plan.map(({ deed, equation }) => {
    const slots = { name: person.name, friend: friend.name, thing, equation: formatEquation(equation, rng) };
    return fill(drawn<string>(lines[deed], rng), person, slots);
  });
  return [...texts, `#### ${String(plan.at(-1)?.equation.result)}`].join('\n');
}

/** The value that the question asks for. Throws `InputError` where a step gives no whole positive number. */
export function resultOf({ start, turns }: Story): number {
  const result = solve(start, turns, Infinity)?.at(-1)?.result;
  if (result === undefined) throw new InputError('prompt', { start, turns }, 'a story of whole positive amounts');
  return result;
}

function stepsOf(start: number, turns: readonly Pick<Turn, 'deed' | 'number'>[]): Step[] | null {
  const equations = solve(start, turns, Infinity);
  if (equations === null) return null;
  return equations.flatMap((equation, index) => {
    const turn = turns[index];
    return turn === undefined ? [] : [{ deed: turn.deed, equation }];
  });
}

const isMiddle = (deed: Deed | undefined): boolean => deed === 'gain' || deed === 'loss';

function formatEquation({ left, operator, right, result }: Equation, rng: Rng): string {
  const swaps = (operator === '+' || operator === '*') && rng.int(2) === 1;
  return swaps ? `${right}${operator}${left}=${result}` : `${left}${operator}${right}=${result}`;
}

function drawn<T>(values: readonly T[], rng: Rng): T {
  const value = values[rng.int(values.length)];
  invariant(value !== undefined, 'something to draw from');
  return value;
}
