import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { nsr, nsrInterrupted, resultOf, temporaryFolder, type Outcome } from './nsr.fixture';
import { writeTextModel } from './textModel.fixture';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const model = join(folder, 'tiny-text');
const { ids } = writeTextModel(model);

/** In GSM8K's shape, with answers of one digit: a random model finds some of them as its last number. */
const data = join(folder, 'rows.jsonl');
writeFileSync(
  data,
  Array.from({ length: 40 }, (_, index) => {
    const [a, b] = [1 + (index % 4), 1 + Math.floor(index / 10)];
    const question = `Row ${index}: a bag holds ${a} apples, another ${b}. How many are there?`;
    return `${JSON.stringify({ question, answer: `${a} + ${b} = ${a + b}\n#### ${a + b}` })}\n`;
  }).join(''),
);

const experiment = join(folder, 'experiment.json');
writeFileSync(
  experiment,
  JSON.stringify({
    ...defaultExperiment,
    task: { name: 'gsm8k', params: { unboxed: 'last' } },
    prompt: { format: 'chat', instruction: 'End with ####.', system: 'Be brief.' },
    adapter: { rank: 2, alpha: 4, targets: 'all' },
    sampling: { ...defaultExperiment.sampling, maxNewTokens: 12 },
    batch: { promptsPerStep: 4, groupSize: 4, updatesPerRollout: 2, innerEpochs: 1 },
    evaluation: { ...defaultExperiment.evaluation, every: 1, problems: 4, samples: 4 },
    steps: 2,
  }),
);
const out = join(folder, 'run');
const train = (...more: readonly string[]): Outcome =>
  nsr('train', '--experiment', experiment, '--model', model, '--data', data, '--out', out, ...more);

interface Line {
  readonly type: string;
  readonly responseLength?: number;
  readonly problemIds?: readonly string[];
}
const lines = (run: string): Line[] =>
  readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('a model that reads text, on rows of a file', () => {
  it('is trained by LoRA, and its run knows its rows', { timeout: 300_000 }, () => {
    const { status, stderr } = train();
    expect(stderr).toContain('step 2');
    expect(status).toBe(0);
    const kept = JSON.parse(readFileSync(join(out, 'experiment.json'), 'utf8')) as typeof defaultExperiment;
    expect(kept.model).toBe('local/tiny-text');
    expect(kept.task.params['data']).toMatch(/^[0-9a-f]{32}$/);
    const rows = lines(out);
    expect(rows.filter(({ type }) => type === 'step').map(({ responseLength = 0 }) => responseLength > 1)).toEqual([
      true,
      true,
    ]);
    expect(
      rows.find(({ type }) => type === 'evaluation')?.problemIds?.every((id) => id.startsWith('gsm8k/train/')),
    ).toBe(true);
    expect(existsSync(join(out, 'model/adapter_config.json'))).toBe(true);
    expect(JSON.parse(readFileSync(join(out, 'model/config.json'), 'utf8'))).toMatchObject({
      eos_token_id: [ids - 4, ids - 2],
    });
  });

  it('goes on where it stopped, with the same numbers, and without the file', { timeout: 300_000 }, async () => {
    const whole = readFileSync(join(out, 'metrics.jsonl'), 'utf8');
    const again = join(folder, 'again');
    const rows = join(folder, 'moved.jsonl');
    writeFileSync(rows, readFileSync(data));
    const begin = ['train', '--experiment', experiment, '--model', model, '--data', rows, '--out', again];
    await nsrInterrupted(/step +1/, ...begin, '--checkpoint-every', '1');
    expect(existsSync(join(again, 'result.json'))).toBe(false);
    rmSync(rows);
    const { status, stderr } = nsr('train', '--resume', '--model', model, '--out', again);
    expect(stderr).toContain('resuming after step');
    expect(status).toBe(0);
    expect(readFileSync(join(again, 'metrics.jsonl'), 'utf8')).toBe(whole);
  });

  it('refuses other rows than those that the run was begun with', { timeout: 300_000 }, () => {
    rmSync(join(out, 'result.json'), { force: true });
    const kept = readFileSync(join(out, 'data.jsonl'), 'utf8');
    writeFileSync(join(out, 'data.jsonl'), kept.replace('Row 7', 'Row 70'));
    const { status, stderr } = nsr('train', '--resume', '--model', model, '--out', out);
    expect(stderr).toContain('allowed: the rows of this experiment');
    expect(status).toBe(2);
  });

  it('is evaluated by sampling at the settings given, in any format of prompts', { timeout: 300_000 }, () => {
    const shared = ['eval', '--model', model, '--task', 'gsm8k', '--data', data, '--problems', '4', '--samples', '4'];
    const { status, stdout, stderr } = nsr(
      ...shared,
      '--prompt',
      'qwen-math',
      '--top-p',
      '0.95',
      '--temperature',
      '0.6',
      '--max-tokens',
      '8',
    );
    expect(stderr).toContain('pass@k');
    expect(status).toBe(0);
    expect(resultOf({ status, stdout, stderr })).toMatchObject({
      samples: 4,
      temperature: 0.6,
      problemIds: expect.any(Array) as string[],
    });
    expect(nsr(...shared, '--exact', '--max-tokens', '8').stderr).toContain('cannot be listed');
  });

  it.each([
    ['no rows', ['eval', '--model', model, '--task', 'math'], 'a file with the rows of math'],
    [
      'rows for a task that makes its own',
      ['eval', '--model', model, '--task', 'addition', '--data', data],
      'makes its own problems',
    ],
    ['a file that is none', ['eval', '--model', model, '--task', 'math', '--data', model], 'a file that can be read'],
    [
      'rows without the columns',
      ['eval', '--model', model, '--task', 'dataset', '--data', data],
      'a column problem in every row',
    ],
    [
      'a model that spells characters',
      ['eval', '--model', 'addition', '--task', 'gsm8k', '--data', data],
      'a model that reads any text',
    ],
    [
      'answers that leave no room',
      ['eval', '--model', model, '--task', 'gsm8k', '--data', data, '--max-tokens', '250'],
      'no problem of gsm8k left',
    ],
    [
      'only rows for evaluation',
      [
        'train',
        '--experiment',
        experiment,
        '--task',
        'aime2025',
        '--model',
        model,
        '--data',
        join(folder, 'one.jsonl'),
        '--out',
        join(folder, 'no'),
      ],
      'for evaluation only',
    ],
  ])('refuses %s', { timeout: 300_000 }, (_, args, message) => {
    writeFileSync(join(folder, 'one.jsonl'), '{"problem": "What is 1 + 1?", "answer": 2}\n');
    const { status, stderr } = nsr(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
