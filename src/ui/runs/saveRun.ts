/** A run as a file that this page opens again. */
import { formatRunFile } from '../../share/runFile';
import type { Run } from '../../store/runs/runs';
import { saveFile } from '../charts/chartFile';

export function saveRun(run: Run): void {
  const text = formatRunFile({ ...run, experiment: { ...run.experiment, edits: run.edits } });
  saveFile(`${run.name}.run.json`, new Blob([text], { type: 'application/json' }));
}
