/** Every field of an experiment in one place: range, unit, default, words, and when a change acts. */
import { choice, chosen, integer, number, scheduled, text, type FieldSpec } from './fieldSpec';
import { modelPattern } from './modelId';
import { objectiveFields } from './objectiveFields';

/** Words for a model: no control characters but line breaks and tabs. */
const wordsPattern = '^[\\t\\n\\P{Cc}]{0,2000}$';
const wordsAllowed = 'up to 2,000 characters of text';

const largestSeed = 2 ** 32 - 1;

export const fields: readonly FieldSpec[] = [
  text(
    [
      'model',
      'Model',
      'Base model that every run starts from: a shipped one, or one imported from the hub or a folder.',
    ],
    modelPattern,
    'a shipped model, org/name@commit of the hub, or local:name@fingerprint',
    'countdown4-strong',
    { acts: 'restart', common: true },
  ),
  integer(
    [
      'adapter.rank',
      'Adapter rank',
      'Trains two thin factors beside each map (LoRA) and leaves the model as it is; 0 = no adapter, all weights train.',
    ],
    [0, 256],
    0,
    { acts: 'restart' },
  ),
  number(
    ['adapter.alpha', 'Adapter alpha', 'The factors’ product counts alpha / rank. Acts with an adapter only.'],
    [0.001, 4096],
    32,
    { acts: 'restart' },
  ),
  choice(
    ['adapter.targets', 'Adapted maps', 'Which maps of a layer have factors. Acts with an adapter only.'],
    { all: 'All maps', attention: 'Attention', mlp: 'Feed-forward', 'q-v': 'Queries and values' },
    'all',
    { acts: 'restart' },
  ),
  choice(
    [
      'adapter.base',
      'Weights beside it',
      'Quantised to 8 or 4 bits the model takes less memory and answers slightly differently. Acts with an adapter only.',
    ],
    { stored: 'As stored', q8: '8 bits', q4: '4 bits' },
    'stored',
    { acts: 'restart' },
  ),
  chosen(
    ['task.name', 'Task', 'Where prompts come from and how answers are verified.'],
    { kind: 'task', default: 'countdown' },
    { acts: 'restart', common: true },
  ),
  chosen(
    ['task.params', 'Task settings', 'The task’s own parameters.'],
    { kind: 'task-params', default: { numbers: 4 } },
    { acts: 'restart', common: true },
  ),
  choice(
    [
      'prompt.format',
      'Prompt',
      'How a problem is put to the model: as it is, with the papers’ instruction to box the answer, by the model’s own chat template, or as the papers asked Qwen2.5-Math and Qwen3.',
    ],
    {
      plain: 'Plain',
      boxed: 'Plain, answer in a box',
      chat: 'Chat template',
      'qwen-math': 'Papers: Qwen2.5-Math',
      qwen3: 'Papers: Qwen3',
    },
    'plain',
    { acts: 'restart' },
  ),
  text(
    ['prompt.instruction', 'Instruction', 'Follows every problem, in plain prompts and in chats.'],
    wordsPattern,
    wordsAllowed,
    '',
    { acts: 'restart' },
  ),
  text(
    ['prompt.system', 'System text', 'Begins a chat; empty: what the model’s template has.'],
    wordsPattern,
    wordsAllowed,
    '',
    { acts: 'restart' },
  ),
  scheduled(
    ['sampling.temperature', 'Temperature', 'Temperature of sampling and of every log-probability in the loss.'],
    [0.05, 5],
    1,
  ),
  integer(
    ['sampling.topK', 'Top-k', 'Sample among the k likeliest tokens only; 0 = off. When on, the ratio is off-policy.'],
    [0, 1e6, 'tokens'],
    0,
  ),
  number(
    [
      'sampling.topP',
      'Top-p',
      'Sample among the likeliest tokens that hold this much probability; 1 = off. When on, the ratio is off-policy.',
    ],
    [0.01, 1],
    1,
  ),
  integer(
    [
      'sampling.maxNewTokens',
      'Longest answer',
      'Tokens after which an answer without an end is cut off, EOS included.',
    ],
    [1, 8192, 'tokens'],
    8,
    { acts: 'restart' },
  ),
  integer(
    ['batch.promptsPerStep', 'Prompts per step', 'Different prompts in one rollout batch.'],
    [1, 4096, 'prompts'],
    64,
    { common: true },
  ),
  integer(['batch.groupSize', 'Group size', 'Answers sampled per prompt.'], [1, 1024, 'answers'], 8, { common: true }),
  integer(
    [
      'batch.updatesPerRollout',
      'Updates per rollout',
      'Disjoint mini-batches of whole groups, one optimiser step each. With one, the clip never acts.',
    ],
    [1, 256, 'updates'],
    4,
    { common: true },
  ),
  integer(['batch.innerEpochs', 'Inner epochs', 'Passes over the same rollout batch.'], [1, 64, 'epochs'], 1),
  ...objectiveFields,
  scheduled(['optimizer.learningRate', 'Learning rate', 'AdamW step size.'], [0, 1], 0.0001, { common: true }),
  number(['optimizer.beta1', 'Adam β₁', 'Memory of the mean gradient.'], [0, 0.9999], 0.9),
  number(['optimizer.beta2', 'Adam β₂', 'Memory of the squared gradient.'], [0, 0.999999], 0.99),
  number(['optimizer.eps', 'Adam ε', 'Keeps tiny gradients from taking full steps.'], [1e-15, 1], 1e-8),
  number(
    ['optimizer.weightDecay', 'Weight decay', 'Pull of every weight towards 0, per unit of learning rate.'],
    [0, 10],
    0,
  ),
  number(['optimizer.maxGradNorm', 'Gradient clip', 'Largest global gradient norm.'], [0.000001, 1e6], 1),
  integer(
    ['evaluation.every', 'Evaluate every', 'Rollout steps between evaluations; 0 = only at the start and the end.'],
    [0, 100000, 'steps'],
    10,
  ),
  choice(
    [
      'evaluation.method',
      'Method',
      'Exact: the probability of every right answer, so Pass@k at any k without samples; where a task’s right answers cannot be listed, or the tokenizer has other tokens than characters, samples of the first 96 problems.',
    ],
    { exact: 'Exact', sampled: 'Sampled' },
    // Experiments of before there was a choice sampled, and must go on to.
    'sampled',
    { acts: 'restart', common: true },
  ),
  integer(
    ['evaluation.problems', 'Held-out problems', 'Problems never trained on, the same at every evaluation.'],
    [1, 100000, 'problems'],
    96,
    { acts: 'restart' },
  ),
  integer(
    ['evaluation.samples', 'Samples per problem', 'Answers per held-out problem, the n of pass@k.'],
    [1, 1024, 'answers'],
    64,
    { acts: 'restart' },
  ),
  number(
    ['evaluation.temperature', 'Evaluation temperature', 'Sampling temperature of the evaluation.'],
    [0.05, 5],
    1,
    { acts: 'restart' },
  ),
  number(
    [
      'evaluation.topP',
      'Evaluation top-p',
      'Samples among the likeliest tokens that hold this much probability; 1 = off. Below 1 Pass@k is sampled. The papers evaluate at 0.95.',
    ],
    [0.01, 1],
    1,
    { acts: 'restart' },
  ),
  integer(
    ['evaluation.seed', 'Evaluation seed', 'Decides problems and draws of every evaluation of the run.'],
    [0, largestSeed],
    1,
    { acts: 'restart' },
  ),
  integer(
    [
      'evaluation.forcesEvery',
      'Forces every',
      'Rollout steps between measurements of what an update does to Pass@k, entropy and length, before it is made; 0 = never. Costs time, changes no number.',
    ],
    [0, 100000, 'steps'],
    0,
  ),
  integer(['steps', 'Steps', 'Planned rollout steps T, over which schedules run.'], [1, 1e6, 'steps'], 100, {
    acts: 'restart',
    common: true,
  }),
  integer(['seed', 'Seed', 'Decides prompts, draws and mini-batches.'], [0, largestSeed], 0, {
    acts: 'restart',
    common: true,
  }),
];

const byPath = new Map(fields.map((field) => [field.path, field]));

/** The field at a dotted path, or null. */
export function findField(path: string): FieldSpec | null {
  return byPath.get(path) ?? null;
}
