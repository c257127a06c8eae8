import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SampledEvaluation } from '../records/metrics';
import { nsr, nsrInterrupted, resultOf, temporaryFolder, writeJson } from './nsr.fixture';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run of a second on the shipped tiny base. */
const tiny = {
  model: 'countdown3-tiny',
  task: { name: 'countdown', params: { numbers: 3 } },
  sampling: { maxNewTokens: 6 },
  batch: { promptsPerStep: 8, groupSize: 8, updatesPerRollout: 2, innerEpochs: 1 },
  objective: { positiveWeight: 0.1 },
  evaluation: { every: 4, problems: 16, samples: 8 },
  steps: 10,
};
const experiment = writeJson(folder, 'tiny.json', tiny);
const metricsOf = (run: string) => readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8');
const train = (run: string, ...more: readonly string[]) =>
  nsr('train', '--experiment', experiment, '--out', join(folder, run), ...more);

describe('nsr train', () => {
  it('leaves metrics, a checkpoint, the trained model and a result', () => {
    const outcome = train('whole');
    expect(outcome.status, outcome.stderr).toBe(0);
    expect(resultOf(outcome)).toMatchObject({ end: 'finished', steps: 10, first: { step: 0 }, last: { step: 10 } });
    const rows = metricsOf('whole')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; step: number });
    expect(rows.filter(({ type }) => type === 'step').map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rows.filter(({ type }) => type === 'evaluation').map(({ step }) => step)).toEqual([0, 4, 8, 10]);
    const evaluated = nsr(
      'eval',
      '--model',
      join(folder, 'whole/model'),
      '--task',
      'countdown',
      '--params',
      'numbers=3',
      '--problems',
      '16',
      '--samples',
      '8',
    );
    expect(resultOf(evaluated)).toMatchObject({ samples: 8, passAtK: [{ k: 1 }, { k: 2 }, { k: 4 }, { k: 8 }] });
  });

  it('gives the same bytes twice, and others for another seed', () => {
    train('again');
    expect(metricsOf('again')).toBe(metricsOf('whole'));
    train('other', '--seed', '5');
    expect(metricsOf('other')).not.toBe(metricsOf('whole'));
  });

  it('interrupted, exits with 130 and a checkpoint, from which it goes on to the same bytes', async () => {
    const out = join(folder, 'broken');
    const stopped = await nsrInterrupted(/step +3\/10/, 'train', '--experiment', experiment, '--out', out);
    expect(stopped.status, stopped.stderr).toBe(130);
    expect(resultOf(stopped)).toMatchObject({ end: 'aborted' });
    expect(metricsOf('broken').length).toBeLessThan(metricsOf('whole').length);
    const resumed = nsr('train', '--resume', '--out', out);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(metricsOf('broken')).toBe(metricsOf('whole'));
    expect(resultOf(nsr('train', '--resume', '--out', out))).toEqual(resultOf(resumed));
  });

  it.each([
    ['a folder that has something in it', ['--experiment', experiment, '--out', folder], 'or --force'],
    ['an unknown preset', ['--experiment', 'nsrr'], 'or a preset: nsr,'],
    ['a field out of range', ['--experiment', writeJson(folder, 'bad.json', { ...tiny, steps: 0 })], 'steps: 0'],
    ['an unknown field', ['--experiment', writeJson(folder, 'odd.json', { ...tiny, stepz: 1 })], 'stepz'],
    [
      'a model that is not there',
      ['--experiment', writeJson(folder, 'lost.json', { ...tiny, model: 'lost' }), '--out', join(folder, 'lost')],
      'experiment.model: "lost"',
    ],
    ['a damaged link', ['--experiment', 'http://localhost/#v1.AAAA'], 'damaged'],
    ['nothing to resume', ['--resume', '--out', join(folder, 'nothing')], 'the folder of a run to resume'],
  ])('refuses %s in one line', (_, args, message) => {
    const { status, stderr } = nsr('train', ...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });

  it('on SwiftShader, computes too', () => {
    const outcome = train('swiftshader', '--adapter', 'swiftshader', '--steps', '2');
    expect(outcome.status, outcome.stderr).toBe(0);
    expect(resultOf(outcome)).toMatchObject({ adapter: expect.stringMatching(/SwiftShader/i) as string, steps: 2 });
  });
});

