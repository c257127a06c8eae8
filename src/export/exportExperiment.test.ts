import { expect, it, describe } from 'vitest';
import { mappings } from '../confidence/parts/registry';
import { algorithms } from '../algorithms/parts/registry';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { schedules } from '../schedules/parts/registry';
import { taskDefinitions } from '../tasks/parts/registry';
import { buildCatalogue } from '../trainer/catalogue';
import { fields } from '../experiment/fields';
import { checkExpressible, fieldsAt, frameworks, known } from './expressible';
import { exportExperiment } from './exportExperiment';

const catalogue = buildCatalogue();

function preset(id: string, change: (experiment: Experiment) => unknown = (experiment) => experiment): Experiment {
  const found = catalogue.presets.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no preset ${id}`);
  return parseExperiment(change(found.experiment), catalogue);
}

const objective = (id: string, values: Readonly<Record<string, unknown>>) =>
  preset(id, (experiment) => ({ ...experiment, objective: { ...experiment.objective, ...values } }));

const text = (files: ReturnType<typeof exportExperiment>, path: string): string => {
  const content = files.find((file) => file.path === path)?.content;
  if (typeof content !== 'string') throw new Error(`no ${path}`);
  return content;
};

it('names nothing that the registries lack: what is added to them is refused until the package computes it', () => {
  expect(algorithms.map(({ id }) => id)).toEqual(expect.arrayContaining([...known.algorithms]));
  expect(schedules.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...known.schedules]));
  expect(mappings.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...known.mappings]));
  expect(taskDefinitions.map(({ name }) => name)).toEqual(expect.arrayContaining([...known.tasks]));
});

it('decides on fields that are there, and refuses any other one that is not at its default', () => {
  const decided = [...fieldsAt.carried, ...fieldsAt.here];
  expect(fields.map(({ path }) => path)).toEqual(expect.arrayContaining(decided));
  const others = decided.filter((path) => path !== 'objective.dualClip');
  expect(() => checkExpressible(preset('nsr'), 'verl', others)).not.toThrow();
  expect(() => checkExpressible(objective('nsr', { dualClip: 3 }), 'verl', others)).toThrow(
    expect.objectContaining({ field: 'objective.dualClip' }),
  );
});

describe('what a framework cannot express is refused by name', () => {
  const rows: readonly (readonly [string, 'verl' | 'trl', Experiment])[] = [
    ['objective.entropyCoef', 'verl', objective('nsr', { entropyCoef: { kind: 'linear', from: 0, to: 0.01 } })],
    ['objective.klCoef', 'verl', objective('nsr', { klCoef: { kind: 'linear', from: 0, to: 0.01 } })],
    ['objective.normalizer', 'verl', objective('nsr', { normalizer: 'kept', aggregation: 'constant' })],
    ['objective.params.refillCap', 'verl', preset('dapo')],
    ['objective.params.refillCap', 'trl', preset('dapo')],
    ['objective.algorithm', 'trl', preset('ppo')],
    ['batch.groupSize', 'trl', preset('nsr', (e) => ({ ...e, batch: { ...e.batch, groupSize: 1 } }))],
    [
      'batch.updatesPerRollout',
      'verl',
      preset('nsr', (e) => ({ ...e, batch: { ...e.batch, promptsPerStep: 10, updatesPerRollout: 4 } })),
    ],
    [
      'sampling.temperature',
      'trl',
      preset('nsr', (e) => ({ ...e, sampling: { ...e.sampling, temperature: { kind: 'linear', from: 1, to: 0.7 } } })),
    ],
    [
      'optimizer.learningRate',
      'trl',
      preset('nsr', (e) => ({
        ...e,
        optimizer: { ...e.optimizer, learningRate: { kind: 'accuracy', min: 1e-5, max: 1e-4 } },
      })),
    ],
    [
      'edits',
      'verl',
      preset('nsr', (e) => ({ ...e, edits: [{ step: 3, path: 'objective.negativeWeight', value: 2 }] })),
    ],
  ];

  it.each(rows)('%s by %s', (field, framework, experiment) => {
    expect(() => checkExpressible(experiment, framework)).toThrow(expect.objectContaining({ field }));
  });

  it('an algorithm that the package does not compute', () => {
    const experiment = preset('nsr');
    const scaled = { ...experiment, objective: { ...experiment.objective, algorithm: 'scaled' } };
    expect(() => checkExpressible(scaled, 'verl')).toThrow(/objective\.algorithm/);
  });
});

it('writes verl the experiment and its scale, named first', () => {
  const files = exportExperiment(
    objective('a-nsr-cosine', { dualClip: 3, klCoef: 0.001, klEstimator: 'k3' }),
    'verl',
    '#v1.x',
  );
  const yaml = text(files, 'nsr_verl.yaml');
  expect(yaml.indexOf('\nscale:')).toBeLessThan(yaml.indexOf('\ndefaults:'));
  expect(yaml).toContain('  prompts_per_step: 64\n  prompts_per_update: 16\n  group_size: 8\n');
  expect(yaml).toContain('    negativeWeight:\n      kind: "cosine"\n      from: 1.5\n      to: 0.5\n');
  expect(yaml).toContain('clip_ratio_c: 3\n');
  expect(yaml).toContain('kl_loss_type: "low_var_kl"\n');
  expect(yaml).toContain('trainer_mode: "nsr_sync"\n');
  expect(text(files, 'README.md')).toContain('They were not run under verl itself.');
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['nsr/objective.py', 'nsr/grader/tables.py', 'nsr_verl.py', 'data/train.jsonl']),
  );
});

it('opens the clip in verl where the experiment has none', () => {
  const yaml = text(exportExperiment(objective('nsr', { clip: false }), 'verl', ''), 'nsr_verl.yaml');
  for (const name of ['low', 'high', 'c']) expect(yaml).toContain(`clip_ratio_${name}: 1000000000\n`);
});

it('writes TRL the greatest learning rate and the adapter', () => {
  const experiment = preset('nsr', (e) => ({
    ...e,
    adapter: { rank: 8, alpha: 16, targets: 'q-v' },
    optimizer: { ...e.optimizer, learningRate: { kind: 'linear', from: 0.0002, to: 0.0001 } },
  }));
  const settings = text(exportExperiment(experiment, 'trl', ''), 'settings.py');
  expect(settings).toContain('"learning_rate": 0.0002,');
  expect(settings).toContain(
    'LORA = {"r": 8, "lora_alpha": 16, "target_modules": ["q_proj", "v_proj"], "lora_dropout": 0}',
  );
});

it.each(frameworks)('exports every preset that %s can express, without a hole in it', (framework) => {
  const tasks: readonly string[] = known.tasks;
  const ours = catalogue.presets.filter(({ experiment }) => tasks.includes(experiment.task.name));
  const refused = ours.filter(({ experiment }) => {
    try {
      const files = exportExperiment(parseExperiment(experiment, catalogue), framework, '');
      for (const path of ['README.md', framework === 'verl' ? 'nsr_verl.yaml' : 'settings.py'])
        expect(text(files, path)).not.toMatch(/undefined|NaN|object Object/);
      return false;
    } catch {
      return true;
    }
  });
  const allowed = framework === 'verl' ? /dapo/ : /dapo|ppo/;
  expect(refused.map(({ id }) => id).filter((id) => !allowed.test(id))).toEqual([]);
});

describe('a task on a data set', () => {
  const rows = {
    train: [{ question: 'What is 2 + 3?', answer: 'It is 2 + 3 = 5.\n#### 5' }],
    heldOut: [{ question: 'What is 4 + 3?', answer: '#### 7' }],
  };
  const on = (prompt: object, params: object = {}, name = 'gsm8k') =>
    preset('nsr', (experiment) => ({ ...experiment, model: 'Org/Model', task: { name, params }, prompt }));
  const exported = (experiment: Experiment, framework: 'verl' | 'trl' = 'verl') =>
    exportExperiment(experiment, framework, '', rows);

  it('goes with its rows: prompt as the run puts it, answer, and how it is graded', () => {
    const [line] = text(exported(on({ format: 'boxed' }, { unboxed: 'last' })), 'data/train.jsonl').split('\n');
    expect(JSON.parse(line ?? '')).toEqual({
      prompt: 'What is 2 + 3? Please reason step by step, and put your final answer within \\boxed{}.',
      task: 'gsm8k',
      answer: 'It is 2 + 3 = 5.\n#### 5',
      params: { mode: 'mathematics', unboxed: 'last' },
    });
  });

  it('is put to the model as it is written, or as a chat by its own template', () => {
    expect(text(exported(on({ format: 'qwen-math' })), 'nsr_verl.yaml')).toMatch(/custom_chat_template: "?\{% for/);
    expect(text(exported(on({ format: 'plain' })), 'nsr_verl.yaml')).toMatch(
      /custom_chat_template: "?\{% if bos_token/,
    );
    const chat = exported(on({ format: 'chat', system: 'Be brief.' }));
    expect(text(chat, 'nsr_verl.yaml')).not.toContain('custom_chat_template');
    expect(text(chat, 'data/test.jsonl')).toContain('"prompt":[{"role":"system","content":"Be brief."},{"role":"user"');
  });

  it('is refused without rows, and where the exported grader does not know its way of grading', () => {
    expect(() => exportExperiment(on({ format: 'plain' }), 'trl', '')).toThrow(/--data FILE/);
    const pattern = on({ format: 'plain' }, { problem: 'question', grading: 'pattern' }, 'dataset');
    expect(() => exported(pattern, 'trl')).toThrow(expect.objectContaining({ field: 'task.params.grading' }));
  });
});
