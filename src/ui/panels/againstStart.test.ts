import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../experiment/types';
import type { SampledEvaluation as TrainerEvaluation, MetricsRow as TrainerRow } from '../../records/metrics';
import { metricsRow } from '../../records/rows';
import { catalogue } from '../../store/experiment/catalogue';
import type { Run } from '../../store/runs/runs';
import { idleStatus } from '../../worker/protocol';
import { findObstacles } from './whyNothing';

const stamp = { tokens: 0, seconds: 0 };

/** A run of the study as the page would hold it, up to `steps` rollouts. */
function recorded(name: string, steps = Infinity): Run {
  const folder = `docs/runs/${name}`;
  const lines = readFileSync(`${folder}/metrics.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ({ type: 'step' } & TrainerRow) | ({ type: 'evaluation' } & TrainerEvaluation))
    .filter(({ step }) => step < steps);
  const experiment = JSON.parse(readFileSync(`${folder}/experiment.json`, 'utf8')) as Experiment;
  return {
    id: name,
    seriesId: name,
    name,
    slot: 0,
    visible: true,
    origin: 'trained',
    experiment,
    edits: [],
    rows: lines.flatMap((row) => (row.type === 'step' ? [metricsRow({ ...row }, { ...stamp, step: row.step })] : [])),
    evaluations: lines.flatMap((row) =>
      row.type === 'evaluation' ? [{ ...row, ...stamp, problems: row.problemIds.length }] : [],
    ),
    status: idleStatus(experiment.steps),
    note: '',
    forkedFrom: null,
    adapter: '',
    startedAt: 0,
    forces: [],
    promised: null,
  };
}

const said = (run: Run): string =>
  findObstacles(run, catalogue.algorithms)
    .map(({ what, advice }) => `${what} ${advice}`)
    .join('\n');
const runsOf = (pattern: RegExp): string[] =>
  ['tiny', 'main', 'hard', 'addition'].flatMap((group) =>
    readdirSync(`docs/runs/${group}`)
      .map((name) => `${group}/${name}`)
      .filter((name) => pattern.test(name)),
  );
const seeds = (name: string): string[] => [0, 1, 2].map((seed) => `${name}-seed${seed}`);

describe('a recorded run against its own start', () => {
  it.each([...seeds('tiny/nsr-u4-e1-noclip-lr0.001'), ...seeds('tiny/nsr-u8-e2-noclip').slice(0, 2)])(
    '%s: a collapse, by too large steps, and no advice to let it answer at length',
    (name) => {
      const words = said(recorded(name));
      expect(words).toMatch(/collapsed: .* fell from 3\d %.* to \d\.\d %/);
      expect(words).toMatch(/rate is too high.*\n?.*switch clipping on/);
      expect(words).not.toMatch(/Raise the longest answer/);
    },
  );

  it('reads the collapse while it happens: entropy doubled on its way to 0 % right', () => {
    const words = said(recorded('tiny/nsr-u4-e1-noclip-lr0.001-seed1', 13));
    expect(words).toMatch(/Entropy is (1\.[5-9]|2\.\d) times/);
    expect(words).toMatch(/collapsed/);
  });

  it.each(seeds('tiny/nsr-u4-e1-clip-lr0.001'))('%s: lost though clipped', (name) => {
    const words = said(recorded(name));
    expect(words).toMatch(/fell from 3\d %.* makes the model worse/);
    expect(words).toMatch(/rate is too high/);
    expect(words).not.toMatch(/switch clipping on/);
  });

  it.each([...seeds('hard/nsr'), ...seeds('hard/w-reinforce'), ...seeds('hard/nsr-warm')])(
    '%s: lost by pushing down with few answers, at an ordinary rate',
    (name) => {
      const words = said(recorded(name));
      expect(words).toMatch(/fell from/);
      expect(words).toMatch(/128 answers per update are few/);
      expect(words).not.toMatch(/rate is too high/);
    },
  );

  it.each(runsOf(/^(tiny|main|addition)\/(psr|w-reinforce|reinforce|grpo|dapo|ngrpo|ppo|nsr|a-nsr-\w+)-seed\d$/))(
    '%s: nothing, it learns',
    (name) => {
      expect(said(recorded(name))).toBe('');
    },
  );
});
