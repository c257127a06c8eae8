/** The one way from an experiment and a model to something that trains: page, `nsr train`, `sweep`, `inspect` and `eval` open their models here, with the same checks. */
import { findAlgorithm } from '../algorithms/parts/registry';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import type { Gpu } from '../gpu/device';
import type { Adapter } from '../model/adapter/adapterFolder';
import { createCritic } from '../model/criticModel';
import { createPolicy, type PolicyModel } from '../model/policyModel';
import { InputError } from '../lib/errors';
import type { BaseStorage } from '../model/weights/baseStorage';
import { createTask } from '../tasks/parts/registry';
import type { Task, TaskRows } from '../tasks/parts/types';
import { adapterOf } from './adapterOf';
import { fitPrompts } from './fitPrompts';
import type { GradeRows } from './gradeRows';
import type { SideModels } from './prepare';
import { formatEnds, plainPrompts, promptCodec } from './promptCodec';
import type { AnswerWorld } from './rollouts';
import type { Snapshot } from './state';
import { checkAlphabet, withEnds, type TextModel } from './textModel';
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
  /** Rows of the experiment's task, where it is made of a data set. */
  readonly rows?: TaskRows | null;
  /** Grades where it can be killed. */
  readonly gradeRows?: GradeRows | null;
  /** What people should know of the problems: one line. */
  readonly onNotice?: (words: string) => void;
}

export interface AnswerModel extends AnswerWorld {
  readonly policy: PolicyModel;
}

/** How a task is put to a model, and answered: by default plainly, with the task's longest answer. */
export interface AnswerSettings {
  readonly prompt: Experiment['prompt'];
  readonly maxNewTokens: number;
  /** Beside the model, in place of its own. */
  readonly adapter?: Adapter | null;
}

/** The model, ready to answer a task, with its adapter or the given one beside it. Throws `InputError` where its tokenizer lacks a
 * character of the task or the tokens of the prompt's format, or where no problem fits its context. */
export async function openAnswers(
  input: ModelInput,
  task: Task,
  settings: Partial<AnswerSettings> = {},
): Promise<AnswerModel> {
  const { gpu, memoryBytes, adapter: own = null, base = 'stored', gradeRows = null } = input;
  const { prompt = plainPrompts, maxNewTokens = task.maxNewTokens, adapter = own } = settings;
  checkAlphabet(input.model, task);
  const { tokenizer } = input.model;
  const codec = promptCodec(tokenizer, prompt);
  const { config, tensors } = withEnds(input.model, formatEnds(tokenizer, prompt)).folder;
  const fitted = await fittingTask(input, task, codec, config.maxPositions - maxNewTokens);
  const memory = memoryBytes === undefined ? {} : { memoryBytes };
  const policy = await createPolicy(gpu, config, tensors, {
    ...memory,
    adapter,
    base,
    sampledVocabulary: tokenizer.vocabularySize,
  });
  return { ...fitted, policy, gradeRows };
}

/** The generated tasks know their lengths, and a prompt of theirs that is too long is refused by the model. */
async function fittingTask(
  { model, onNotice }: ModelInput,
  task: Task,
  codec: AnswerWorld['codec'],
  mostTokens: number,
): Promise<Pick<AnswerWorld, 'task' | 'codec'>> {
  if (task.verdicts === undefined) return { task, codec };
  const fitted = await fitPrompts(task, codec, mostTokens);
  const { train, heldOut } = fitted.task;
  if (heldOut.length === 0 || (task.train.length > 0 && train.length === 0))
    throw new InputError(
      'sampling.maxNewTokens',
      `no problem of ${task.name} left`,
      `answers that leave room for problems in the ${model.folder.config.maxPositions} tokens of this model`,
    );
  if (fitted.leftOut > 0)
    onNotice?.(`${fitted.leftOut} problems of ${task.name} are left out: prompt and answer would pass the context`);
  return { task: fitted.task, codec: fitted.codec };
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
  experiment: Pick<Experiment, 'objective' | 'task' | 'prompt' | 'sampling' | 'adapter' | 'seed'>,
): Promise<OpenModels> {
  const { objective, task, prompt, sampling, adapter, seed } = experiment;
  const { gpu, model, rows = null } = input;
  const { config, tensors } = model.folder;
  const needsCritic = findAlgorithm(objective.algorithm).critic !== null;
  const first = adapterOf({ adapter, seed }, config, input.adapter ?? null);
  const { maxNewTokens } = sampling;
  const made = createTask(task.name, task.params, rows);
  if (made.train.length === 0)
    throw new InputError('task.name', task.name, 'a task with problems to train on: this one is for evaluation only');
  const { base } = adapter;
  const answers = await openAnswers({ ...input, base }, made, { prompt, maxNewTokens, adapter: first });
  const critic = needsCritic ? await createCritic(gpu, config, tensors) : null;
  const open: { dispose(): void }[] = critic === null ? [answers.policy] : [answers.policy, critic];
  return {
    ...answers,
    critic,
    adapter: first,
    makeLens: () =>
      createPolicy(gpu, config, tensors, { adapter: first, base, sampledVocabulary: model.tokenizer.vocabularySize }),
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
export async function openRun({ snapshot, ...input }: RunInput): Promise<OpenRun> {
  const { gpu: _, model: __, ...options } = input;
  const experiment = parseExperiment(options.experiment, options.catalogue);
  const models = await openModels(input, experiment);
  const { policy, critic, task, codec, reference, gradeRows = null } = models;
  if (snapshot !== null) await policy.load(snapshot.policy);
  if (snapshot?.critic) await critic?.load(snapshot.critic);
  const resume = snapshot === null ? {} : { resume: snapshot.state };
  const world = { policy, critic, task, codec, reference, gradeRows };
  const trainer = createTrainer({ ...options, ...world, experiment, ...resume });
  return { ...models, trainer };
}
