import * as v from 'valibot';
import { InputError } from '../../lib/errors';
import type { Task } from '../../tasks/parts/types';
import { checkJson } from '../../lib/checkJson';
import type { Command } from '../command';
import { answerOptions, gradeAnswers, isAnswerKind } from '../gradeAnswers';
import { checkOutput, writeOutput } from '../files';
import { formatJsonLines, readJsonLines } from '../jsonLines';
import { readTask, taskOptions } from '../task';

const rowSchema = v.object({
  prompt: v.string(),
  completion: v.optional(v.string()),
  response: v.optional(v.string()),
});

export const command: Command = {
  summary: "a task's verifier on given answers",
  options: {
    ...taskOptions,
    task: { value: 'NAME', help: 'math, gsm8k, countdown or addition' },
    file: {
      value: 'ROWS.jsonl',
      help: 'rows {"answer": ..., "response": ...} for math and gsm8k, else {"prompt": ..., "response": ...} (or "completion")',
    },
    out: { value: 'VERDICTS.jsonl', help: 'file to write: the rows with verdict, reason and what was read' },
    ...answerOptions,
  },
  async run(args) {
    const out = args.text('out');
    checkOutput('--out', out, args.flag('force'));
    const name = args.text('task');
    if (isAnswerKind(name)) {
      const graded = await gradeAnswers(args, name);
      writeOutput(out, formatJsonLines(graded));
      return { out, rows: graded.length, correct: graded.filter(({ correct }) => correct).length };
    }
    const task = readTask(args);
    const file = args.text('file');
    const verdicts = readJsonLines('--file', file).map(({ line, value }) => verdict(task, value, `${file}:${line}`));
    writeOutput(out, formatJsonLines(verdicts));
    return { out, rows: verdicts.length, correct: verdicts.filter(({ reward }) => reward === 1).length };
  },
};

function verdict(task: Task, row: unknown, place: string) {
  const { prompt, response, completion = response } = checkJson(place, rowSchema, row);
  if (completion === undefined) throw new InputError(place, row, 'prompt and completion (or response)');
  try {
    return { prompt, completion, ...task.grade({ id: prompt, prompt }, completion) };
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${place}: ${error.field}`, error.value, error.allowed);
    throw error;
  }
}
