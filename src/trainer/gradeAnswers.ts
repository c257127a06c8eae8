import { at } from '../lib/invariant';
import type { Grade, Problem, Task } from '../tasks/parts/types';
import type { GradeRows } from './gradeRows';

interface Grading {
  readonly task: Pick<Task, 'grade' | 'verdicts'>;
  readonly gradeRows?: GradeRows | null;
}

/** The grades of some answers, in order: in the world's grader where the task's grading may hang and there is one, else here. */
export async function gradeAnswers(
  { task, gradeRows = null }: Grading,
  answers: readonly { readonly problem: Problem; readonly text: string }[],
): Promise<readonly Grade[]> {
  const { verdicts } = task;
  if (verdicts === undefined || gradeRows === null)
    return answers.map(({ problem, text }) => task.grade(problem, text));
  const rows = answers.map(({ problem, text }) => ({ answer: verdicts.answerOf(problem), response: text }));
  const given = await gradeRows(rows, verdicts.rule);
  return answers.map(({ problem }, index) => verdicts.gradeOf(problem, at(given, index)));
}
