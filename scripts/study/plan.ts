/** Every run of the study, in the order in which it is wanted: what is cut short has done the most important first. */
import { catalogue } from '../../src/cli/experimentOption.ts';
import { findPreset } from '../../src/experiment/presets.ts';
import type { Experiment } from '../../src/experiment/types.ts';

export interface StudyRun {
  /** `group/name-seedN`: folder below docs/runs. */
  readonly id: string;
  readonly group: StudyGroup;
  readonly name: string;
  readonly seed: number;
  readonly experiment: Experiment;
}

/** `main`: four numbers, the stronger base. `tiny`: three numbers, the tiny model: every method, lambda, updates and clip.
 * `hard`: four numbers on a base that is too small for them. `addition`: one right answer per problem. */
export type StudyGroup = 'main' | 'tiny' | 'hard' | 'addition';

interface Variant {
  readonly name: string;
  readonly experiment: Experiment;
}

const seeds = [0, 1, 2];
export const coreMethods = ['nsr', 'w-reinforce', 'psr', 'reinforce'] as const;
export const otherMethods = [
  'grpo',
  'a-nsr-exponential',
  'cw-nsr',
  'dapo',
  'ngrpo',
  'a-nsr-cosine',
  'a-nsr-accuracy',
  'cw-nsr-equal-budget',
  'cw-nsr-pure',
  'ppo',
] as const;
/** Those of NSR, W-REINFORCE and REINFORCE are 0, 0.1 and 1. */
export const lambdasBetween = [0.05, 0.25, 0.5] as const;

/** Rollout steps of the two methods of issue 2's evidence, and of every other one of the main group. */
export const evidenceSteps = 100;
export const comparedStep = 50;
/** Rollout steps of the ablations of updates and clip; the other runs of the tiny group are evaluated at this step too. */
export const ablationSteps = 40;

export const tinySteps = 60;
export const additionSteps = 40;
export const hardSteps = 60;
export const hardNames = ['nsr', 'w-reinforce', 'psr', 'grpo', 'nsr-warm', 'nsr-batch256'] as const;
export const methodNames = [...coreMethods, ...otherMethods] as const;

/** The base of the hard group, made by `nsr sft` where it is missing: below the project's folder, not shipped. */
export const hardModel = {
  id: 'runs/countdown4-small',
  sft: '--task countdown --params numbers=4 --width 32 --layers 2 --heads 2 --feed-forward 96 --steps 600',
} as const;

function preset(id: string): Experiment {
  const entry = findPreset(catalogue, id);
  if (entry === null) throw new Error(`the study wants the preset ${id}, which is not there`);
  return entry.experiment;
}

/** An experiment with some values of its branches replaced. */
function changed(
  base: Experiment,
  changes: {
    readonly [Branch in 'sampling' | 'batch' | 'objective' | 'optimizer' | 'evaluation']?: Partial<Experiment[Branch]>;
  } & { readonly steps?: number; readonly model?: string; readonly task?: Experiment['task'] },
): Experiment {
  return {
    ...base,
    model: changes.model ?? base.model,
    task: changes.task ?? base.task,
    steps: changes.steps ?? base.steps,
    sampling: { ...base.sampling, ...changes.sampling },
    batch: { ...base.batch, ...changes.batch },
    objective: { ...base.objective, ...changes.objective },
    optimizer: { ...base.optimizer, ...changes.optimizer },
    evaluation: { ...base.evaluation, ...changes.evaluation },
  };
}

const tinyLearningRate = 2e-4;
const evaluation = { method: 'sampled', problems: 192, samples: 64, temperature: 1, seed: 0 } as const;

function main(id: string, steps: number): Variant {
  const experiment = changed(preset(id), {
    model: 'countdown4-strong',
    steps,
    evaluation: { ...evaluation, every: 25 },
  });
  return { name: id, experiment };
}

/** Three numbers, the tiny model, the full batch, the quick preset's learning rate. */
function tiny(id: string): Experiment {
  return changed(preset(id), {
    model: 'countdown3-tiny',
    task: { name: 'countdown', params: { numbers: 3 } },
    sampling: { maxNewTokens: 6 },
    optimizer: { learningRate: tinyLearningRate },
    evaluation: { ...evaluation, every: 20 },
    steps: tinySteps,
  });
}

export const lambdaName = (lambda: number) => `lambda-${lambda}`;

