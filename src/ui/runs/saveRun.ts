/** A run as a file that this page opens again. */
import { formatRunFile } from '../../share/runFile';
import type { Run } from '../../store/runs/runs';
import { saveFile } from '../charts/chartFile';

export const runFileText = (run: Run): string =>
  formatRunFile({ ...run, experiment: { ...run.experiment, edits: run.edits } });

export function saveRun(run: Run): void {
  saveFile(`${run.name}.run.json`, new Blob([runFileText(run)], { type: 'application/json' }));
}
