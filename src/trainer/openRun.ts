/** The one way from an experiment and a model to something that trains: page, `nsr train`, `sweep`, `inspect` and `eval` open their models here, with the same checks. */
import { findAlgorithm } from '../algorithms/parts/registry';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import type { Gpu } from '../gpu/device';
import type { Adapter } from '../model/adapter/adapterFolder';
import { createCritic } from '../model/criticModel';
import { createPolicy, type PolicyModel } from '../model/policyModel';
import type { BaseStorage } from '../model/weights/baseStorage';
import { createTask } from '../tasks/parts/registry';
import type { Task } from '../tasks/parts/types';
import { adapterOf } from './adapterOf';
import type { SideModels } from './prepare';
import type { AnswerWorld } from './rollouts';
import type { Snapshot } from './state';
import { checkAlphabet, type TextModel } from './textModel';
import { createTrainer, type Trainer, type TrainerOptions } from './train';

export interface ModelInput {
  readonly gpu: Gpu;
  readonly model: TextModel;
  /** Bytes that a model may take, where the device does not tell. */
  readonly memoryBytes?: number;
  /** The adapter that came with the model; a run goes on training it. */
  readonly adapter?: Adapter | null;
  /** How the weights beside an adapter are stored. */
  readonly base?: BaseStorage;
}

export interface AnswerModel extends AnswerWorld {
  readonly policy: PolicyModel;
}

/** The model, ready to answer a task, with its adapter or the given one beside it. Throws `InputError` where its tokenizer lacks a
 * character of the task. */
export async function openAnswers(
  { gpu, model, memoryBytes, adapter: own = null, base = 'stored' }: ModelInput,
  task: Task,
  adapter = own,
): Promise<AnswerModel> {
  checkAlphabet(model, task);
  const { config, tensors } = model.folder;
  const memory = memoryBytes === undefined ? {} : { memoryBytes };
  const policy = await createPolicy(gpu, config, tensors, { ...memory, adapter, base });
  return { policy, task, codec: model.tokenizer };
}

export interface OpenModels extends AnswerModel, SideModels {
  /** What trains, as it begins; null: all weights. */
  readonly adapter: Adapter | null;
  /** A second model like the policy, with the weights that it begins with. The caller disposes of it. */
  readonly makeLens: () => Promise<PolicyModel>;
  readonly reference: NonNullable<SideModels['reference']>;
  /** Policy, critic and what `reference` made. */
  dispose(): void;
}

/** Everything that a step of `experiment` computes with: policy, task, a critic where its algorithm trains one, and the maker of
 * the starting model for a KL term. Throws `InputError` on an experiment that this build or this model cannot train. */
export async function openModels(
  input: ModelInput,
  { objective, task, adapter, seed }: Pick<Experiment, 'objective' | 'task' | 'adapter' | 'seed'>,
): Promise<OpenModels> {
  const { gpu, model } = input;
  const { config, tensors } = model.folder;
  const needsCritic = findAlgorithm(objective.algorithm).critic !== null;
  const first = adapterOf({ adapter, seed }, config, input.adapter ?? null);
  const { base } = adapter;
  const answers = await openAnswers({ ...input, base }, createTask(task.name, task.params), first);
  const critic = needsCritic ? await createCritic(gpu, config, tensors) : null;
  const open: { dispose(): void }[] = critic === null ? [answers.policy] : [answers.policy, critic];
  return {
    ...answers,
    critic,
    adapter: first,
    makeLens: () => createPolicy(gpu, config, tensors, { adapter: first, base }),
    reference: async () => {
      // the model with its adapter off is the starting model, at no memory
      if (first !== null)
        return { score: (sequences, temperature) => answers.policy.score(sequences, temperature, true) };
      const reference = await createPolicy(gpu, config, tensors);
      open.push(reference);
      return reference;
    },
    dispose: () => open.forEach((one) => one.dispose()),
  };
}

type Passed = Pick<TrainerOptions, 'experiment' | 'catalogue' | 'clock' | 'emit' | 'afterStep' | 'forcesBeside'>;

export interface RunInput extends ModelInput, Passed {
  /** Go on from here; null: from the model as it is. */
  readonly snapshot: Snapshot | null;
}

export interface OpenRun extends OpenModels {
  readonly trainer: Trainer;
}

/** Opens a run at its start or at a snapshot. Throws as `openModels` does. */
export async function openRun({ gpu, model, memoryBytes, snapshot, ...options }: RunInput): Promise<OpenRun> {
  const experiment = parseExperiment(options.experiment, options.catalogue);
  const models = await openModels({ gpu, model, ...(memoryBytes === undefined ? {} : { memoryBytes }) }, experiment);
  const { policy, critic, task, codec, reference } = models;
  if (snapshot !== null) await policy.load(snapshot.policy);
  if (snapshot?.critic) await critic?.load(snapshot.critic);
  const resume = snapshot === null ? {} : { resume: snapshot.state };
  const trainer = createTrainer({ ...options, experiment, policy, critic, task, codec, reference, ...resume });
  return { ...models, trainer };
}
