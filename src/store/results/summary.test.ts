import { describe, expect, it } from 'vitest';
import { decodeLink } from '../../share/link';
import type { EvaluationRow } from '../../records/rows';
import { catalogue } from '../experiment/catalogue';
import { methodsParagraph } from '../experiment/methods';
import type { Run } from '../runs/runs';
import { twoWayInterval } from '../../lib/twoWay';
import { idleStatus } from '../../worker/protocol';
import { meanRuns, seriesOf } from '../runs/series';
import { pairedPass, sortSummaries, summarise } from './summary';

const preset = catalogue.presets.find((entry) => entry.id === 'quick-nsr');
if (!preset) throw new Error('no quick preset');
const { experiment } = preset;

/** 4 samples of each problem, so many of them right. */
function evaluation(step: number, correct: readonly number[]): EvaluationRow {
  const ofFour = correct.map((right) => right / 4);
  const mean = ofFour.reduce((sum, value) => sum + value, 0) / ofFour.length;
  const any = correct.filter((right) => right > 0).length / correct.length;
  return {
    step,
    tokens: step * 100,
    seconds: step,
    passAtK: [
      { k: 1, mean, low: mean - 0.1, high: mean + 0.1 },
      { k: 4, mean: any, low: any, high: any },
    ],
    greedyAccuracy: mean,
    entropyNats: 0.5,
    distinctCorrect: 1,
    problems: correct.length,
    samples: 4,
    correct,
    problemIds: correct.map((_, index) => `p${index}`),
  };
}

function run(id: string, last: readonly number[], changes: Partial<Run> = {}): Run {
  return {
    id,
    seriesId: id,
    name: id,
    slot: 0,
    visible: true,
    origin: 'trained',
    experiment: { ...experiment, steps: 2 },
    edits: [],
    rows: [0, 1].map((step) => ({ step, tokens: 100 * (step + 1), seconds: step + 1 })),
    evaluations: [evaluation(0, [1, 1, 1, 1]), evaluation(2, last)],
    forces: [],
    status: { ...idleStatus(2), phase: 'finished', step: 2, tokensUsed: 200, secondsUsed: 90 },
    note: '',
    forkedFrom: null,
    adapter: 'a test adapter',
    startedAt: 0,
    promised: null,
    ...changes,
  };
}

const only = (runs: readonly Run[]) => {
  const [series] = seriesOf(runs);
  if (!series) throw new Error('no series');
  return series;
};
const seed = (value: number, last: readonly number[], changes: Partial<Run> = {}): Run =>
  run(`s${value}`, last, {
    seriesId: 's',
    name: 'method',
    experiment: { ...experiment, steps: 2, seed: value },
    ...changes,
  });

describe('series of seeds', () => {
  it('are one thing unless one was steered otherwise', () => {
    const edits = [{ step: 1, path: 'objective.negativeWeight', value: 2 }];
    const all = seriesOf([seed(0, [1, 1]), seed(1, [1, 1]), seed(2, [1, 1], { edits }), run('other', [1, 1])]);
    expect(all.map(({ runs }) => runs.length)).toEqual([2, 1, 1]);
    expect(all[1]?.slot).not.toBe(all[0]?.slot);
  });
  it('mean over ended seeds only', () => {
    const growing = seed(1, [4, 4], { status: { ...idleStatus(2), phase: 'rollout', step: 1 } });
    expect(meanRuns(only([seed(0, [1, 1]), growing])).map(({ id }) => id)).toEqual(['s0']);
    expect(meanRuns(only([growing, seed(0, [1, 1])])).map(({ id }) => id)).toEqual(['s0']);
    expect(meanRuns(only([growing])).map(({ id }) => id)).toEqual(['s1']);
  });
});

