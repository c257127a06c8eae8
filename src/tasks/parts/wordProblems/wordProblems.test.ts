import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../lib/rng';
import { createTask } from '../registry';
import { demonstrate, plansOf, resultOf } from './demonstration';
import { calculate, plots, solve, type Deed, type Story } from './story';
import { read, tell, wordings } from './wording';
import { boxes, people, things } from './words';

const at = <T>(values: readonly T[], index: number): T => {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
};

const deeds: readonly (readonly Deed[])[] = [1, 2, 3].flatMap(plots);
const index = fc.nat(1000);

/** Any story that the task could tell. */
const story: fc.Arbitrary<Story> = fc
  .record({ plot: index, who: index, other: fc.integer({ min: 1, max: 18 }), thing: index, box: index, opening: index })
  .chain(({ plot, who, other, thing, box, opening }) => {
    const turns = fc.tuple(
      ...at(deeds, plot).map((deed) =>
        fc.record({
          deed: fc.constant(deed),
          number: fc.integer({ min: 2, max: 20 }),
          wording: fc.nat(wordings(deed) - 1),
        }),
      ),
    );
    return fc.record({ start: fc.integer({ min: 2, max: 20 }), turns }).map(({ start, turns }) => ({
      person: at(people, who),
      friend: at(people, who + other),
      thing: at(things, thing),
      box: at(boxes, box),
      start,
      opening: opening % wordings(null),
      turns,
    }));
  })
  .filter(({ start, turns }) => solve(start, turns, Infinity) !== null);

const numbersIn = (text: string): string => (text.match(/\d+/g) ?? []).sort().join(' ');

describe('a story', () => {
  it('is read from its own text, word for word', () => {
    fc.assert(
      fc.property(story, (told) => {
        const again = read(tell(told));
        expect(tell(again)).toBe(tell(told));
        expect([again.start, again.turns]).toEqual([told.start, told.turns]);
        expect(again.person).toEqual(told.person);
      }),
    );
  });

  it('has the result of its steps, by whichever plan', () => {
    fc.assert(
      fc.property(story, (told) => {
        const right = resultOf(told);
        for (const plan of plansOf(told)) {
          expect(plan.at(-1)?.equation.result).toBe(right);
          for (const { equation } of plan)
            expect(calculate(equation.left, equation.operator, equation.right)).toEqual(equation);
        }
      }),
    );
  });

  it.each([
    '',
    'How many apples does Tom have now?\n',
    'Tom has 3 apples.\n',
    'Tom has 3 apples. He flies 4 of them to Mia. How many apples does Tom have now?\n',
    'Zoe has 3 apples. She finds 4 more. How many apples does Zoe have now?\n',
    'Tom has 3 apples. She finds 4 more. How many apples does Tom have now?\n',
    `Tom has 3 apples.${' He finds 2 more.'.repeat(1000)}`,
  ])('of another kind is refused: %#', (prompt) => {
    expect(() => read(prompt)).toThrow('a problem that this task writes');
  });

  it('with an amount that is no whole positive number is refused', () => {
    const prompt = 'Tom has 3 apples. He loses 5. How many apples does Tom have now?\n';
    expect(() => createTask('wordProblems').grade({ id: '', prompt }, '#### 2')).toThrow('whole positive amounts');
  });
});

describe.each([
  { steps: 2, largest: 10 },
  { steps: '1-3', largest: 6 },
  { steps: '2-3', largest: 20 },
])('problems of %j', (params) => {
  const task = createTask('wordProblems', params);

  it('hold numbers out: no combination of the held-out ones is seen in training', () => {
    const seen = new Set(task.train.map(({ prompt }) => numbersIn(prompt)));
    expect(task.heldOut.filter(({ prompt }) => seen.has(numbersIn(prompt)))).toEqual([]);
    expect(task.heldOut.length / (task.heldOut.length + task.train.length)).toBeGreaterThan(0.15);
  });

  it('take as many steps as asked for, and no result is above the square of the largest number', () => {
    const [fewest = 0, most = fewest] = String(params.steps).split('-').map(Number);
    const sample = task.train.filter((_, index) => index % 53 === 0).map(({ prompt }) => read(prompt));
    expect(new Set(sample.map(({ turns }) => turns.length)).size).toBe(most - fewest + 1);
    for (const { start, turns } of sample) {
      expect(turns.length).toBeGreaterThanOrEqual(fewest);
      expect(turns.length).toBeLessThanOrEqual(most);
      expect(solve(start, turns, params.largest ** 2)).not.toBeNull();
    }
  });

  it('have several right answers, told apart by their calculations', () => {
    const rng = createRng(3);
    const derivations = task.train
      .filter((_, index) => index % 211 === 0)
      .map((problem) => {
        const answers = Array.from({ length: 24 }, () => task.demonstrate(problem, rng));
        return new Set(answers.map((answer) => task.grade(problem, answer).canonical)).size;
      });
    expect(derivations.reduce((sum, count) => sum + count, 0) / derivations.length).toBeGreaterThan(1.5);
  });
});

it('two turns in the middle are taken in either order or together', () => {
  const prompt = 'Tom has 9 apples. He loses 2. He loses 3. Mia has 2 times as many. How many apples does Mia have?\n';
  const plans = plansOf(read(prompt)).map((steps) =>
    steps.map(({ equation: { left, operator, right, result } }) => `${left}${operator}${right}=${result}`),
  );
  expect(plans).toEqual([
    ['9-2=7', '7-3=4', '4*2=8'],
    ['9-3=6', '6-2=4', '4*2=8'],
    ['2+3=5', '9-5=4', '4*2=8'],
  ]);
});

it('a demonstration has a line per step and the number at the end', () => {
  const prompt = 'Kate has 2 crates with 4 nuts each. Paul has 3 times as many. How many nuts does Paul have?\n';
  const answer = demonstrate(read(prompt), createRng(1));
  expect(answer.split('\n')).toHaveLength(3);
  expect(answer).toMatch(/[24]\*[24]=8 nuts[^]*[38]\*[38]=24[^]*\n#### 24$/);
});

it('grades as GSM8K does: the last #### decides, thousands and words around the number do not matter', () => {
  const task = createTask('wordProblems');
  const prompt = 'Kate has 2 crates with 4 nuts each. Paul has 3 times as many. How many nuts does Paul have?\n';
  const rewards = ['#### 23\n#### 24', '#### 24.0', '#### $24', '#### 24\nThat is all.', '24', '#### 2.4'].map(
    (answer) => task.grade({ id: '', prompt }, answer).reward,
  );
  expect(rewards).toEqual([1, 1, 1, 1, 0, 0]);
});
