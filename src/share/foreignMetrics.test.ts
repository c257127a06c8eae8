import { describe, expect, it } from 'vitest';
import { catalogue } from '../store/experiment/catalogue';
import { formatExperimentFile } from './experimentFile';
import { defaultExperiment } from '../experiment/parseExperiment';
import { parseForeignMetrics } from './foreignMetrics';
import { formatRunFile } from './runFile';
import { readSharedFile } from './sharedFile';

function read(text: string) {
  const result = parseForeignMetrics(text);
  if (result?.ok !== true) throw new Error(result === null ? 'not taken for metrics' : result.reason);
  return result.value;
}

const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** As verl's FileLogger writes it. */
const verl = lines([
  { step: 0, data: { 'val-core/countdown/acc/mean@8': 0.2 } },
  {
    step: 1,
    data: {
      'nsr/accuracy': 0.25,
      'actor/entropy': 1.5,
      'actor/grad_norm': 0.7,
      'perf/time_per_step': 30,
      'other/x': 5,
    },
  },
  { step: 2, data: { 'critic/score/mean': 0.375, 'actor/entropy': 1.25, 'perf/time_per_step': 20 } },
]);

it('reads the file logger of verl, whose steps begin at 1', () => {
  expect(read(verl)).toEqual({
    source: 'verl',
    ignored: 2,
    rows: [
      { step: 0, tokens: 0, seconds: 30, correctRatio: 0.25, entropyNats: 1.5, gradNorm: 0.7 },
      { step: 1, tokens: 0, seconds: 50, correctRatio: 0.375, entropyNats: 1.25 },
    ],
  });
});

it('reads a checkpoint of TRL: updates of one rollout become one row where our trainer marked them', () => {
  const log_history = [
    { step: 1, 'nsr/accuracy': 0.5, grad_norm: 1, num_tokens: 100, step_time: 2 },
    { step: 2, grad_norm: 3, num_tokens: 100, step_time: 2 },
    { step: 3, 'nsr/accuracy': 0.75, grad_norm: 2, num_tokens: 200 },
    { step: 3, eval_reward: 0.9 },
    { step: 4, train_runtime: 99, grad_norm: 9 },
  ];
  expect(read(JSON.stringify({ best_metric: null, log_history })).rows).toEqual([
    { step: 0, tokens: 100, seconds: 4, correctRatio: 0.5, gradNorm: 2 },
    { step: 1, tokens: 200, seconds: 4, correctRatio: 0.75, gradNorm: 2 },
  ]);
});

it('reads a plain run of TRL by its own steps', () => {
  const log_history = [
    { step: 1, reward: 0.5, entropy: 1 },
    { step: 2, reward: 0.5, entropy: 0.9 },
  ];
  expect(read(JSON.stringify({ log_history })).rows.map(({ step, entropyNats }) => [step, entropyNats])).toEqual([
    [0, 1],
    [1, 0.9],
  ]);
});

it('reads a chart of Weights & Biases, its least and greatest columns aside', () => {
  const csv =
    '"Step","run 1 - critic/score/mean","run 1 - critic/score/mean__MIN"\n"1","0.5","0.1"\n"2","0.625","0.2"\n3,,\n';
  expect(read(csv)).toEqual({
    source: 'Weights & Biases',
    ignored: 1,
    rows: [
      { step: 0, tokens: 0, seconds: 0, correctRatio: 0.5 },
      { step: 1, tokens: 0, seconds: 0, correctRatio: 0.625 },
    ],
  });
});

it('reads a history of flat names', () => {
  expect(
    read(
      lines([
        { _step: 5, entropy: 1 },
        { _step: 6, entropy: 0.5 },
      ]),
    ).rows,
  ).toHaveLength(2);
});

describe('what is out of bounds is left out', () => {
  it('rewards that are no share, numbers that are none, steps beyond all', () => {
    const text = lines([
      { step: 1, data: { 'critic/score/mean': -3, 'actor/entropy': 2 } },
      { step: 2, data: { 'actor/entropy': 1e300, 'actor/grad_norm': '7' } },
      { step: 1e9, data: { 'actor/entropy': 1 } },
    ]);
    expect(read(text).rows).toEqual([{ step: 0, tokens: 0, seconds: 0, entropyNats: 2 }]);
  });

  it('half a last line of a run that was killed', () => {
    expect(read(`${verl}{"step":3,"data":{"actor/ent`).rows).toHaveLength(2);
  });

  it.each([
    ['a damaged line', `${verl.split('\n')[1] ?? ''}\n{{{\n${verl}`],
    ['no metric at all', lines([{ step: 1, data: { 'other/x': 5 } }])],
    ['too many rows', lines(Array.from({ length: 20_001 }, (_, step) => ({ step, entropy: 1 })))],
    ['a log_history that is no list', '{"log_history": 5}'],
  ])('%s is refused in one line', (_, text) => {
    const result = parseForeignMetrics(text);
    expect(result?.ok).toBe(false);
    if (result?.ok === false) expect(result.reason).not.toContain('\n');
  });
});

it('is not what an experiment or a run of ours is taken for', async () => {
  const run = { name: 'nsr', experiment: defaultExperiment, rows: [], evaluations: [], forces: [] };
  for (const text of [formatExperimentFile(defaultExperiment), formatRunFile(run), '{"step": 5}x', 'hello, step, 5'])
    expect(parseForeignMetrics(text)).toBeNull();
  expect(await readSharedFile(new Blob([verl]), catalogue)).toMatchObject({
    ok: true,
    value: { kind: 'foreign', run: { source: 'verl' } },
  });
});

it('reads the largest file without a freeze', () => {
  const text = lines(Array.from({ length: 20_000 }, (_, step) => ({ step, data: { 'actor/entropy': 1, a: 2, b: 3 } })));
  const start = process.cpuUsage();
  expect(read(text).rows).toHaveLength(20_000);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(3000);
});
