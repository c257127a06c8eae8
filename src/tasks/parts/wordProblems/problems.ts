/** The problems of the task: for every multiset of numbers the same number of stories, their words and order drawn at random. */
import { invariant } from '../../../lib/invariant';
import { createRng, type Rng } from '../../../lib/rng';
import type { Problem } from '../types';
import { plots, solve, type Deed } from './story';
import { boxes, people, things } from './words';
import { tell, wordings } from './wording';

/** Smallest number in a problem: with 1 there is no plural, and nothing is multiplied. */
const smallest = 2;
/** Problems over all numbers of steps, about; both sides of the split together. */
const total = 20_000;
/** Draws for one problem before its numbers are taken to allow no more. */
const mostTries = 60;

export interface Extent {
  readonly fewestSteps: number;
  readonly mostSteps: number;
  /** Largest number that a problem gives; no result is above its square. */
  readonly largest: number;
}

/** The problems of each multiset of given numbers, so that a split by groups holds out numbers. */
export function problemGroups({ fewestSteps, mostSteps, largest }: Extent): Problem[][] {
  const kinds = mostSteps - fewestSteps + 1;
  return Array.from({ length: kinds }, (_, index) => fewestSteps + index).flatMap((steps) => {
    const groups = multisets(steps + 1, smallest, largest);
    return groups.map((numbers) => problemsOf(numbers, Math.ceil(total / kinds / groups.length), largest ** 2));
  });
}

/** Sorted multisets of `size` numbers from `least` to `largest`. */
function multisets(size: number, least: number, largest: number): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: largest - least + 1 }, (_, index) => least + index).flatMap((number) =>
    multisets(size - 1, number, largest).map((rest) => [number, ...rest]),
  );
}

function problemsOf(numbers: readonly number[], count: number, most: number): Problem[] {
  const rng = createRng(0, 'word problems', numbers.join('.'));
  const known = plots(numbers.length - 1);
  const prompts = new Set<string>();
  for (let tries = 0; prompts.size < count && tries < count + mostTries; tries += 1) {
    const prompt = drawPrompt(rng, numbers, known, most);
    if (prompt !== null) prompts.add(prompt);
  }
  return [...prompts].map((prompt, index) => ({ id: `${numbers.join('.')}-${index}`, prompt }));
}

function drawPrompt(
  rng: Rng,
  numbers: readonly number[],
  known: readonly (readonly Deed[])[],
  most: number,
): string | null {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const [start = 0, ...rest] = rng.shuffle([...numbers]);
    const turns = draw(rng, known).map((deed, index) => ({ deed, number: rest[index] ?? 0 }));
    if (solve(start, turns, most) === null) continue;
    const [person, friend] = rng.shuffle([...people]);
    invariant(person !== undefined && friend !== undefined, 'two people');
    return tell({
      person,
      friend,
      thing: draw(rng, things),
      box: draw(rng, boxes),
      start,
      opening: rng.int(wordings(null)),
      turns: turns.map((turn) => ({ ...turn, wording: rng.int(wordings(turn.deed)) })),
    });
  }
  return null;
}

function draw<T>(rng: Rng, values: readonly T[]): T {
  const value = values[rng.int(values.length)];
  invariant(value !== undefined, 'something to draw from');
  return value;
}
