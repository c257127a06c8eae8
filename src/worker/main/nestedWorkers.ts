/** Workers within the worker, each for what may hang on somebody else's text: killed when they do not come back. */
import type { Experiment } from '../../experiment/types';
import { killable } from '../../lib/killable';
import { failure, type Result } from '../../lib/result';
import type { TextPort } from '../../text/encoder';
import type { ChosenData, ChosenFile } from '../../trainer/data/taskRows';
import { gradeStartMs, type GradeWorker } from '../../trainer/gradeRows';
import { nestedPort } from './nestedPort';

/** Encodes text; loads Hugging Face's library. */
export function startTextWorker(): TextPort {
  return nestedPort(new Worker(new URL('./text.worker.ts', import.meta.url), { type: 'module', name: 'text' }));
}

/** Grades answers. */
export function startGradeWorker(): GradeWorker {
  return killable(
    () => nestedPort(new Worker(new URL('./grade.worker.ts', import.meta.url), { type: 'module', name: 'grader' })),
    gradeStartMs,
  );
}

export interface RowsRequest {
  readonly task: Experiment['task'];
  readonly files: { readonly train: readonly ChosenFile[]; readonly heldOut: readonly ChosenFile[] };
}

export type RowsReply = Result<ChosenData>;

/** The largest files that are allowed take some seconds. */
const rowsDeadlineMs = 60_000;

/** The rows of files that a person chose; a reason where they are none, or take too long. */
export async function readRowsApart(request: RowsRequest): Promise<RowsReply> {
  const reader = killable<RowsRequest, RowsReply>(
    () => nestedPort(new Worker(new URL('./rows.worker.ts', import.meta.url), { type: 'module', name: 'rows' })),
    gradeStartMs,
  );
  const reply = await reader.ask(request, rowsDeadlineMs);
  reader.dispose();
  return reply.ok ? reply.value : failure('the file took too long to read and was left alone');
}
