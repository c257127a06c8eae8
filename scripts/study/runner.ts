/** Does the missing runs of the study with `nsr train`, one after another, and keeps what the tables need in docs/runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { coldTemperature, hardModel, type StudyRun } from './plan.ts';

export interface RunnerOptions {
  /** Where finished runs are kept: docs/runs. */
  readonly kept: string;
  /** Where runs work: checkpoints, final models; not under version control. */
  readonly work: string;
  /** The `nsr` command: a script for this Node. */
  readonly command: string;
}

export function isKept(kept: string, { id }: StudyRun): boolean {
  return existsSync(join(kept, id, 'result.json'));
}

function isBegun(folder: string, { experiment }: StudyRun): boolean {
  const file = join(folder, 'experiment.json');
  return existsSync(file) && isDeepStrictEqual(JSON.parse(readFileSync(file, 'utf8')), experiment);
}

/** Makes the base that is not shipped. */
export function makeModel(command: string): boolean {
  if (existsSync(hardModel.id)) return true;
  const options = ['sft', ...hardModel.sft.split(' '), '--out', hardModel.id];
  return spawnSync(process.execPath, [command, ...options], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/** Trains one run, going on where it was interrupted. False when the command failed. */
export function doRun(run: StudyRun, { kept, work, command }: RunnerOptions): boolean {
  const folder = join(work, run.id);
  const given = join(work, `${run.id}.json`);
  mkdirSync(join(given, '..'), { recursive: true });
  writeFileSync(given, JSON.stringify(run.experiment));
  // What was begun by an earlier plan is begun again.
  const options = isBegun(folder, run) ? ['--resume'] : ['--experiment', given, '--force'];
  // A copy before the last step, so that the gallery can be recorded without the whole run again.
  const every = ['--checkpoint-every', String(run.experiment.steps - 1)];
  const { status } = spawnSync(process.execPath, [command, 'train', ...options, ...every, '--out', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) return false;
  keep(folder, join(kept, run.id));
  return true;
}

/** Evaluates a model on four numbers at the papers' temperature, and keeps that beside the run `id`. */
export function evaluateCold(id: string, model: string, { kept, command }: RunnerOptions): boolean {
  const file = join(kept, id, coldFile);
  if (existsSync(file)) return true;
  const task = ['--task', 'countdown', '--params', 'numbers=4', '--temperature', String(coldTemperature)];
  const { status, stdout } = spawnSync(process.execPath, [command, 'eval', '--model', model, ...task], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) return false;
  const {
    model: _,
    seconds: __,
    ...result
  } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  mkdirSync(join(kept, id), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result)}\n`);
  return true;
}

export const coldFile = 'cold.json';

interface Result {
  readonly steps: number;
  readonly seconds: number;
  readonly adapter: string;
}

/** Copies a finished run: experiment, metrics without the rows per rollout, and how long it took where. */
function keep(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const copy = (name: string, change: (text: string) => string) =>
    writeFileSync(join(to, name), change(readFileSync(join(from, name), 'utf8')));
  copy('experiment.json', (text) => text);
  copy('metrics.jsonl', withoutRollouts);
  copy('result.json', (text) => {
    const { steps, seconds, adapter } = JSON.parse(text) as Result;
    return `${JSON.stringify({ steps, seconds, adapter })}\n`;
  });
}

/** Metrics lines without `rollouts`, the only values of a row that grow with the batch. */
export function withoutRollouts(jsonLines: string): string {
  const lines = jsonLines.split('\n').filter((line) => line !== '');
  const slim = lines.map((line) => {
    const { rollouts: _, ...rest } = JSON.parse(line) as Record<string, unknown>;
    return JSON.stringify(rest);
  });
  return `${slim.join('\n')}\n`;
}
