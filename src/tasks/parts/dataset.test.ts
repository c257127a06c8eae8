import { describe, expect, it } from 'vitest';
import { createTask } from './registry';
import type { DatasetRow } from './types';

const rowsOf = (count: number): DatasetRow[] =>
  Array.from({ length: count }, (_, index) => ({ problem: `Problem ${index}`, answer: String(index) }));

describe('a task of rows', () => {
  it('holds out a tenth, at most 500, where no rows are held out, the same every time', () => {
    const rows = { train: rowsOf(200), heldOut: [] };
    const task = createTask('math', {}, rows);
    expect([task.train.length, task.heldOut.length]).toEqual([180, 20]);
    expect(createTask('math', {}, rows).heldOut).toEqual(task.heldOut);
    expect(createTask('math', {}, { train: rowsOf(7500), heldOut: [] }).heldOut).toHaveLength(500);
  });

  it('trains on no problem that is held out', () => {
    const task = createTask('math', {}, { train: rowsOf(10), heldOut: rowsOf(12).slice(8) });
    expect(task.train.map(({ prompt }) => prompt)).toEqual(rowsOf(8).map(({ problem }) => problem));
    expect(task.heldOut).toHaveLength(4);
  });

  it('reads the answer from the boxed solution, not from the column beside it', () => {
    const row = { problem: 'p', answer: 'damaged', solution: 'It is $\\boxed{3}$.' };
    const task = createTask('math', {}, { train: rowsOf(2), heldOut: [row] });
    const [problem = expect.unreachable()] = task.heldOut;
    expect(task.grade(problem, '\\boxed{3}')).toMatchObject({ reward: 1, canonical: '3' });
  });

  it('has the papers’ grader by name', () => {
    const rows = { train: rowsOf(2), heldOut: [{ problem: 'p', answer: '0.5' }] };
    const gradeOf = (grader: string) => {
      const task = createTask('math', { grader }, rows);
      return task.heldOut.map((problem) => task.grade(problem, '\\boxed{50}').reward);
    };
    expect([gradeOf('mathematics'), gradeOf('papers')]).toEqual([[0], [1]]);
  });

  it('tells malformed answers from wrong ones', () => {
    const task = createTask('gsm8k', {}, { train: [], heldOut: [{ question: 'p', answer: '#### 3' }] });
    const [problem = expect.unreachable()] = task.heldOut;
    const formOf = (text: string) => task.grade(problem, text).wellFormed;
    expect(['#### 3', '#### 4', 'It is 3.', ''].map(formOf)).toEqual([true, true, false, false]);
  });

  it('of evaluation only has nothing to train on', () => {
    expect(createTask('aime2025', {}, { train: [], heldOut: rowsOf(3) })).toMatchObject({ train: [] });
    expect(createTask('amc23', {}, { train: rowsOf(2), heldOut: rowsOf(1) }).heldOut).toHaveLength(3);
  });

  it.each([
    ['no rows', 'math', { train: [], heldOut: [] }, 'a task whose rows are here'],
    [
      'no column of answers',
      'math',
      { train: [{ problem: 'p' }], heldOut: [] },
      'a column answer or final_answer or target',
    ],
    ['no problem', 'gsm8k', { train: [{ question: ' ', answer: '#### 1' }], heldOut: [] }, 'a column question'],
  ])('is refused with %s', (_, name, rows, message) => {
    expect(() => createTask(name, {}, rows)).toThrow(message);
  });

  it('refuses a pattern that is none', () => {
    const rows = { train: rowsOf(2), heldOut: [] };
    expect(() => createTask('dataset', { grading: 'pattern', pattern: '(' }, rows)).toThrow('task.params.pattern');
  });
});
