/** Grading answers where it can be killed: in a thread of Node or a worker of the page (`answerRequest` is what that does). */
import type { Killable } from '../lib/killable';
import type { Verdict } from '../verify/grade';
import { gradeByRule, type AnswerRule } from '../verify/rules';

/** An answer and a response to grade against it. */
export interface AnswerRow {
  readonly answer: string;
  readonly response: string;
}

export interface GradeRequest {
  readonly rows: readonly AnswerRow[];
  readonly rule: AnswerRule;
}

export type GradeWorker = Killable<GradeRequest, readonly Verdict[]>;

/** The verdicts of all rows, in order. */
export type GradeRows = (rows: readonly AnswerRow[], rule: AnswerRule) => Promise<readonly Verdict[]>;

export interface GradeDeadlines {
  /** For all rows of a request. */
  readonly requestMs: number;
  /** For a row alone, after a request that hung. */
  readonly rowMs: number;
}

const rowsPerRequest = 256;
/** For one row a thousand times what the grader allows itself (verify/limits.ts), so that only a hang meets it. */
const usual: GradeDeadlines = { requestMs: 20_000, rowMs: 5000 };
/** Starting a worker. */
export const gradeStartMs = 20_000;

/** What the worker does. */
export function answerRequest({ rows, rule }: GradeRequest): readonly Verdict[] {
  return rows.map(({ answer, response }) => gradeByRule(answer, response, rule));
}

/** The verdicts of all rows, in order. A row at which the worker hangs or dies is wrong with the reason 'deadline'; the
 * others of its request are graded one by one. */
export async function gradeRows(
  rows: readonly AnswerRow[],
  rule: AnswerRule,
  worker: GradeWorker,
  { requestMs, rowMs }: GradeDeadlines = usual,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let start = 0; start < rows.length; start += rowsPerRequest) {
    const some = rows.slice(start, start + rowsPerRequest);
    const reply = await worker.ask({ rows: some, rule }, requestMs);
    if (reply.ok) {
      verdicts.push(...reply.value);
      continue;
    }
    let fresh = true;
    for (const row of some) {
      // A new worker starts before the row's own time runs.
      if (fresh) await worker.ask({ rows: [], rule }, 0);
      const single = await worker.ask({ rows: [row], rule }, rowMs);
      fresh = !single.ok;
      const [verdict] = single.ok ? single.value : [];
      verdicts.push(verdict ?? { extracted: null, correct: false, reason: 'deadline', by: 'none' });
    }
  }
  return verdicts;
}

/** Within a run a hang may not hold up the step for long. */
const inARun: GradeDeadlines = { requestMs: 5000, rowMs: 250 };

/** Grades the answers of a run's rollouts. */
export function runGrader(worker: GradeWorker): GradeRows {
  return (rows, rule) => gradeRows(rows, rule, worker, inARun);
}
