/** The rows of a task in the one form in which this program keeps them: JSON lines `{"set": "train"|"heldOut", "row": {...}}`. Its fingerprint names
 * them in an experiment, so that a run goes on with the rows that it began with. */
import { InputError } from '../../lib/errors';
import { sha256Hex } from '../../lib/sha256';
import type { DatasetRow, TaskRows } from '../../tasks/parts/types';
import { dataLimits } from './limits';

const sets = ['train', 'heldOut'] as const;

export function formatRows(rows: TaskRows): string {
  return sets.flatMap((set) => rows[set].map((row) => `${JSON.stringify({ set, row })}\n`)).join('');
}

/** Of text that `formatRows` made. Throws `InputError` on any other. */
export function parseRows(name: string, text: string): TaskRows {
  const rows: { train: DatasetRow[]; heldOut: DatasetRow[] } = { train: [], heldOut: [] };
  if (text.length > 2 * dataLimits.characters)
    throw new InputError(name, `${text.length} characters`, 'a smaller file');
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { set, row } = readLine(name, line);
    rows[set].push(row);
  }
  return rows;
}

function readLine(name: string, line: string): { readonly set: 'train' | 'heldOut'; readonly row: DatasetRow } {
  try {
    const value = JSON.parse(line) as { readonly set?: unknown; readonly row?: unknown };
    const set = sets.find((one) => one === value.set);
    if (set !== undefined && typeof value.row === 'object' && value.row !== null)
      return { set, row: value.row as DatasetRow };
  } catch {
    // Told below.
  }
  throw new InputError(name, line, 'rows as this program keeps them');
}

/** 32 hex digits that name the rows. */
export async function fingerprintOf(rows: TaskRows): Promise<string> {
  return (await sha256Hex(new TextEncoder().encode(formatRows(rows)))).slice(0, 32);
}
