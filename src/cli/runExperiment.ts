/** A whole run into a folder: what `nsr train` does once, and `nsr sweep` many times. */
import type { Experiment } from '../experiment/types';
import { monotonicClock } from '../lib/clock';
import { formatAdapter, type Adapter } from '../model/adapter/adapterFolder';
import { formatModelFolder } from '../model/folder';
import type { ParameterTensor } from '../model/policy';
import type { EvaluationRow } from '../records/metrics';
import { compareEvaluations } from '../trainer/evaluate';
import { openRun } from '../trainer/openRun';
import type { TextModel } from '../trainer/textModel';
import type { RunEnd, Trainer, TrainerEvent } from '../trainer/train';
import type { CommandContext } from './command';
import { catalogue } from './experimentOption';
import { openTextModel } from './openTextModel';
import { findModelFolder } from './project';
import { createProgressLines } from './progressLines';
import type { RunFolder } from './runFolder';

export interface RunOptions {
  /** Go on from the folder's last checkpoint. */
  readonly resume: boolean;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** The model's folder or id, in place of what the experiment calls it. */
  readonly model?: string;
  /** Between two steps, before a copy is made: for whoever watches the run or turns its knobs meanwhile. */
  readonly afterStep?: (trainer: Trainer) => void;
}

/** An evaluation without its rows per problem, which metrics.jsonl has. */
export type EvaluationSummary = Omit<EvaluationRow, 'problemIds'>;

export interface RunReport {
  readonly end: RunEnd['reason'];
  readonly out: string;
  readonly steps: number;
  readonly seconds: number;
  readonly adapter: string;
  readonly first: EvaluationSummary | null;
  readonly last: EvaluationSummary | null;
  /** pass@k at the end minus at the start, paired by problem, 95 % intervals. */
  readonly gain: ReturnType<typeof compareEvaluations>;
}

/** Trains `experiment` into `folder`, which has been begun (or is resumed). On an abort it leaves a checkpoint. Rejects with
 * `InputError` on a model or a task that does not fit, and with an `Error` when the numbers would not stay finite. */
export async function runExperiment(
  experiment: Experiment,
  folder: RunFolder,
  { resume, checkpointEvery, model: given, afterStep }: RunOptions,
  { progress, signal }: CommandContext,
): Promise<RunReport> {
  const path = await findModelFolder(given === undefined ? 'experiment.model' : '--model', given ?? experiment.model);
  const rows = await folder.rows(experiment);
  const checkpoint = resume ? await folder.resume() : null;
  const opened = await openTextModel(path, checkpoint?.environment['products']);
  const { gpu, model } = opened;
  const environment = {
    adapter: gpu.adapter.description || gpu.adapter.device,
    products: JSON.stringify(gpu.products),
  };
  for (const { generation, reason } of checkpoint?.skipped ?? [])
    progress(`checkpoint ${generation} is passed over: ${reason}`);
  if (checkpoint !== null) {
    progress(`resuming after step ${checkpoint.snapshot.state.step}`);
    const adapter = checkpoint.environment['adapter'];
    if (adapter !== environment.adapter)
      progress(`the checkpoint is from another adapter (${adapter}): the bits will differ`);
  }

  const start = monotonicClock();
  const lineOf = createProgressLines(experiment, monotonicClock);
  const run = await openRun({
    ...opened,
    rows,
    onNotice: progress,
    experiment: checkpoint?.experiment ?? experiment,
    catalogue,
    clock: monotonicClock,
    snapshot: checkpoint?.snapshot ?? null,
    emit: (event: TrainerEvent) => {
      gpu.check();
      folder.record(event);
      const line = lineOf(event);
      if (line !== null) progress(line);
    },
    afterStep: async (running) => {
      gpu.check();
      afterStep?.(running);
      if (running.state().step % checkpointEvery === 0) await folder.saveCheckpoint(running, environment);
    },
  });
  const { trainer, policy } = run;
  const end = await trainer.run({ signal });
  gpu.check();
  if (end.reason === 'failed') throw new Error(end.message);
  await folder.saveCheckpoint(trainer, environment);
  if (end.reason === 'finished') {
    const { parameters } = await policy.save();
    for (const [name, content] of trainedFiles(model, run.adapter, parameters)) folder.write(`model/${name}`, content);
  }
  const steps = trainer.state().step;
  run.dispose();
  gpu.destroy();

  const evaluations = folder.evaluations();
  const first = evaluations.find(({ step }) => step === 0) ?? null;
  const last = evaluations.at(-1) ?? null;
  return {
    end: end.reason,
    out: folder.path,
    steps,
    seconds: (monotonicClock() - start) / 1000,
    adapter: environment.adapter,
    first: first === null ? null : summaryOf(first),
    last: last === null ? null : summaryOf(last),
    gain: first === null || last === null ? null : compareEvaluations(last, first, experiment.evaluation.seed),
  };
}

function summaryOf(row: EvaluationRow): EvaluationSummary {
  const { problemIds: _, ...summary } = row;
  const perProblem = ['correct', 'rightProbability'];
  return Object.fromEntries(Object.entries(summary).filter(([key]) => !perProblem.includes(key))) as EvaluationSummary;
}

/** The files of a folder that `nsr eval` opens: the model with its trained weights, or as it was with its trained adapter beside it. */
function trainedFiles(
  { folder }: TextModel,
  adapter: Adapter | null,
  trained: readonly ParameterTensor[],
): ReadonlyMap<string, string | Uint8Array> {
  if (adapter === null) return formatModelFolder({ ...folder, tensors: trained });
  const tensors = [...folder.tensors].map(([name, { shape, data }]) => ({ name, shape, data }));
  return new Map([...formatModelFolder({ ...folder, tensors }), ...formatAdapter(adapter.config, trained)]);
}
