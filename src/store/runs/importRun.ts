/** Runs from files. */
import type { Catalogue } from '../../experiment/catalogue';
import { parseRunFile, type RunFile } from '../../share/runFile';
import type { EvaluationRow, MetricsRow } from '../../records/rows';
import { freeSlot, idleStatus, useRuns, type Run } from './runs';

function toRun(file: RunFile, id: string): Run {
  const rows = file.rows.map((row): MetricsRow => ({ seconds: 0, tokens: 0, ...row }));
  const last = rows.at(-1);
  const tokensAt = (step: number): MetricsRow | undefined => rows.findLast((row) => row.step < step);
  const evaluations = file.evaluations.map((row): EvaluationRow => {
    const before = tokensAt(row.step);
    return {
      ...row,
      tokens: before?.tokens ?? 0,
      seconds: before?.seconds ?? 0,
      correct: [],
      problemIds: [],
    };
  });
  return {
    id,
    seriesId: id,
    name: file.name,
    slot: freeSlot(useRuns.getState().runs.filter((run) => run.visible)),
    visible: true,
    origin: 'file',
    experiment: file.experiment,
    edits: file.experiment.edits,
    rows,
    evaluations,
    status: {
      ...idleStatus(file.experiment.steps),
      phase: 'finished',
      step: file.experiment.steps,
      tokensUsed: last?.tokens ?? 0,
      secondsUsed: last?.seconds ?? 0,
    },
    note: '',
    forkedFrom: null,
    adapter: '',
    startedAt: 0,
    promised: null,
  };
}

/** Adds the run of a file; returns why not when it cannot. */
export function addRunFile(text: string, catalogue: Catalogue, id: string): string | null {
  const parsed = parseRunFile(text, catalogue);
  if (!parsed.ok) return parsed.reason;
  useRuns.getState().add(toRun(parsed.value, id));
  return null;
}
