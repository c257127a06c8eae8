import * as v from 'valibot';
import { InputError } from '../lib/errors';
import { unboxedRules } from '../verify/extract';
import { answerKinds, graderModes, type AnswerKind, type GradeOptions, type Verdict } from '../verify/grade';
import type { Arguments, OptionSpec } from './arguments';
import { checkJson } from '../lib/checkJson';
import { gradeRows, type AnswerRow } from '../trainer/gradeRows';
import { readJsonLines } from './jsonLines';
import { startGradeWorker } from './threads';

export const answerOptions = {
  grader: { value: 'MODE', help: `math and gsm8k: ${graderModes.join(', ')} (default ${graderModes[0]})` },
  unboxed: {
    value: 'RULE',
    help: `math and gsm8k: what is read in a response without a box: ${unboxedRules.join(', ')} (default last)`,
  },
} as const satisfies Record<string, OptionSpec>;

const rowSchema = v.object({
  answer: v.union([v.string(), v.number()]),
  response: v.optional(v.string()),
  completion: v.optional(v.string()),
});

/** Whether --task names answers to mathematical problems, which need no prompt. */
export function isAnswerKind(task: string): task is AnswerKind {
  return answerKinds.some((kind) => kind === task);
}

/** Grades the rows of --file {"answer", "response"}. Throws `InputError` with file and line of a row that is none. */
export async function gradeAnswers(args: Arguments, kind: AnswerKind): Promise<readonly (AnswerRow & Verdict)[]> {
  if (args.has('params')) throw new InputError('--params', args.text('params'), `nothing: ${kind} has none`);
  const options: GradeOptions = {
    kind,
    mode: args.choice('grader', graderModes, 'mathematics'),
    unboxed: args.choice('unboxed', unboxedRules, 'last'),
  };
  const file = args.text('file');
  const rows = readJsonLines('--file', file).map(({ line, value }) => readRow(value, `${file}:${line}`));
  const worker = startGradeWorker();
  try {
    const verdicts = await gradeRows(rows, options, worker);
    return rows.flatMap((row, index) => {
      const verdict = verdicts[index];
      return verdict === undefined ? [] : [{ ...row, ...verdict }];
    });
  } finally {
    worker.dispose();
  }
}

function readRow(value: unknown, place: string): AnswerRow {
  const { answer, completion, response = completion } = checkJson(place, rowSchema, value);
  if (response === undefined) throw new InputError(place, value, 'answer and response (or completion)');
  return { answer: String(answer), response };
}
