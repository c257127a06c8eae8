/** A run on disk: experiment.json; metrics.jsonl, the same bytes for the same run; timing.jsonl, which never repeats;
 * checkpoints/; model/ once it is finished. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { loadCheckpoint, saveCheckpoint, sweepLeftovers, type LoadedCheckpoint } from '../trainer/checkpointFormat';
import type { EvaluationRow } from '../records/metrics';
import { isFiniteSnapshot } from '../trainer/state';
import type { Trainer, TrainerEvent } from '../trainer/train';
import { catalogue } from './experimentOption';
import { checkOutputFolder, readJsonInput } from './files';
import { folderStorage } from './folderStorage';
import { formatJsonLines, readJsonLines } from './jsonLines';

/** Of the metrics file at the moment of a checkpoint: what comes after is written again on resuming. */
const metricsBytesKey = 'metricsBytes';

export class RunFolder {
  readonly path: string;
  private readonly metricsFile: string;
  private readonly timingFile: string;

  constructor(path: string) {
    this.path = path;
    this.metricsFile = join(path, 'metrics.jsonl');
    this.timingFile = join(path, 'timing.jsonl');
  }

  /** Begins a new run; what a forced one replaces is removed. Throws `InputError` when there is something and `force` is not set. */
  begin(experiment: Experiment, force: boolean): void {
    checkOutputFolder('--out', this.path, force);
    for (const name of ['checkpoints', 'model', 'metrics.jsonl', 'timing.jsonl', 'result.json']) {
      rmSync(join(this.path, name), { recursive: true, force: true });
    }
    mkdirSync(this.path, { recursive: true });
    writeFileSync(join(this.path, 'experiment.json'), `${JSON.stringify(experiment, null, 2)}\n`);
    writeFileSync(this.metricsFile, '');
  }

  /** The experiment of a run to resume; null when there is none in this folder. Throws `InputError` on a damaged one. */
  experiment(): Experiment | null {
    const file = join(this.path, 'experiment.json');
    return existsSync(file) ? parseExperiment(readJsonInput(file, file), catalogue) : null;
  }

  /** The last whole checkpoint, with the metrics file cut back to its moment; null (and no metrics) when there is none. */
  async resume(): Promise<LoadedCheckpoint | null> {
    await sweepLeftovers(this.storage());
    const checkpoint = await loadCheckpoint(this.storage());
    const length = Number(checkpoint?.environment[metricsBytesKey] ?? 0);
    if (existsSync(this.metricsFile)) truncateSync(this.metricsFile, length);
    else writeFileSync(this.metricsFile, '');
    return checkpoint;
  }

  /** Between steps only. A moment whose numbers are not finite is no place to go back to: it is passed over. */
  async saveCheckpoint(trainer: Trainer, environment: Readonly<Record<string, string>>): Promise<void> {
    const snapshot = await trainer.snapshot();
    if (!isFiniteSnapshot(snapshot)) return;
    const score = this.evaluations().at(-1)?.passAtK[0]?.mean ?? null;
    await saveCheckpoint(this.storage(), {
      snapshot,
      experiment: trainer.experiment(),
      environment: { ...environment, [metricsBytesKey]: String(statSync(this.metricsFile).size) },
      score,
      record: null,
    });
  }

  /** Appends what an event leaves behind; progress leaves nothing. */
  record(event: TrainerEvent): void {
    switch (event.type) {
      case 'progress':
        return;
      case 'step':
        appendFileSync(this.metricsFile, formatJsonLines([{ type: 'step', ...event.row }]));
        appendFileSync(this.timingFile, formatJsonLines([{ type: 'step', ...event.timing }]));
        return;
      case 'evaluation':
        appendFileSync(this.metricsFile, formatJsonLines([{ type: 'evaluation', ...event.row }]));
        appendFileSync(
          this.timingFile,
          formatJsonLines([{ type: 'evaluation', step: event.row.step, durationMs: event.durationMs }]),
        );
        return;
      case 'forces': {
        const { result, durationMs } = event;
        if (!result.ok) return;
        appendFileSync(this.metricsFile, formatJsonLines([{ type: 'forces', ...result.value }]));
        appendFileSync(this.timingFile, formatJsonLines([{ type: 'forces', step: result.value.step, durationMs }]));
        return;
      }
      case 'edit':
        appendFileSync(this.metricsFile, formatJsonLines([{ type: 'edit', ...event.edit }]));
        return;
      case 'rewind':
        appendFileSync(
          this.metricsFile,
          formatJsonLines([{ type: 'rewind', toStep: event.toStep, message: event.message }]),
        );
        return;
      default:
        event satisfies never;
    }
  }

  /** Every evaluation so far, oldest first. */
  evaluations(): EvaluationRow[] {
    return readJsonLines(this.metricsFile, this.metricsFile).flatMap(({ value }) => {
      const row = value as { readonly type: string } & EvaluationRow;
      return row.type === 'evaluation' ? [row] : [];
    });
  }

  write(name: string, content: string | Uint8Array): void {
    const file = join(this.path, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  }

  /** The result of a run that is finished, else null. */
  result(): unknown {
    const file = join(this.path, 'result.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  }

  private storage() {
    return folderStorage(join(this.path, 'checkpoints'));
  }
}
