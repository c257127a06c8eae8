/** Collects what a run measures and sends it to the page at most four times a second. */
import { dropFrom } from './runRecord';
import type { ExperimentEdit } from '../../experiment/types';
import type { EvaluationRow, MetricsRow } from '../../records/rows';
import type { Event, StatusFrame } from '../protocol';
import type { ConfidenceHistogram, Sample } from '../../records/samples';

const INTERVAL_MS = 250;

interface Latest {
  readonly samples: readonly Sample[];
  readonly histogram: ConfidenceHistogram;
}

export interface Frames {
  row(row: MetricsRow, edits: readonly ExperimentEdit[], latest: () => Latest): void;
  evaluation(row: EvaluationRow): void;
  status(status: StatusFrame): void;
  /** Sends what waits, now: before a pause, an end, an answer. */
  flush(): void;
}

export function createFrames(runId: string, send: (event: Event) => void): Frames {
  let rows: MetricsRow[] = [];
  let evaluations: EvaluationRow[] = [];
  let edits: ExperimentEdit[] = [];
  let latest: (() => Latest) | null = null;
  let status: StatusFrame | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (rows.length || evaluations.length || edits.length) {
      // Samples are made from the last rollout only, and only when they are sent.
      const shown = latest?.() ?? null;
      send({
        type: 'frame',
        runId,
        rows,
        evaluations,
        edits,
        samples: shown?.samples ?? null,
        histogram: shown?.histogram ?? null,
      });
    }
    rows = [];
    evaluations = [];
    edits = [];
    latest = null;
    if (status) send({ type: 'status', runId, status });
    status = null;
  }

  const later = (): void => {
    timer ??= setTimeout(flush, INTERVAL_MS);
  };

  return {
    row: (row, applied, makeLatest) => {
      // A rewind within one frame: its steps come again, and the page takes a frame's rows as they are.
      dropFrom(rows, row.step);
      rows.push(row);
      edits.push(...applied);
      latest = makeLatest;
      later();
    },
    evaluation: (row) => {
      dropFrom(evaluations, row.step);
      evaluations.push(row);
      later();
    },
    status: (next) => {
      const changed = status === null ? true : status.phase !== next.phase;
      status = next;
      // A new phase is said at once, so that a long first compilation never looks like a hang.
      if (changed && timer === null) flush();
      else later();
    },
    flush,
  };
}
