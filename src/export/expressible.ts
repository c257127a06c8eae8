/** What a framework can take of an experiment; the rest is refused by name, never dropped. */
import { sameValue } from '../experiment/diff';
import { fields } from '../experiment/fields';
import { defaultExperiment } from '../experiment/parseExperiment';
import { getField } from '../experiment/paths';
import type { Experiment, Scheduled } from '../experiment/types';
import { InputError } from '../lib/errors';

export const frameworks = ['verl', 'trl'] as const;
export type Framework = (typeof frameworks)[number];

/** What the Python package computes (python/nsr): a test holds these lists to the registries and to the package. */
export const known = {
  algorithms: ['signed', 'grpo', 'drGrpo', 'rloo', 'dapo', 'ngrpo', 'ppo'],
  schedules: ['constant', 'linear', 'cosine', 'exponential', 'step', 'sigmoid', 'accuracy', 'piecewise'],
  mappings: ['power', 'linear', 'threshold', 'sigmoid', 'curve'],
  tasks: ['addition', 'countdown', 'math', 'gsm8k', 'dataset'],
} as const;

/** Fields of an experiment by what becomes of them; any other is refused where it is not at its default, so that a new field is not
 * dropped before somebody has decided on it. `carried`: in the configuration, or refused by name. `here`: they say how this program measures or
 * stores, and change no number of the training. */
export const fieldsAt = {
  carried: [
    'model',
    'adapter.rank',
    'adapter.alpha',
    'adapter.targets',
    'task.name',
    'task.params',
    'prompt.format',
    'prompt.instruction',
    'prompt.system',
    'sampling.temperature',
    'sampling.topK',
    'sampling.topP',
    'sampling.maxNewTokens',
    'batch.promptsPerStep',
    'batch.groupSize',
    'batch.updatesPerRollout',
    'batch.innerEpochs',
    'objective.name',
    'objective.algorithm',
    'objective.positiveWeight',
    'objective.negativeWeight',
    'objective.confidence',
    'objective.virtualMaxReward',
    'objective.dropGroups',
    'objective.clipLow',
    'objective.clipHigh',
    'objective.clip',
    'objective.dualClip',
    'objective.normalizer',
    'objective.aggregation',
    'objective.maxLength',
    'objective.entropyCoef',
    'objective.klCoef',
    'objective.klEstimator',
    'objective.params',
    'optimizer.learningRate',
    'optimizer.beta1',
    'optimizer.beta2',
    'optimizer.eps',
    'optimizer.weightDecay',
    'optimizer.maxGradNorm',
    'evaluation.every',
    'evaluation.samples',
    'evaluation.temperature',
    'steps',
    'seed',
  ],
  here: ['evaluation.method', 'evaluation.problems', 'evaluation.seed', 'evaluation.forcesEvery'],
} as const;

/** Its number where a schedule never changes, else null. */
export function constantValue(scheduled: Scheduled): number | null {
  if (typeof scheduled === 'number') return scheduled;
  const value = scheduled.kind === 'constant' ? scheduled['value'] : null;
  return typeof value === 'number' ? value : null;
}

/** Throws `InputError` naming the first field whose value the framework, as the exported package drives it, cannot express. */
export function checkExpressible(
  experiment: Experiment,
  framework: Framework,
  decided: readonly string[] = [...fieldsAt.carried, ...fieldsAt.here],
): void {
  for (const { path } of fields.filter((one) => !decided.includes(one.path))) {
    const value = getField(experiment, path);
    if (!sameValue(value, getField(defaultExperiment, path)))
      throw new InputError(
        path,
        JSON.stringify(value),
        `its default for ${framework}: the exported package does not know it`,
      );
  }
  const { objective, optimizer, sampling, batch, task } = experiment;
  oneOf('objective.algorithm', objective.algorithm, known.algorithms);
  oneOf('task.name', task.name, known.tasks);
  if (objective.confidence !== null) oneOf('objective.confidence.kind', objective.confidence.kind, known.mappings);
  const scheduled: Readonly<Record<string, Scheduled>> = {
    'objective.positiveWeight': objective.positiveWeight,
    'objective.negativeWeight': objective.negativeWeight,
    'objective.entropyCoef': objective.entropyCoef,
    'objective.klCoef': objective.klCoef,
    'optimizer.learningRate': optimizer.learningRate,
    'sampling.temperature': sampling.temperature,
  };
  for (const [path, value] of Object.entries(scheduled))
    if (typeof value !== 'number') oneOf(`${path}.kind`, value.kind, known.schedules);
  if (experiment.edits.length > 0)
    throw new InputError(
      'edits',
      `${experiment.edits.length} recorded edits`,
      'no edits: both frameworks run one plan',
    );
  constant('sampling.temperature', sampling.temperature, framework);
  const cap = objective.params['refillCap'] ?? 4;
  if (objective.algorithm === 'dapo' && cap !== 1)
    throw new InputError(
      'objective.params.refillCap',
      cap,
      `1 for ${framework}, which has no refilling that ends at a cap: groups without a contrast are left out all the same`,
    );
  if (batch.promptsPerStep % batch.updatesPerRollout !== 0)
    throw new InputError(
      'batch.updatesPerRollout',
      batch.updatesPerRollout,
      `a divisor of the ${batch.promptsPerStep} prompts of a step, for ${framework}`,
    );
  if (framework === 'verl') checkVerl(experiment);
  else checkTrl(experiment);
}

/** verl's workers hold these values for the whole run, and count a mini-batch's answers without looking at them. */
function checkVerl({ objective, optimizer }: Experiment): void {
  constant('objective.entropyCoef', objective.entropyCoef, 'verl');
  constant('objective.klCoef', objective.klCoef, 'verl');
  constant('optimizer.learningRate', optimizer.learningRate, 'verl');
  if (objective.normalizer === 'kept' && objective.aggregation !== 'token-mean')
    throw new InputError('objective.normalizer', 'kept', 'all, or kept with aggregation token-mean, for verl');
}

function checkTrl({ objective, optimizer, batch }: Experiment): void {
  if (objective.algorithm === 'ppo')
    throw new InputError(
      'objective.algorithm',
      'ppo',
      'one without a critic for trl (its GRPOTrainer has none), or verl',
    );
  const rate = optimizer.learningRate;
  if (typeof rate !== 'number' && rate.kind === 'accuracy')
    throw new InputError('optimizer.learningRate', 'accuracy', 'a curve over the steps for trl, or a number');
  if (batch.groupSize < 2) throw new InputError('batch.groupSize', batch.groupSize, 'at least 2 for trl');
}

function constant(path: string, value: Scheduled, framework: Framework): void {
  if (constantValue(value) === null)
    throw new InputError(path, JSON.stringify(value), `a number for ${framework}: it cannot change there during a run`);
}

function oneOf(path: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value))
    throw new InputError(path, value, `${allowed.join(' | ')} (what the exported package computes)`);
}
