import { describe, expect, it } from 'vitest';
import { createTask } from './registry';
import type { Problem, Task } from './types';

/** `prefix` and every string over `alphabet` that begins with it and has up to `longest` characters. */
function* allStrings(alphabet: string, longest: number, prefix = ''): Generator<string> {
  yield prefix;
  if (prefix.length === longest) return;
  for (const character of alphabet) yield* allStrings(alphabet, longest, prefix + character);
}

function accepted(task: Task, problem: Problem, alphabet: string, longest: number): string[] {
  const right = new Set<string>();
  for (const text of allStrings(alphabet, longest)) if (task.grade(problem, text).reward === 1) right.add(text);
  return [...right].sort();
}

const listed = (task: Task, problem: Problem) => [...(task.rightAnswers?.(problem) ?? [])].sort();

describe('listed right answers are those that the verifier accepts', () => {
  it('enumerates as many strings as there are', () => {
    expect([...allStrings('ab', 3)].sort()).toEqual(
      ['', 'a', 'b', 'aa', 'ab', 'ba', 'bb', 'aaa', 'aab', 'aba', 'abb', 'baa', 'bab', 'bba', 'bbb'].sort(),
    );
  });

  it('addition: every string of up to 4 characters', () => {
    const task = createTask('addition');
    for (const problem of [task.train[0], task.heldOut[7], task.heldOut[1999]])
      if (problem !== undefined) expect(listed(task, problem)).toEqual(accepted(task, problem, task.alphabet, 4));
  });

  it('three numbers: every string of up to 5 characters', () => {
    const task = createTask('countdown', { numbers: 3 });
    const [problem] = task.heldOut;
    if (problem === undefined) throw new Error('no problem');
    const answers = listed(task, problem);
    expect(answers.length).toBeGreaterThan(1);
    expect(answers).toEqual(accepted(task, problem, task.alphabet, 5));
  });

  it('four numbers: every string of 7 characters over the given digits and the operators', () => {
    const task = createTask('countdown', { numbers: 4 });
    const problem = task.heldOut.find(({ prompt }) => new Set(prompt.slice(0, 4)).size === 2);
    if (problem === undefined) throw new Error('no problem of two different digits');
    const alphabet = [...new Set(problem.prompt.slice(0, 4)), '+', '-', '*'].join('');
    const answers = listed(task, problem);
    expect(answers.length).toBeGreaterThan(1);
    expect(answers).toEqual(accepted(task, problem, alphabet, 7));
  });

  it('every listed answer is accepted, once, and is well formed', () => {
    for (const task of [createTask('countdown', { numbers: 4 }), createTask('addition')])
      for (const problem of task.heldOut.slice(0, 300)) {
        const answers = listed(task, problem);
        expect(new Set(answers).size).toBe(answers.length);
        for (const answer of answers)
          expect(task.grade(problem, answer)).toMatchObject({ reward: 1, wellFormed: true, canonical: answer });
      }
  });
});

it('tells malformed answers from wrong ones', () => {
  const countdown = createTask('countdown', { numbers: 3 });
  const problem = { id: '', prompt: '123=07:' };
  const formOf = (text: string) => countdown.grade(problem, text).wellFormed;
  expect(['1+2*3', '3*2+1', '1+1+1', '9', ''].map(formOf)).toEqual([true, true, true, true, false]);
  expect(['1+', '12+3', '1+2*3=', '+1'].map(formOf)).toEqual([false, false, false, false]);
  const addition = createTask('addition');
  const sum = { id: '', prompt: '34+58:' };
  expect(['92', '93', '092', '', '9a', '9+2'].map((text) => addition.grade(sum, text).wellFormed)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
