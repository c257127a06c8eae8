/** From the files that a person chose to the rows that a task is made of. */
import type { ScalarValue } from '../../experiment/paramSpec';
import { InputError } from '../../lib/errors';
import { createTask, findTask } from '../../tasks/parts/registry';
import type { TaskRows } from '../../tasks/parts/types';
import { readDatasetFile } from './readDatasetFile';
import { fingerprintOf } from './rowsFile';

export interface ChosenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ChosenData {
  readonly rows: TaskRows;
  readonly fingerprint: string;
}

type Params = Readonly<Record<string, ScalarValue>>;

/** Whether a task is made of rows. Throws `InputError` on an unknown task. */
export function needsRows(task: string): boolean {
  return findTask(task).data !== undefined;
}

/** Reads the files and tries the task on them. Rejects with `InputError` on a task that needs none, a file that is none, and rows without the
 * columns that the task reads. `heldOut`: null where some of the rows are to be held out. */
export async function readTaskRows(
  task: { readonly name: string; readonly params: Params },
  files: { readonly train: readonly ChosenFile[]; readonly heldOut: readonly ChosenFile[] },
): Promise<ChosenData> {
  const { data } = findTask(task.name);
  if (data === undefined) throw new InputError('--data', task.name, 'a task that is made of rows');
  const read = async (some: readonly ChosenFile[]) =>
    (await Promise.all(some.map(({ name, bytes }) => readDatasetFile(name, bytes)))).flat();
  const [train, heldOut] = [await read(files.train), await read(files.heldOut)];
  const rows = data.evaluationOnly ? { train: [], heldOut: [...train, ...heldOut] } : { train, heldOut };
  createTask(task.name, task.params, rows);
  return { rows, fingerprint: await fingerprintOf(rows) };
}

/** The task's parameters with the fingerprint of its rows. */
export function withFingerprint(params: Params, fingerprint: string): Params {
  return { ...params, data: fingerprint };
}

/** Throws `InputError` where an experiment names other rows than these. */
export async function checkFingerprint(params: Params, rows: TaskRows): Promise<void> {
  const wanted = params['data'];
  if (typeof wanted !== 'string' || wanted === '') return;
  const given = await fingerprintOf(rows);
  if (given !== wanted) throw new InputError('task.params.data', given, `the rows of this experiment, ${wanted}`);
}
