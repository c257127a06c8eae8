/** A run on disk: experiment.json; data.jsonl, where its task is made of rows; metrics.jsonl, the same bytes for the same run; timing.jsonl, which never repeats;
 * checkpoints/; model/ once it is finished. While a process writes it, `lock` names the process. */
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { loadCheckpoint, saveCheckpoint, sweepLeftovers, type LoadedCheckpoint } from '../trainer/checkpointFormat';
import type { EvaluationRow } from '../records/metrics';
import type { TaskRows } from '../tasks/parts/types';
import { formatRows, parseRows } from '../trainer/data/rowsFile';
import { checkFingerprint, needsRows } from '../trainer/data/taskRows';
import { isFiniteSnapshot } from '../trainer/state';
import type { Trainer, TrainerEvent } from '../trainer/train';
import { catalogue } from './experimentOption';
import { checkOutputFolder, readInput, readJsonInput } from './files';
import { lockFolder, unlockFolder } from './folderLock';
import { folderStorage } from './folderStorage';
import { formatJsonLines, readJsonLines } from './jsonLines';
import { replaceDurably, WriteError, writing } from './writing';

/** Rows of a task that is made of a data set, as the run began with them. */
const dataFile = 'data.jsonl';

/** Of the metrics file at the moment of a checkpoint: what comes after is written again on resuming. */
const metricsBytesKey = 'metricsBytes';

export class RunFolder {
  readonly path: string;
  private readonly metricsFile: string;
  private readonly timingFile: string;
  /** Step of the newest whole copy; null before the first. */
  private keptStep: number | null = null;
  /** Pass@1 of the last evaluation; a copy would otherwise read all metrics again, the longer the run the more. */
  private score: number | null = null;

  constructor(path: string) {
    this.path = path;
    this.metricsFile = join(path, 'metrics.jsonl');
    this.timingFile = join(path, 'timing.jsonl');
  }

  /** Begins a new run; what a forced one replaces is removed. Throws `InputError` when there is something and `force` is not set. */
  begin(experiment: Experiment, force: boolean, rows: TaskRows | null = null): void {
    checkOutputFolder('--out', this.path, force);
    lockFolder('--out', this.path);
    for (const name of ['checkpoints', 'model', dataFile, 'metrics.jsonl', 'timing.jsonl', 'result.json']) {
      rmSync(join(this.path, name), { recursive: true, force: true });
    }
    if (rows !== null) replaceDurably(join(this.path, dataFile), formatRows(rows));
    replaceDurably(join(this.path, 'experiment.json'), `${JSON.stringify(experiment, null, 2)}\n`);
    replaceDurably(this.metricsFile, '');
  }

  /** The experiment of a run to resume; null when there is none in this folder. Throws `InputError` on a damaged one. */
  experiment(): Experiment | null {
    const file = join(this.path, 'experiment.json');
    return existsSync(file) ? parseExperiment(readJsonInput(file, file), catalogue) : null;
  }

  /** The rows that the run's task is made of; null for a task that makes its own problems. Rejects with `InputError` where they are not those
   * that its experiment names. */
  async rows({ task }: Pick<Experiment, 'task'>): Promise<TaskRows | null> {
    if (!needsRows(task.name)) return null;
    const file = join(this.path, dataFile);
    const rows = parseRows(file, readInput('--data', file));
    await checkFingerprint(task.params, rows);
    return rows;
  }

  /** The last whole checkpoint, with the metrics file cut back to its moment; null (and no metrics) when there is none. */
  async resume(): Promise<LoadedCheckpoint | null> {
    lockFolder('--out', this.path);
    await sweepLeftovers(this.storage());
    const checkpoint = await loadCheckpoint(this.storage());
    this.keptStep = checkpoint?.snapshot.state.step ?? null;
    const length = Number(checkpoint?.environment[metricsBytesKey] ?? 0);
    if (existsSync(this.metricsFile)) writing(this.metricsFile, 0, () => truncateSync(this.metricsFile, length));
    else replaceDurably(this.metricsFile, '');
    this.score = scoreOf(this.evaluations().at(-1));
    return checkpoint;
  }

  /** Between steps only. A moment whose numbers are not finite is no place to go back to: it is passed over. */
  async saveCheckpoint(trainer: Trainer, environment: Readonly<Record<string, string>>): Promise<void> {
    const snapshot = await trainer.snapshot();
    if (!isFiniteSnapshot(snapshot)) return;
    const content = {
      snapshot,
      experiment: trainer.experiment(),
      environment: { ...environment, [metricsBytesKey]: String(statSync(this.metricsFile).size) },
      score: this.score,
      record: null,
    };
    await saveCheckpoint(this.storage(), content).catch((error: unknown) => {
      throw this.withWayOn(error);
    });
    this.keptStep = snapshot.state.step;
  }

  /** Appends what an event leaves behind; progress leaves nothing. */
  record(event: TrainerEvent): void {
    switch (event.type) {
      case 'progress':
        return;
      case 'step':
        this.append(this.metricsFile, { type: 'step', ...event.row });
        this.append(this.timingFile, { type: 'step', ...event.timing });
        return;
      case 'evaluation':
        this.score = scoreOf(event.row);
        this.append(this.metricsFile, { type: 'evaluation', ...event.row });
        this.append(this.timingFile, { type: 'evaluation', step: event.row.step, durationMs: event.durationMs });
        return;
      case 'forces': {
        const { result, durationMs } = event;
        if (!result.ok) return;
        this.append(this.metricsFile, { type: 'forces', ...result.value });
        this.append(this.timingFile, { type: 'forces', step: result.value.step, durationMs });
        return;
      }
      case 'edit':
        this.append(this.metricsFile, { type: 'edit', ...event.edit });
        return;
      case 'rewind':
        this.append(this.metricsFile, { type: 'rewind', toStep: event.toStep, message: event.message });
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

  /** Writes a file whole or not at all. */
  write(name: string, content: string | Uint8Array): void {
    try {
      replaceDurably(join(this.path, name), content);
    } catch (error) {
      throw this.withWayOn(error);
    }
  }

  /** Lets other processes at the folder. */
  close(): void {
    unlockFolder(this.path);
  }

  /** The result of a run that is finished, else null. */
  result(): unknown {
    const file = join(this.path, 'result.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  }

  private append(file: string, value: object): void {
    const line = formatJsonLines([value]);
    try {
      writing(file, line.length, () => appendFileSync(file, line));
    } catch (error) {
      throw this.withWayOn(error);
    }
  }

  /** What the disk refused, with what is kept and how to go on. */
  private withWayOn(error: unknown): unknown {
    if (!(error instanceof WriteError)) return error;
    const kept =
      this.keptStep === null
        ? 'no copy was kept yet, the run begins anew'
        : `the copy after step ${this.keptStep} is whole`;
    return new WriteError(
      `${error.message}; ${kept}. When that is mended, go on with: nsr train --resume --out ${this.path}`,
      { cause: error },
    );
  }

  private storage() {
    return folderStorage(join(this.path, 'checkpoints'));
  }
}

const scoreOf = (row: EvaluationRow | undefined): number | null => row?.passAtK[0]?.mean ?? null;
