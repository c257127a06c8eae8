/** Everything that a run computes with: device, model files, policy, critic and trainer. Opened on first use, and anew after a lost device. */
import { findAlgorithm } from '../../algorithms/parts/registry';
import type { Catalogue } from '../../experiment/catalogue';
import { parseExperiment } from '../../experiment/parseExperiment';
import type { Experiment } from '../../experiment/types';
import type { Gpu } from '../../gpu/device';
import type { Clock } from '../../lib/clock';
import { createCritic } from '../../model/criticModel';
import { readModelFolder, type ModelFolder } from '../../model/folder';
import { createPolicy, type PolicyModel } from '../../model/policyModel';
import { loadTokenizer, type Tokenizer } from '../../model/tokenizer';
import { createTask } from '../../tasks/parts/registry';
import type { Snapshot } from '../../trainer/state';
import { createTrainer, type Trainer, type TrainerOptions } from '../../trainer/train';
import { shippedModel } from './modelFiles';

/** What was downloaded: it survives a lost device. */
export interface ModelFiles {
  readonly folder: ModelFolder;
  readonly tokenizer: Tokenizer;
}

export interface Engine extends ModelFiles {
  readonly gpu: Gpu;
  readonly policy: PolicyModel;
  readonly trainer: Trainer;
  dispose(): void;
}

/** `onProgress`: bytes loaded so far, and in all. Throws `ModelFetchError` or `FileFormatError`. */
export async function loadModelFiles(
  model: string,
  base: string,
  onProgress: (done: number, total: number) => void,
): Promise<ModelFiles> {
  const folder = await readModelFolder(shippedModel(model, base, onProgress));
  const tokenizer = await loadTokenizer(folder.tokenizerJson ?? '{}', folder.tokenizerConfigJson);
  return { folder, tokenizer };
}

export interface EngineInput {
  readonly gpu: Gpu;
  readonly files: ModelFiles;
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** Go on from here; null: from the base model. */
  readonly snapshot: Snapshot | null;
  readonly emit: TrainerOptions['emit'];
  readonly afterStep: (trainer: Trainer) => Promise<void>;
}

/** Throws `InputError` on an experiment that this build cannot train. */
export async function openEngine({ gpu, files, experiment, snapshot, ...input }: EngineInput): Promise<Engine> {
  const { folder, tokenizer } = files;
  const newPolicy = () => createPolicy(gpu, folder.config, folder.tensors);
  const policy = await newPolicy();
  const { needsCritic } = findAlgorithm(experiment.objective.algorithm);
  const critic = needsCritic ? await createCritic(gpu, folder.config, folder.tensors) : null;
  if (snapshot) await policy.load(snapshot.policy);
  if (snapshot?.critic) await critic?.load(snapshot.critic);
  const models: { dispose(): void }[] = critic === null ? [policy] : [policy, critic];
  const trainer = createTrainer({
    experiment: parseExperiment(experiment, input.catalogue),
    catalogue: input.catalogue,
    policy,
    task: createTask(experiment.task.name, experiment.task.params),
    codec: tokenizer,
    reference: async () => {
      const reference = await newPolicy();
      models.push(reference);
      return reference;
    },
    critic,
    clock: input.clock,
    ...(snapshot ? { resume: snapshot.state } : {}),
    emit: input.emit,
    afterStep: input.afterStep,
  });
  return { gpu, folder, tokenizer, policy, trainer, dispose: () => models.forEach((model) => model.dispose()) };
}
