import { Worker } from 'node:worker_threads';
import type { Killable, Port } from '../lib/killable';
import { killable } from '../lib/killable';
import type { GradeOptions, Verdict } from '../verify/grade';

/** An answer and a response to grade against it. */
export interface AnswerRow {
  readonly answer: string;
  readonly response: string;
}

export interface GradeRequest {
  readonly rows: readonly AnswerRow[];
  readonly options: GradeOptions;
}

export type GradeWorker = Killable<GradeRequest, readonly Verdict[]>;

const rowsPerRequest = 256;
/** For one row: a thousand times what the grader allows itself (verify/limits.ts), so that only a hang meets it. */
const rowDeadlineMs = 5000;
const requestDeadlineMs = 20_000;
const startMs = 20_000;

/** Grades in a thread of Node, from the script at `path`. */
export function startGradeWorker(path: string): GradeWorker {
  return killable(() => threadPort(path), startMs);
}

function threadPort(path: string): Port<GradeRequest, readonly Verdict[]> {
  const thread = new Worker(path);
  let listener: (reply: readonly Verdict[] | null) => void = () => undefined;
  thread.on('message', (reply: readonly Verdict[]) => listener(reply));
  thread.on('error', () => listener(null));
  thread.on('exit', () => listener(null));
  return {
    post: (request) => thread.postMessage(request),
    onReply: (next) => void (listener = next),
    kill: () => {
      listener = () => undefined;
      void thread.terminate();
    },
  };
}

/** The verdicts of all rows, in order. A row at which the worker hangs or dies is wrong with the reason 'deadline'; the
 * others of its request are graded one by one. */
export async function gradeRows(
  rows: readonly AnswerRow[],
  options: GradeOptions,
  worker: GradeWorker,
  deadlinesMs: { readonly request: number; readonly row: number } = { request: requestDeadlineMs, row: rowDeadlineMs },
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let start = 0; start < rows.length; start += rowsPerRequest) {
    const some = rows.slice(start, start + rowsPerRequest);
    const reply = await worker.ask({ rows: some, options }, deadlinesMs.request);
    if (reply.ok) {
      verdicts.push(...reply.value);
      continue;
    }
    for (const row of some) {
      const single = await worker.ask({ rows: [row], options }, deadlinesMs.row);
      const [verdict] = single.ok ? single.value : [];
      verdicts.push(verdict ?? { extracted: null, correct: false, reason: 'deadline', by: 'none' });
    }
  }
  return verdicts;
}
