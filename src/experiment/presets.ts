/** The experiments that have a name. Formulas and values: docs/algorithms.md; what an algorithm says of itself is not repeated here. */
import type { AlgorithmEntry, Catalogue, PresetEntry, PresetGroup } from './catalogue';
import { invariant } from '../lib/invariant';
import { defaultExperiment } from './parseExperiment';
import type { Experiment, Objective, Scheduled } from './types';

interface Method {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  /** What it says beside its algorithm's defaults. */
  readonly objective: Partial<Objective>;
  /** Values of the algorithm's own parameters other than their defaults, at the tiny scale. */
  readonly tinyParams?: Objective['params'];
  /** What the papers' settings change beside the group's common ones. */
  readonly paper?: Partial<Objective>;
}

/** lambda and beta of A-NSR (arXiv 2605.07137). */
const risingReward: Scheduled = { kind: 'linear', from: 0.05, to: 0.2 };
const fadingPenalty: Scheduled = { kind: 'exponential', from: 1.5, to: 0.5 };
/** The published rate, meant for about 140 steps; without it the curve spans the planned steps. */
const publishedPenalty: Scheduled = { kind: 'exponential', from: 1.5, to: 0.5, rate: 0.03 };
/** CW-NSR's published mapping. */
const publishedConfidence = {
  kind: 'power',
  scope: 'sequence',
  normalize: false,
  gamma: 1,
  min: 0.05,
  max: 1,
} as const;

const methods: readonly Method[] = [
  {
    id: 'nsr',
    label: 'NSR',
    help: 'Only wrong answers count: they are pushed down.',
    objective: { positiveWeight: 0, negativeWeight: 1 },
    paper: { normalizer: 'kept' },
  },
  {
    id: 'psr',
    label: 'PSR',
    help: 'Only right answers count: they are pushed up.',
    objective: { positiveWeight: 1, negativeWeight: 0 },
    paper: { normalizer: 'kept' },
  },
  {
    id: 'w-reinforce',
    label: 'W-REINFORCE',
    help: 'Wrong answers at full weight, right ones at a tenth.',
    objective: { positiveWeight: 0.1, negativeWeight: 1 },
  },
  {
    id: 'reinforce',
    label: 'REINFORCE',
    help: 'Right answers +1, wrong ones -1.',
    objective: { positiveWeight: 1, negativeWeight: 1 },
  },
  {
    id: 'a-nsr-exponential',
    label: 'A-NSR, exponential',
    help: 'The penalty decays exponentially while the reward grows.',
    objective: { positiveWeight: risingReward, negativeWeight: fadingPenalty },
    paper: { negativeWeight: publishedPenalty },
  },
  {
    id: 'a-nsr-cosine',
    label: 'A-NSR, cosine',
    help: 'The penalty falls along a cosine while the reward grows.',
    objective: { positiveWeight: risingReward, negativeWeight: { kind: 'cosine', from: 1.5, to: 0.5 } },
  },
  {
    id: 'a-nsr-accuracy',
    label: 'A-NSR, accuracy-driven',
    help: 'The penalty follows the share of wrong answers in the batch.',
    objective: { positiveWeight: risingReward, negativeWeight: { kind: 'accuracy', min: 0.5, max: 1.5 } },
  },
  {
    id: 'balanced',
    label: 'Balanced',
    help: 'Reward and penalty in the ratio of least noise, 1 − accuracy to accuracy: the rarer class carries the signal (our choice, docs/forces.md).',
    objective: {
      positiveWeight: { kind: 'accuracy', min: 0, max: 1 },
      negativeWeight: { kind: 'accuracy', min: 1, max: 0 },
    },
  },
  {
    id: 'cw-nsr',
    label: 'CW-NSR',
    help: 'Confident mistakes are pushed down harder; right answers at a tenth.',
    objective: { positiveWeight: 0.1, negativeWeight: 1, confidence: publishedConfidence },
  },
  {
    id: 'cw-nsr-equal-budget',
    label: 'CW-NSR, equal budget',
    help: 'CW-NSR at the same total penalty as W-REINFORCE (our choice).',
    objective: { positiveWeight: 0.1, negativeWeight: 1, confidence: { ...publishedConfidence, normalize: true } },
  },
  {
    id: 'cw-nsr-pure',
    label: 'CW-NSR, no positive term',
    help: 'Confident mistakes only. Harmed in our pilot: right answers are the most confident of all (our choice).',
    objective: { positiveWeight: 0, negativeWeight: 1, confidence: publishedConfidence },
  },
  {
    id: 'a-cw-nsr',
    label: 'A-CW-NSR',
    help: 'A-NSR with confidence weighting (our choice).',
    objective: { positiveWeight: risingReward, negativeWeight: fadingPenalty, confidence: publishedConfidence },
    paper: { negativeWeight: publishedPenalty },
  },
  {
    id: 'grpo',
    label: 'GRPO',
    help: 'Answers against their group, in units of its deviation.',
    objective: { algorithm: 'grpo' },
  },
  {
    id: 'dr-grpo',
    label: 'Dr. GRPO',
    help: 'Answers against their group’s mean, without length bias.',
    objective: { algorithm: 'drGrpo' },
  },
  {
    id: 'rloo',
    label: 'RLOO',
    help: 'Each answer against the mean of the others.',
    objective: { algorithm: 'rloo' },
  },
  {
    id: 'dapo',
    label: 'DAPO',
    help: 'GRPO with a higher upper clip and only mixed groups.',
    objective: { algorithm: 'dapo' },
  },
  {
    id: 'ngrpo',
    label: 'NGRPO',
    help: 'GRPO that also learns from groups that are all wrong.',
    objective: { algorithm: 'ngrpo' },
  },
  {
    id: 'ppo',
    label: 'PPO',
    help: 'Advantages from a learned critic.',
    objective: { algorithm: 'ppo' },
    tinyParams: { rewardKlCoef: 0 },
  },
];