describe('nsr eval', () => {
  it('gives the same numbers for the same seed', () => {
    const run = (seed: string) =>
      resultOf(
        nsr(
          'eval',
          '--model',
          'countdown3-tiny',
          '--task',
          'countdown',
          '--params',
          'numbers=3',
          '--problems',
          '8',
          '--samples',
          '8',
          '--seed',
          seed,
        ),
      ) as SampledEvaluation;
    expect(run('1').correct).toEqual(run('1').correct);
    expect(run('1').problemIds).not.toEqual(run('2').problemIds);
  });

  it('refuses a task that the model cannot spell', () => {
    const { stderr, status } = nsr('eval', '--model', 'fixtures/oracle/00-psr-llama', '--task', 'addition');
    expect(stderr).toContain('no tokenizer.json');
    expect(status).toBe(2);
  });
});

describe('nsr sft', () => {
  it('makes a model that can be read, with a card', () => {
    const out = join(folder, 'base');
    const small = [
      '--width',
      '16',
      '--layers',
      '1',
      '--heads',
      '2',
      '--feed-forward',
      '32',
      '--steps',
      '30',
      '--problems',
      '8',
      '--samples',
      '4',
    ];
    const outcome = nsr('sft', '--task', 'addition', ...small, '--out', out);
    expect(outcome.status, outcome.stderr).toBe(0);
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('nsr -- sft --task addition --width 16');
    expect(existsSync(join(out, 'tokenizer_config.json'))).toBe(true);
    const losses = [...outcome.stderr.matchAll(/loss ([\d.]+)/g)].map((match) => Number(match[1]));
    expect(losses[0]).toBeCloseTo(Math.log(16), 1);
    const evaluated = nsr('eval', '--model', out, '--task', 'addition', '--problems', '8', '--samples', '4');
    expect(evaluated.status, evaluated.stderr).toBe(0);
  });
});

describe('nsr sweep', () => {
  it('runs every experiment on every seed and compares them', () => {
    const list = writeJson(folder, 'sweep.json', [
      { name: 'w', experiment: tiny },
      { name: 'n', experiment: { ...tiny, objective: { positiveWeight: 0 } } },
    ]);
    const out = join(folder, 'sweep');
    const args = ['sweep', '--experiments', list, '--seeds', '2', '--steps', '1', '--out', out];
    const outcome = nsr(...args);
    expect(outcome.status, outcome.stderr).toBe(0);
    expect(resultOf(outcome)).toMatchObject({ runs: 4, planned: 4 });
    expect(readFileSync(join(out, 'summary.csv'), 'utf8')).toContain('n,pass@1,2,');
    expect(resultOf(nsr(...args, '--resume'))).toEqual(resultOf(outcome));
  });
});

describe('nsr inspect', () => {
  it('shows every token before and after one update; a row of pushes sums to 0', () => {
    const outcome = nsr(
      'inspect',
      '--model',
      'countdown3-tiny',
      '--experiment',
      experiment,
      '--samples',
      '2',
      '--top',
      '100',
    );
    expect(outcome.status, outcome.stderr).toBe(0);
    const { samples } = resultOf(outcome) as {
      samples: {
        tokens: {
          probabilityBefore: number;
          probabilityAfter: number;
          ratio: { tokens: { fromCorrect: number; fromWrong: number }[] };
        }[];
      }[];
    };
    expect(samples).toHaveLength(2);
    for (const { tokens } of samples) {
      for (const { ratio, probabilityBefore, probabilityAfter } of tokens) {
        const total = ratio.tokens.reduce((sum, { fromCorrect, fromWrong }) => sum + fromCorrect + fromWrong, 0);
        expect(total).toBeCloseTo(0, 6);
        expect(probabilityAfter).not.toBe(probabilityBefore);
      }
    }
  });
});