const tinyVariants: readonly Variant[] = [
  ...[...coreMethods, ...otherMethods].map((id) => ({ name: id, experiment: tiny(id) })),
  ...lambdasBetween.map((positiveWeight) => {
    const name = lambdaName(positiveWeight);
    return { name, experiment: changed(tiny('w-reinforce'), { objective: { name, positiveWeight } }) };
  }),
];

export interface UpdateSetting {
  readonly updates: number;
  readonly epochs: number;
  readonly clip: boolean;
}

/** One update per rollout batch has ratio 1 throughout: the clip cannot act, and only the clipped run is made. */
export const updateSettings: readonly UpdateSetting[] = [1, 2, 4, 8].flatMap((updates) =>
  [1, 2].flatMap((epochs) =>
    [true, false].flatMap((clip) => (updates * epochs === 1 && !clip ? [] : [{ updates, epochs, clip }])),
  ),
);

export function updateName(method: string, { updates, epochs, clip }: UpdateSetting, learningRate?: number): string {
  const rate = learningRate === undefined ? '' : `-lr${learningRate}`;
  return `${method}-u${updates}-e${epochs}-${clip ? 'clip' : 'noclip'}${rate}`;
}

/** The presets' own setting: their runs are the tiny group's. */
export const isPresetSetting = ({ updates, epochs, clip }: UpdateSetting) => updates === 4 && epochs === 1 && clip;

export const highLearningRate = 1e-3;

function updateVariant(method: string, setting: UpdateSetting, rate?: number): Variant {
  const name = updateName(method, setting, rate);
  const { updates: updatesPerRollout, epochs: innerEpochs, clip } = setting;
  const experiment = changed(tiny(method), {
    batch: { updatesPerRollout, innerEpochs },
    objective: { name, clip },
    optimizer: { learningRate: rate ?? tinyLearningRate },
    steps: ablationSteps,
  });
  return { name, experiment };
}

/** PSR for comparison: at one update, and where the ratios move most. */
export const psrSettings = updateSettings.filter(({ updates, epochs }) => epochs * updates === 1 || updates === 8);

const clipSwitch = [true, false].map((clip): UpdateSetting => ({ updates: 4, epochs: 1, clip }));

const updateVariants: readonly Variant[] = [
  ...updateSettings.filter((setting) => !isPresetSetting(setting)).map((setting) => updateVariant('nsr', setting)),
  ...clipSwitch.map((setting) => updateVariant('nsr', setting, highLearningRate)),
  ...clipSwitch.map((setting) => updateVariant('psr', setting, highLearningRate)),
  ...psrSettings.map((setting) => updateVariant('psr', setting)),
];

function hard(id: string, name = id, changes: Parameters<typeof changed>[1] = {}): Variant {
  const base = changed(preset(id), {
    model: hardModel.id,
    optimizer: { learningRate: tinyLearningRate },
    evaluation: { ...evaluation, every: 20 },
    steps: hardSteps,
  });
  return { name, experiment: changed(base, changes) };
}

const hardVariants: readonly Variant[] = [
  ...['nsr', 'psr', 'w-reinforce', 'grpo'].map((id) => hard(id)),
  hard('nsr', 'nsr-warm', { sampling: { temperature: 1.3 } }),
  hard('nsr', 'nsr-batch256', { batch: { promptsPerStep: 256 } }),
];

const additionVariants: readonly Variant[] = coreMethods.map((id) => ({
  name: id,
  experiment: changed(preset(id), {
    model: 'addition',
    task: { name: 'addition', params: {} },
    // Up to three digits and the end; the base has no room for more.
    sampling: { maxNewTokens: 4 },
    evaluation: { ...evaluation, every: 20 },
    steps: additionSteps,
  }),
}));

function runsOf(group: StudyGroup, variants: readonly Variant[], of: readonly number[]): StudyRun[] {
  return of.flatMap((seed) =>
    variants.map(({ name, experiment }) => ({
      id: `${group}/${name}-seed${seed}`,
      group,
      name,
      seed,
      experiment: { ...experiment, seed },
    })),
  );
}

const evidence = ['nsr', 'w-reinforce'].map((id) => main(id, evidenceSteps));
const core = ['psr', 'reinforce'].map((id) => main(id, comparedStep));
const others = otherMethods.map((id) => main(id, comparedStep));

