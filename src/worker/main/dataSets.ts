/** Rows of data sets in the page: read from the files that a person chose, stored, and found again by their fingerprint. */
import type { Experiment } from '../../experiment/types';
import { InputError } from '../../lib/errors';
import type { DataFiles } from '../../persist/dataFiles';
import type { StoredData } from '../../records/storedData';
import type { TaskRows } from '../../tasks/parts/types';
import { formatRows, parseRows } from '../../trainer/data/rowsFile';
import { checkFingerprint, needsRows, type ChosenFile } from '../../trainer/data/taskRows';
import { readRowsApart } from './nestedWorkers';

interface Chosen {
  readonly task: Experiment['task'];
  readonly train: readonly File[];
  readonly heldOut: readonly File[];
}

/** Rejects with `InputError` on files that the task cannot be made of, and where they take too long to read. */
export async function storeRows(files: DataFiles, { task, train, heldOut }: Chosen): Promise<StoredData> {
  const bytes = async (some: readonly File[]): Promise<ChosenFile[]> =>
    Promise.all(some.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
  const read = await readRowsApart({ task, files: { train: await bytes(train), heldOut: await bytes(heldOut) } });
  if (!read.ok) throw new InputError('data', read.reason, 'a file with the rows of this task');
  const { rows, fingerprint } = read.value;
  const label = [...train, ...heldOut].map(({ name }) => name).join(', ');
  const stored = { fingerprint, task: task.name, label, train: rows.train.length, heldOut: rows.heldOut.length };
  await files.keep(stored, formatRows(rows));
  return stored;
}

/** The rows that an experiment names; null of a task that makes its own problems. Rejects with `InputError` where they are not stored here. */
export async function readStoredRows(files: DataFiles, task: Experiment['task']): Promise<TaskRows | null> {
  if (!needsRows(task.name)) return null;
  const fingerprint = task.params['data'];
  if (typeof fingerprint !== 'string' || fingerprint === '')
    throw new InputError(
      'task.params.data',
      'no rows',
      `a file with the rows of ${task.name}: choose one beside the task`,
    );
  const text = await files.rows(fingerprint);
  if (text === null)
    throw new InputError(
      'task.params.data',
      fingerprint,
      `rows that are stored in this browser: choose the file of ${task.name}`,
    );
  const rows = parseRows(task.name, text);
  await checkFingerprint(task.params, rows);
  return rows;
}
