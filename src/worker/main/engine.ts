/** Everything that a run computes with: device, model files, policy, critic and trainer. Opened on first use, and anew after a lost device. */
import type { Catalogue } from '../../experiment/catalogue';
import type { Experiment } from '../../experiment/types';
import type { Gpu } from '../../gpu/device';
import type { Clock } from '../../lib/clock';
import type { Adapter } from '../../model/adapter/adapterFolder';
import type { PolicyModel } from '../../model/policyModel';
import type { Task, TaskRows } from '../../tasks/parts/types';
import { openRun } from '../../trainer/openRun';
import type { GradeRows } from '../../trainer/gradeRows';
import type { TextCodec } from '../../trainer/rollouts';
import type { Snapshot } from '../../trainer/state';
import { readTextModel, type TextModel } from '../../trainer/textModel';
import type { Trainer, TrainerOptions } from '../../trainer/train';
import { openModel } from './modelFiles';
import { startTextWorker } from './nestedWorkers';

/** What was downloaded: it survives a lost device. */
export type ModelFiles = TextModel;

export interface Engine extends ModelFiles {
  readonly gpu: Gpu;
  /** A second model like the policy, with the weights that a run begins with. */
  readonly makeLens: () => Promise<PolicyModel>;
  readonly policy: PolicyModel;
  /** What trains, as it began; null: all weights. */
  readonly adapter: Adapter | null;
  readonly trainer: Trainer;
  readonly task: Task;
  readonly codec: TextCodec;
  readonly gradeRows: GradeRows | null;
  dispose(): void;
}

/** `onProgress`: bytes loaded so far, and in all. Throws `ModelFetchError`, `FileFormatError`, or `InputError` on a model without text. */
export async function loadModelFiles(
  model: string,
  base: string,
  onProgress: (done: number, total: number) => void,
): Promise<ModelFiles> {
  return readTextModel(await openModel(model, base, onProgress), startTextWorker);
}

export interface EngineInput {
  readonly gpu: Gpu;
  readonly files: ModelFiles;
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** Go on from here; null: from the base model. */
  readonly snapshot: Snapshot | null;
  /** Rows of the experiment's task, where it is made of a data set. */
  readonly rows?: TaskRows | null;
  readonly gradeRows?: GradeRows | null;
  readonly onNotice?: (words: string) => void;
  readonly emit: TrainerOptions['emit'];
  readonly forcesBeside: NonNullable<TrainerOptions['forcesBeside']>;
  readonly afterStep: (trainer: Trainer) => Promise<void>;
}

/** Throws `InputError` on an experiment that this build or this model cannot train. */
export async function openEngine({ files, ...input }: EngineInput): Promise<Engine> {
  const run = await openRun({ model: files, ...input });
  const { policy, adapter, makeLens, trainer, task, codec, gradeRows = null, dispose } = run;
  return { ...files, gpu: input.gpu, policy, adapter, makeLens, trainer, task, codec, gradeRows, dispose };
}
