/** Runs from files. */
import { defaultExperiment } from '../../experiment/parseExperiment';
import type { ForeignRun } from '../../share/foreignMetrics';
import type { RunFile } from '../../share/runFile';
import type { EvaluationRow, MetricsRow } from '../../records/rows';
import { freeSlot, useRuns, type Run } from './runs';
import { idleStatus } from '../../worker/protocol';

function toRun(file: RunFile, id: string): Run {
  const byStep = (a: { readonly step: number }, b: { readonly step: number }): number => a.step - b.step;
  const rows = file.rows.map((row): MetricsRow => ({ seconds: 0, tokens: 0, ...row })).sort(byStep);
  const last = rows.at(-1);
  let passed = 0;
  const evaluations = file.evaluations.toSorted(byStep).map((row): EvaluationRow => {
      while ((rows[passed]?.step ?? Infinity) < row.step) passed += 1;
      const before = rows[passed - 1];
      return { ...row, tokens: before?.tokens ?? 0, seconds: before?.seconds ?? 0, correct: row.correct ?? [], problemIds: row.problemIds ?? [] };
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
    forces: file.forces,
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

/** Adds the run of a file. */
export function addRunFile(run: RunFile, id: string): void {
  useRuns.getState().add(toRun(run, id));
}

/** Adds the metrics of another program's run: drawn beside the others, with nothing to train or to share as an experiment. */
export function addForeignRun({ source, rows }: ForeignRun, fileName: string, id: string): void {
  const steps = (rows.at(-1)?.step ?? 0) + 1;
  const name = `${fileName.replace(/\.[^.]*$/, '').slice(0, 60)} (${source})`;
  const experiment = { ...defaultExperiment, steps, objective: { ...defaultExperiment.objective, name: source } };
  useRuns.getState().add({
    ...toRun({ name, experiment, rows, evaluations: [], forces: [] }, id),
    origin: 'foreign',
  });
}