/** Held-out problems of countdown by its count of numbers: all of them, since an exact evaluation of all costs less than 64 samples of a few. */
const allHeldOut = { 3: 265, 4: 1091 } as const;

/** Of everything that begins with countdown of four numbers. Where a tokenizer does not spell, fewer are sampled instead (trainer/evaluate.ts). */
const exactly: Experiment['evaluation'] = { ...defaultExperiment.evaluation, method: 'exact', problems: allHeldOut[4] };

/** A tiny model has little to forget: no method there pays for leaving its start, be it in the loss or in PPO's reward. */
const tinyKlCoef = 0;

/** The objective of a method over the defaults of its algorithm, of the schema where that says nothing. */
function objectiveOf(method: Method, algorithms: readonly AlgorithmEntry[]): Objective {
  const id = method.objective.algorithm ?? defaultExperiment.objective.algorithm;
  const entry = algorithms.find((candidate) => candidate.id === id);
  invariant(entry, `preset ${method.id} is of an algorithm that is there: ${id}`);
  const own = entry.params.flatMap((param) => (param.kind === 'knots' ? [] : [[param.key, param.default] as const]));
  return {
    ...defaultExperiment.objective,
    name: method.id,
    ...entry.defaults,
    params: Object.fromEntries(own),
    ...method.objective,
  };
}

function tiny(method: Method, algorithms: readonly AlgorithmEntry[]): Experiment {
  const objective = objectiveOf(method, algorithms);
  return {
    ...defaultExperiment,
    objective: { ...objective, klCoef: tinyKlCoef, params: { ...objective.params, ...method.tinyParams } },
    evaluation: exactly,
  };
}

/** The papers' scale and values (RLVR-Decomposed): far too gentle for a tiny model in an afternoon; `model` is yours to change. */
function paper(method: Method, algorithms: readonly AlgorithmEntry[]): Experiment {
  return {
    ...defaultExperiment,
    batch: { promptsPerStep: 1024, groupSize: 8, updatesPerRollout: 4, innerEpochs: 1 },
    objective: { ...objectiveOf(method, algorithms), entropyCoef: 1e-4, ...method.paper },
    optimizer: { learningRate: 1e-6, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, maxGradNorm: 1 },
    evaluation: { ...exactly, samples: 256, temperature: 0.6 },
    steps: 140,
  };
}

function entries(group: PresetGroup, make: (method: Method) => Experiment, prefix: string): PresetEntry[] {
  return methods.map((method) => ({
    id: `${prefix}${method.id}`,
    group,
    label: group === 'paper' ? `${method.label}, paper settings` : method.label,
    help: method.help,
    experiment: make(method),
  }));
}

