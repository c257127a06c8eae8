/** Tasks whose problems are rows of a data set: which columns are problem and answer, which rows are held out, how answers are graded. */
import { InputError } from '../../lib/errors';
import { invariant } from '../../lib/invariant';
import { gradeByRule, type AnswerRule } from '../../verify/rules';
import type { Verdict } from '../../verify/grade';
import { splitHeldOut } from './split';
import type { DatasetRow, Grade, Problem, Task, TaskRows } from './types';

/** What a row says; null of a row that cannot be used. */
export interface RowReading {
  readonly prompt: string;
  /** What responses are held against: a value, or a solution that concludes with it. */
  readonly answer: string;
  /** The bare answer, for showing. */
  readonly shown: string;
  /** A text that answers rightly, for supervised warm-up. */
  readonly demonstration: string;
}

export interface DatasetTask {
  readonly name: string;
  readonly rule: AnswerRule;
  readonly evaluationOnly: boolean;
  readonly maxPromptTokens: number;
  readonly maxNewTokens: number;
  /** Throws `InputError` naming the columns that are missing. */
  read(row: DatasetRow): RowReading;
}

/** Of rows that come without any held out. */
const heldOutShare = 0.1;
const mostHeldOut = 500;

/** The task of these rows. Throws `InputError` where there are none, or where one lacks a column. */
export function datasetTask(task: DatasetTask, rows: TaskRows | undefined): Task {
  const { name, rule, evaluationOnly, maxPromptTokens, maxNewTokens } = task;
  if (rows === undefined || rows.train.length + rows.heldOut.length === 0)
    throw new InputError('task.name', name, 'a task whose rows are here: choose a file of them, or --data FILE');
  const readings = new Map<string, RowReading>();
  const problemsOf = (set: 'train' | 'held-out', some: readonly DatasetRow[]): Problem[] =>
    some.map((row, index) => {
      const reading = readRow(task, row, `${set} row ${index + 1}`);
      const id = `${name}/${set}/${index}`;
      readings.set(id, reading);
      return { id, prompt: reading.prompt };
    });
  const { train, heldOut } = splitRows(problemsOf('train', rows.train), problemsOf('held-out', rows.heldOut), task);
  const readingOf = ({ id }: Problem): RowReading => {
    const reading = readings.get(id);
    invariant(reading !== undefined, `${name} has no problem ${id}`);
    return reading;
  };
  const gradeOf = (problem: Problem, verdict: Verdict): Grade => gradeWords(readingOf(problem), verdict);
  const answerOf = (problem: Problem): string => readingOf(problem).answer;
  return {
    name,
    alphabet: '',
    maxPromptTokens,
    maxNewTokens,
    train: evaluationOnly ? [] : train,
    heldOut,
    grade: (problem, completion) => gradeOf(problem, gradeByRule(answerOf(problem), completion, rule)),
    verdicts: { rule, answerOf, gradeOf },
    demonstrate: (problem) => readingOf(problem).demonstration,
  };
}

/** No prompt stands on both sides. */
function splitRows(
  train: readonly Problem[],
  heldOut: readonly Problem[],
  { name, evaluationOnly }: DatasetTask,
): { readonly train: readonly Problem[]; readonly heldOut: readonly Problem[] } {
  if (evaluationOnly) return { train: [], heldOut: [...train, ...heldOut] };
  const split =
    heldOut.length > 0
      ? { train, heldOut }
      : splitHeldOut(train, Math.min(heldOutShare, mostHeldOut / train.length), `${name} of ${train.length}`);
  const kept = new Set(split.heldOut.map(({ prompt }) => prompt));
  return { train: split.train.filter(({ prompt }) => !kept.has(prompt)), heldOut: split.heldOut };
}

function readRow(task: DatasetTask, row: DatasetRow, place: string): RowReading {
  const reading = task.read(row);
  if (reading.prompt.trim() === '') throw new InputError(place, 'no problem', 'a row with a problem and an answer');
  return reading;
}

/** The first of these columns that a row has with something in it; null where it has none. */
export function firstColumn(row: DatasetRow, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined;
    if (value !== undefined && value.trim() !== '') return value;
  }
  return null;
}

/** Throws `InputError` listing what there is. */
export function needColumn(row: DatasetRow, names: readonly string[]): string {
  const value = firstColumn(row, names);
  if (value !== null) return value;
  throw new InputError('columns', Object.keys(row).join(', '), `a column ${names.join(' or ')} in every row`);
}

const longestShown = 60;

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longestShown ? line : `${line.slice(0, longestShown - 1)}…`;
};

function gradeWords({ shown }: RowReading, { correct, extracted, reason, by }: Verdict): Grade {
  const wellFormed = extracted !== null && by !== 'none';
  if (correct) return { reward: 1, wellFormed, reason: `${short(extracted ?? '')}: ${reason}`, canonical: shown };
  const found = wellFormed ? `${short(extracted)}, right is ${short(shown)}: ${reason}` : reason;
  return { reward: 0, wellFormed, reason: found, canonical: null };
}
