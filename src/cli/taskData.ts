/** --data and --held-out: the rows of a task that is made of a data set. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import { needsRows, readTaskRows, withFingerprint, type ChosenData, type ChosenFile } from '../trainer/data/taskRows';
import { dataLimits } from '../trainer/data/limits';
import type { Arguments, OptionSpec } from './arguments';

export const dataOptions = {
  data: { value: 'FILE,...', help: 'rows of math, gsm8k, aime2025, amc23 or dataset: JSON lines or Parquet' },
  'held-out': { value: 'FILE,...', help: 'rows to evaluate on (a tenth of those of --data, at most 500)' },
} as const satisfies Record<string, OptionSpec>;

/** Null for a task that needs none. Rejects with `InputError` where files are missing, of no use, or not wanted. */
export async function readTaskData(args: Arguments, task: Experiment['task']): Promise<ChosenData | null> {
  const files = { train: readFiles(args, 'data'), heldOut: readFiles(args, 'held-out') };
  const given = files.train.length + files.heldOut.length > 0;
  if (!needsRows(task.name)) {
    if (given) throw new InputError('--data', task.name, 'nothing: this task makes its own problems');
    return null;
  }
  if (!given) throw new InputError('--data', 'nothing', `a file with the rows of ${task.name}`);
  return readTaskRows(task, files);
}

/** The task with the fingerprint of its rows, so that the experiment names them. */
export function withData(task: Experiment['task'], data: ChosenData | null): Experiment['task'] {
  return data === null ? task : { ...task, params: withFingerprint(task.params, data.fingerprint) };
}

function readFiles(args: Arguments, option: 'data' | 'held-out'): ChosenFile[] {
  if (!args.has(option)) return [];
  return args
    .text(option)
    .split(',')
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.isFile() !== true) throw new InputError(`--${option}`, path, 'a file that can be read');
      if (found.size > dataLimits.bytes) throw new InputError(`--${option}`, path, `at most ${dataLimits.bytes} bytes`);
      return { name: basename(path), bytes: readFileSync(path) };
    });
}