describe('summary of a series', () => {
  it('has the mean over seeds with a Student interval', () => {
    // .3, .5 and .7: deviation .2, t(2) = 4.3027, half = 4.3027 x .2 / sqrt 3 = .4968
    const { passAtOne, seeds, tokens } = summarise(
      only([0.3, 0.5, 0.7].map((share, index) => seed(index, [share * 4]))),
      null,
    );
    expect(seeds).toBe(3);
    expect(passAtOne.value).toBeCloseTo(0.5, 12);
    expect(passAtOne.low).toBeCloseTo(0.5 - 0.4968, 3);
    expect(tokens).toBe(600);
  });
  it('has an interval over problems and seeds where each problem is known', () => {
    const { passAtOne } = summarise(only([0, 1, 2].map((index) => seed(index, [index, 2, 2, 2]))), null);
    const both = twoWayInterval([0, 1, 2].map((index) => [index / 4, 0.5, 0.5, 0.5]));
    expect(passAtOne.low).toBeGreaterThan(0);
    expect(passAtOne.low).toBeCloseTo(both?.low ?? NaN, 12);
    expect(passAtOne.high).toBeCloseTo(both?.high ?? NaN, 12);
  });
  it('has no difference from what answered other questions', () => {
    const other = run('other', [4, 4], { experiment: { ...experiment, model: 'another' } });
    const difference = (baseline: Run) => summarise(only([run('own', [1, 1])]), only([baseline])).passAtOne.difference;
    expect(difference(other)).toBeNull();
    expect(difference(run('same', [4, 4]))?.mean).toBeCloseTo(-0.75, 12);
  });
  it('has no interval over two seeds, and none that leaves 0 to 1', () => {
    const two = summarise(only([seed(0, [1, 1]), seed(1, [3, 3])]), null).passAtOne;
    expect(two).toMatchObject({ value: 0.5, low: null, high: null });
    const wide = summarise(only([seed(0, [0, 0]), seed(1, [2, 2]), seed(2, [4, 4])]), null).passAtOne;
    expect(wide).toMatchObject({ low: 0, high: 1 });
  });
  it('has a paired interval where both evaluated the same problems, and none otherwise', () => {
    const base = only([run('base', [1, 2, 3, 2])]);
    const better = summarise(only([run('better', [2, 3, 4, 3])]), base).passAtOne.difference;
    // Every problem gained one of four: no spread at all.
    expect(better).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
    const others = evaluation(2, [2, 3, 4, 3]);
    const elsewhere = run('else', [], {
      evaluations: [{ ...others, problemIds: ['q0', 'q1', 'q2', 'q3'] }],
    });
    expect(summarise(only([elsewhere]), base).passAtOne.difference).toEqual({ mean: 0.25, low: null, high: null });
    expect(pairedPass([others], [{ ...others, correct: [] }], 1)).toBeNull();
  });
  it('sorts with the unmeasured last', () => {
    const summaries = [run('b', [2, 2]), run('none', [], { evaluations: [] }), run('a', [4, 4])].map((one) =>
      summarise(only([one]), null),
    );
    const names = (descending: boolean): string[] =>
      sortSummaries(summaries, { key: 'passAtOne', descending }).map(({ series }) => series.name);
    expect(names(true)).toEqual(['a', 'b', 'none']);
    expect(names(false)).toEqual(['b', 'a', 'none']);
  });
});

describe('a result in words', () => {
  const weaker = { ...experiment, steps: 2, optimizer: { ...experiment.optimizer, learningRate: 3e-5 } };
  const text = methodsParagraph(
    only([run('mine', [3, 3, 1, 1], { experiment: weaker })]),
    catalogue,
    'https://x.test/',
  );

  it('names settings off the preset, model, task, seed, steps and cost', () => {
    expect(text).toContain(
      'mine: countdown3-tiny on countdown (numbers 3), 2 rollout steps of 16 prompts × 8 answers, seed 0.',
    );
    expect(text).toContain('Settings of the preset “NSR, quick look” except Learning rate 0.00003 instead of 0.0001.');
    expect(text).toContain('Cost: 200 rollout tokens, 2 min on a test adapter.');
  });
  it('gives pass@1 and the largest k with intervals against the starting model', () => {
    expect(text).toContain(
      'On 4 held-out prompts with 4 samples each: pass@1 50.0 % [40.0, 60.0] against 25.0 % of the starting model (difference +25.0 [',
    );
    expect(text).toContain('pass@4 100.0 %');
    expect(text).toContain('of the values by bootstrap over the prompts, one seed');
  });
  it('ends with a link that opens this experiment', () => {
    const link = decodeLink(text.slice(text.indexOf('#')), catalogue);
    expect(link?.ok && link.value.experiment).toEqual(weaker);
  });
  it('names every seed and says that the interval is over seeds', () => {
    const three = methodsParagraph(only([seed(0, [1, 1]), seed(1, [2, 2]), seed(2, [3, 3])]), catalogue, '');
    expect(three).toContain('seeds 0, 1 and 2.');
    expect(three).toContain('by Student over the prompts and 3 seeds');
  });
});
