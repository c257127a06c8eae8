/** The prompts of an experiment's task, from which the frameworks' data sets are made. */
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import { createTask, findTask } from '../tasks/parts/registry';
import type { Problem, Task, TaskRows } from '../tasks/parts/types';
import { preparePrompt } from '../text/promptFormat';
import type { ExportFile } from './exportFile';

export interface Problems {
  /** `data/train.jsonl` and `data/test.jsonl`, a problem per line: the name of its verifier (python/nsr/tasks), the prompt as text
   * or, to be rendered by the model's own template, as messages, and of a data set the answer. */
  readonly files: readonly ExportFile[];
  readonly maxPromptTokens: number;
}

/** `rows`: of a task that is made of a data set. Throws `InputError` on an unknown task or parameter, where rows are missing, and on a
 * way of grading that the exported package does not know. */
export function problemFiles(
  { task: chosen, prompt }: Pick<Experiment, 'task' | 'prompt'>,
  rows: TaskRows | null,
): Problems {
  const { name, params } = chosen;
  if (findTask(name).data && rows === null)
    throw new InputError(
      'task.name',
      name,
      'a task that makes its own problems, or its rows beside it: `nsr export --data FILE`',
    );
  const task = createTask(name, params, rows);
  const rest = gradingOf(task, params);
  const line = (problem: Problem): string => {
    const put = preparePrompt(problem.prompt, prompt);
    const asked = put.kind === 'text' ? put.text : put.messages;
    return `${JSON.stringify({ prompt: asked, ...rest(problem) })}\n`;
  };
  const file = (path: string, problems: readonly Problem[]): ExportFile => ({
    path,
    content: problems.map(line).join(''),
  });
  return {
    files: [file('data/train.jsonl', task.train), file('data/test.jsonl', task.heldOut)],
    maxPromptTokens: task.maxPromptTokens,
  };
}

/** What python/nsr/tasks is told beside prompt and completion. */
function gradingOf({ name, verdicts }: Task, params: Experiment['task']['params']): (problem: Problem) => object {
  if (verdicts === undefined) return () => ({ task: name, params });
  const { rule } = verdicts;
  if (rule.kind === 'exact' || rule.kind === 'pattern')
    throw new InputError(
      'task.params.grading',
      rule.kind,
      'mathematically or numerically: the exported grader knows no other',
    );
  const { kind, mode = 'mathematics', unboxed = 'refuse' } = rule;
  return (problem) => ({ task: kind, answer: verdicts.answerOf(problem), params: { mode, unboxed } });
}