/** Small enough for a software adapter: three numbers, d = 32, 16 prompts x 8. Measured on lavapipe, held-out pass@1 of 128
 * problems x 32 samples: PSR .175 -> .241, .249, .225 (seeds 0-2); NSR .294 -> .303 at this rate (seed 0), downhill at twice it.
 * As they stand, 64 problems x 16 samples, seeds 0-2: NSR pass@1 .307 -> .301, .282, .294 and pass@16 .953 -> .891, .844, .891;
 * PSR pass@1 .167 -> .236, .219, .223 and pass@16 .844 -> .813, .734, .766. What a help text promises is checked in CI
 * (e2e/training.spec.ts): that PSR's pass@1 rises. NSR's text promises nothing. */
function quick(
  algorithms: readonly AlgorithmEntry[],
  id: string,
  model: string,
  learningRate: number,
  steps: number,
  help: string,
): PresetEntry {
  const method = methods.find((candidate) => candidate.id === id);
  invariant(method, `no method ${id}`);
  return {
    id: `quick-${id}`,
    group: 'quick',
    label: `${method.label}, quick look`,
    help,
    experiment: {
      ...defaultExperiment,
      model,
      task: { name: 'countdown', params: { numbers: 3 } },
      sampling: { ...defaultExperiment.sampling, maxNewTokens: 6 },
      batch: { promptsPerStep: 16, groupSize: 8, updatesPerRollout: 4, innerEpochs: 1 },
      objective: { ...tiny(method, algorithms).objective, name: `quick-${id}` },
      optimizer: { ...defaultExperiment.optimizer, learningRate },
      evaluation: { ...exactly, every: 25, problems: allHeldOut[3], samples: 16 },
      steps,
    },
  };
}

/** A chain of thought: LoRA on the model that ships for word problems (docs/study.md, "Word problems"). */
function wordProblems(algorithms: readonly AlgorithmEntry[], id: string, help: string): PresetEntry {
  const method = methods.find((candidate) => candidate.id === id);
  invariant(method, `no method ${id}`);
  const { objective } = tiny(method, algorithms);
  return {
    id: `word-problems-${id}`,
    group: 'quick',
    label: `${method.label}, word problems`,
    help,
    experiment: {
      ...defaultExperiment,
      model: 'word-problems',
      adapter: { rank: 8, alpha: 16, targets: 'all', base: 'stored' },
      task: { name: 'wordProblems', params: { steps: 2, largest: 10 } },
      sampling: { ...defaultExperiment.sampling, maxNewTokens: 64 },
      batch: { promptsPerStep: 16, groupSize: 8, updatesPerRollout: 2, innerEpochs: 1 },
      objective: { ...objective, name: `word-problems-${id}` },
      optimizer: { ...defaultExperiment.optimizer, learningRate: 5e-4 },
      evaluation: { ...defaultExperiment.evaluation, method: 'sampled', every: 0, problems: 512, samples: 8 },
      steps: 40,
    },
  };
}

/** All presets, tiny models first. Throws on a method whose algorithm is not among the given ones. */
export function makePresets(algorithms: readonly AlgorithmEntry[]): PresetEntry[] {
  return [
    ...entries('tiny', (method) => tiny(method, algorithms), ''),
    ...entries('paper', (method) => paper(method, algorithms), 'paper-'),
    quick(
      algorithms,
      'psr',
      'countdown3-tiny-weak',
      2e-4,
      100,
      'Rewards alone, on a tiny model with three numbers: watch pass@1 rise. Runs without a real GPU.',
    ),
    quick(
      algorithms,
      'nsr',
      'countdown3-tiny',
      1e-4,
      60,
      'Punishment alone, from a stronger base, at half the rate and for fewer rollouts: no counterpart of the one above. Runs without a real GPU.',
    ),
    wordProblems(
      algorithms,
      'nsr',
      'Only wrong answers count, where an answer is a chain of steps: LoRA on a small model.',
    ),
    wordProblems(algorithms, 'w-reinforce', 'The same with right answers at a tenth.'),
    wordProblems(algorithms, 'psr', 'The same with right answers alone.'),
  ];
}

/** The catalogue's preset of that id, or null. */
export function findPreset(catalogue: Catalogue, id: string): PresetEntry | null {
  return catalogue.presets.find((preset) => preset.id === id) ?? null;
}
