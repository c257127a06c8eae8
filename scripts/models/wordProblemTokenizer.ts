import { createRng } from '../../src/lib/rng.ts';
import { createTask } from '../../src/tasks/parts/registry.ts';
import { trainBytePairs, type BytePairs } from './byteLevelBpe.ts';

/** Tokens at most, the end token aside; the texts have fewer pairs that occur twice. */
const mostTokens = 1023;

/** The tokenizer of the word problems' model, learnt from the task's own problems, each with a worked answer (all numbers of
 * steps, train split). */
export function wordProblemTokenizer(): BytePairs {
  const task = createTask('wordProblems', { steps: '1-3', largest: 20 });
  const rng = createRng(0, 'tokenizer corpus');
  return trainBytePairs(
    task.train.map((problem) => problem.prompt + task.demonstrate(problem, rng)),
    mostTokens,
  );
}