/** Where the clip decides most, and what it is held against: these get all seeds first. */
const keyVariants = updateVariants.filter(({ experiment: { batch, optimizer } }) => {
  const steps = batch.updatesPerRollout * batch.innerEpochs;
  return optimizer.learningRate === highLearningRate || steps === 1 || batch.updatesPerRollout === 8;
});
const coreTiny = tinyVariants.filter(
  ({ name }) => !otherMethods.some((other) => other === name) || name === 'grpo' || name === 'cw-nsr-pure',
);
const later = [1, 2];

/** Each once, in the order of its first mention. */
export const studyRuns: readonly StudyRun[] = distinct([
  ...runsOf('main', evidence, seeds),
  ...runsOf('main', core, seeds),
  ...runsOf('tiny', tinyVariants, [0]),
  ...runsOf('tiny', updateVariants, [0]),
  ...runsOf('tiny', coreTiny, later),
  ...runsOf('tiny', keyVariants, later),
  ...runsOf('hard', hardVariants, seeds),
  ...runsOf('addition', additionVariants, seeds),
  ...runsOf('tiny', tinyVariants, later),
  ...runsOf('main', others, [0]),
  ...runsOf('tiny', updateVariants, later),
  ...runsOf('main', others, later),
]);

/** The papers evaluate at T = 0.6: the base and the final models of the four-number core methods are, too. */
export const coldTemperature = 0.6;
export const coldRuns: readonly StudyRun[] = studyRuns.filter(
  ({ group, name }) => group === 'main' && coreMethods.some((core) => core === name),
);
export const coldBase = { id: 'main/base', model: 'countdown4-strong' } as const;

function distinct(runs: readonly StudyRun[]): StudyRun[] {
  return [...new Map(runs.map((run) => [run.id, run])).values()];
}

interface GalleryChoice {
  readonly file: string;
  /** Id of the run. */
  readonly source: string;
  readonly title: string;
  readonly note: string;
  /** Trained once more and evaluated exactly, every so many rollouts; left out: as the study evaluated it. */
  readonly exactEvery?: number;
  /** Whose forces it carries: docs/runs/forces/NAME.jsonl. */
  readonly forces?: string;
}

/** The runs that come with the page. */
export const galleryRuns: readonly GalleryChoice[] = [
  {
    file: 'main-nsr.json',
    source: 'main/nsr-seed0',
    forces: 'nsr',
    title: 'NSR, four numbers',
    exactEvery: 10,
    note: 'Learning from mistakes alone: pass@1 rises although no right answer is ever rewarded. See what large k pays for it.',
  },
  {
    file: 'main-psr.json',
    source: 'main/psr-seed0',
    forces: 'psr',
    title: 'PSR, four numbers',
    exactEvery: 10,
    note: 'Learning from right answers alone: the steepest pass@1, and the steepest fall of entropy and of different right answers.',
  },
  {
    file: 'w-reinforce.json',
    source: 'tiny/w-reinforce-seed0',
    title: 'W-REINFORCE, three numbers',
    note: 'NSR with a tenth of PSR: between the two in everything.',
  },
  {
    file: 'grpo.json',
    source: 'tiny/grpo-seed0',
    title: 'GRPO, three numbers',
    note: 'Answers against their group: look at the share of groups that say nothing because they are all right or all wrong.',
  },
  {
    file: 'a-nsr-accuracy.json',
    source: 'tiny/a-nsr-accuracy-seed0',
    title: 'A-NSR, accuracy-driven, three numbers',
    note: 'The penalty follows the share of wrong answers: watch beta fall as the model learns.',
  },
  {
    file: 'cw-nsr-pure.json',
    source: 'tiny/cw-nsr-pure-seed0',
    title: 'CW-NSR without a positive term, three numbers',
    note: 'Confident mistakes pushed hardest, and nothing rewarded: entropy rises, and pass@1 falls below the base.',
  },
  {
    file: 'nsr-fast-clip.json',
    source: 'tiny/nsr-u4-e1-clip-lr0.001-seed0',
    title: 'NSR at a high learning rate, clip on',
    note: 'Too fast for good learning, but the lower clip stops each mistake from being pushed down again and again.',
  },
  {
    file: 'nsr-fast-noclip.json',
    source: 'tiny/nsr-u4-e1-noclip-lr0.001-seed0',
    title: 'NSR at a high learning rate, clip off',
    note: 'The same run without the clip: the model collapses within a few steps. The clearest sight of what the clip is for.',
  },
];
