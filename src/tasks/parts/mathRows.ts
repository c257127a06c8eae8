/** What the tasks on mathematical data sets share: their parameters, and the answer that a row holds. */
import type { ParamSpec, ScalarValue } from '../../experiment/paramSpec';
import { InputError } from '../../lib/errors';
import { extractAnswer } from '../../verify/extract';
import { graderModes, type GraderMode } from '../../verify/grade';
import { unboxedRules, type UnboxedRule } from '../../verify/extract';
import { firstColumn, needColumn, type RowReading } from './dataset';
import type { DatasetRow } from './types';

type Params = Readonly<Record<string, ScalarValue>>;

/** The rows that a run is on: 32 hex digits of their SHA-256, filled in when they are chosen; empty: whichever are given. */
export const dataParam: ParamSpec = {
  key: 'data',
  kind: 'text',
  role: 'data',
  label: 'Rows',
  help: 'Which rows the problems are: the fingerprint of the file that was chosen.',
  pattern: '^(?:[0-9a-f]{32})?$',
  allowed: 'the fingerprint of a data set, 32 hex digits, or nothing',
  default: '',
  acts: 'restart',
};

export const graderParam = (standard: GraderMode): ParamSpec => ({
  key: 'grader',
  kind: 'choice',
  label: 'Grader',
  help: 'Mathematics: equal values in any form. Papers: as the graders behind published numbers, for comparing with them. Text: the same text.',
  options: [
    { value: 'mathematics', label: 'Mathematics' },
    { value: 'papers', label: 'Papers' },
    { value: 'text', label: 'Same text' },
  ],
  default: standard,
  acts: 'restart',
});

export const unboxedParam: ParamSpec = {
  key: 'unboxed',
  kind: 'choice',
  label: 'Without a box',
  help: 'What is taken for the answer where a text has no box: nothing, what follows “the answer is”, or its last formula or number.',
  options: [
    { value: 'refuse', label: 'Nothing' },
    { value: 'phrase', label: 'After a phrase' },
    { value: 'last', label: 'Last number' },
  ],
  default: 'refuse',
  acts: 'restart',
};

export function readGrader(params: Params, standard: GraderMode): GraderMode {
  return oneOf('grader', params['grader'] ?? standard, graderModes);
}

export function readUnboxed(params: Params): UnboxedRule {
  return oneOf('unboxed', params['unboxed'] ?? 'refuse', unboxedRules);
}

export function oneOf<T extends string>(key: string, value: ScalarValue, allowed: readonly T[]): T {
  const found = allowed.find((option) => option === value);
  if (found === undefined) throw new InputError(`task.params.${key}`, value, allowed.join(' | '));
  return found;
}

/** A problem with a boxed solution, an answer, or both. The answer is read from the boxed solution where there is one: the cleaning of
 * MATH's answer column damaged some (docs/grader.md). */
export function readMathRow(row: DatasetRow): RowReading {
  const prompt = needColumn(row, ['problem', 'question', 'prompt']);
  const solution = firstColumn(row, ['solution']);
  const boxed = solution === null ? null : extractAnswer(solution, 'refuse').text;
  if (solution !== null && boxed !== null && boxed.trim() !== '')
    return { prompt, answer: solution, shown: boxed, demonstration: solution };
  const answer = needColumn(row, ['answer', 'final_answer', 'target']);
  return { prompt, answer, shown: answer, demonstration: `\\boxed{${answer}}` };
}
