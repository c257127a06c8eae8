/** The prompts of an experiment's task, from which the frameworks' data sets are made. */
import type { Experiment } from '../experiment/types';
import { createTask } from '../tasks/parts/registry';
import type { ExportFile } from './exportFile';

export interface Problems {
  /** `data/train.jsonl` and `data/test.jsonl`, a problem per line. */
  readonly files: readonly ExportFile[];
  readonly maxPromptTokens: number;
}

/** Throws `InputError` on an unknown task or parameter. */
export function problemFiles({ task: { name, params } }: Pick<Experiment, 'task'>): Problems {
  const { train, heldOut, maxPromptTokens } = createTask(name, params);
  const lines = (problems: typeof train) =>
    problems.map(({ prompt }) => `${JSON.stringify({ task: name, prompt, params })}\n`).join('');
  return {
    files: [
      { path: 'data/train.jsonl', content: lines(train) },
      { path: 'data/test.jsonl', content: lines(heldOut) },
    ],
    maxPromptTokens,
  };
}
