import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { exactKs, passOfProbability } from '../../lib/exactPass';
import type { EvaluationRow } from '../../records/rows';
import type { Run } from '../../store/runs/runs';
import { idleStatus } from '../../worker/protocol';
import { seriesOf } from '../../store/runs/series';
import { metricModel, roundTop, type ChartOptions } from './buildModels';
import { drawable, MAX_POINTS, mergeSeries } from './chartData';
import { chartCsv } from './chartFile';
import { apartColor, runColor, runDash, type ChartModel } from './chartModel';
import { metricCharts } from './chartSpecs';
import { fanModel } from './fanModel';
import { passOverTimeModel } from './passModels';
import { meanOverSeeds } from './seedMeans';
import { readPaths } from './tradeOffPaths';
import { fanFigure } from '../runs/fanFigure';

const entropy = metricCharts.find(({ id }) => id === 'entropy');
if (!entropy) throw new Error('no entropy chart');

function run(seed: number, values: readonly number[], changes: Partial<Run> = {}): Run {
  return {
    id: `r${seed}`,
    seriesId: 's',
    name: 'method',
    slot: 0,
    visible: true,
    origin: 'trained',
    experiment: { ...defaultExperiment, seed },
    edits: [],
    // Seeds sample different numbers of tokens.
    rows: values.map((entropyNats, step) => ({ step, tokens: (step + 1) * (100 + seed), seconds: step, entropyNats })),
    evaluations: [],
    forces: [],
    status: { ...idleStatus(values.length), phase: 'finished' },
    note: '',
    forkedFrom: null,
    adapter: '',
    startedAt: 0,
    promised: null,
    ...changes,
  };
}

const options: ChartOptions = {
  xUnit: 'step',
  logX: false,
  logY: false,
  smoothing: 0,
  chosenK: [1],
  totalSteps: 3,
  front: null,
  reference: null,
};
const draw = (runs: readonly Run[], changes: Partial<ChartOptions> = {}): ChartModel =>
  metricModel(entropy, seriesOf(runs), { ...options, ...changes });

describe('seeds in the charts', () => {
  it('draw as one mean with a 95 % Student band', () => {
    const model = draw([run(0, [1, 1, 1]), run(1, [2, 2, 2]), run(2, [3, 3, 3])]);
    expect(model.series).toHaveLength(1);
    const [series] = model.series;
    const [row] = model.rows;
    expect(series?.band).toBe(true);
    expect(row?.[series?.key ?? '']).toBe(2);
    // t(2) = 4.3027, deviation 1: half = 4.3027 / sqrt 3
    const half = 4.3027 / Math.sqrt(3);
    expect(row?.[`${series?.key ?? ''}:band`]).toEqual([2 - half, 2 + half]);
  });
  it('stand at their mean x where they differ in tokens', () => {
    const model = draw([run(0, [1, 1]), run(20, [2, 2])], { xUnit: 'tokens' });
    expect(model.rows.map(({ x }) => x)).toEqual([110, 220]);
  });
  it('that have not ended are drawn apart and faint', () => {
    const growing = run(1, [2], { status: { ...idleStatus(3), phase: 'rollout', step: 1 } });
    const model = draw([run(0, [1, 1, 1]), growing]);
    expect(model.series.map(({ opacity }) => opacity < 1)).toEqual([false, true]);
    expect(model.series[1]?.label).toBe('method, seed 1');
  });
  it('leave a gap where one of them is not finite', () => {
    const model = draw([run(0, [1, NaN, 1]), run(1, [1, 1, 1])]);
    expect(model.hasGap).toBe(true);
    expect(model.rows.map((row) => row['r0:entropyNats'])).toEqual([1, null, 1]);
  });
  it('never draw more than 256 points', () => {
    const long = Array.from({ length: 1000 }, () => 1);
    expect(draw([run(0, long), run(1, long)]).rows.length).toBeLessThanOrEqual(MAX_POINTS);
    const apart = [run(0, long), run(7, long, { seriesId: 'other' })];
    expect(draw(apart, { xUnit: 'tokens' }).rows.length).toBeLessThanOrEqual(MAX_POINTS);
  });
  it('keep their own band when there is one seed', () => {
    expect(meanOverSeeds([[{ step: 0, x: 0, y: 1, low: 0, high: 2 }]])).toEqual([
      { x: 0, y: 1, raw: 1, low: 0, high: 2 },
    ]);
  });
});

describe('numbers that are not there', () => {
  const gradient = metricCharts.find(({ id }) => id === 'gradient');
  if (!gradient) throw new Error('no gradient chart');
  const withNorm = (gradNorm: number, more: Partial<Run['rows'][number]> = {}): Run =>
    run(0, [1], { rows: [{ step: 0, tokens: 0, seconds: 0, gradNorm, ...more }] });
  const broken = (one: Run): boolean => metricModel(gradient, seriesOf([one]), options).hasGap;

  it('are no failure where nothing was pushed: lambda and beta are 0', () => {
    expect(broken(withNorm(NaN, { updates: 0, emptyUpdates: 4, skippedUpdates: 0 }))).toBe(false);
  });
  it('are one where an update was skipped, or made', () => {
    expect(broken(withNorm(NaN, { updates: 0, skippedUpdates: 2 }))).toBe(true);
    expect(broken(withNorm(NaN, { updates: 4, skippedUpdates: 0 }))).toBe(true);
    expect(broken(withNorm(0.3, { updates: 4 }))).toBe(false);
  });
  it('are none where the run never carried them', () => {
    const linked = metricModel(gradient, seriesOf([run(0, [1], { origin: 'link' })]), options);
    expect(linked.hasGap).toBe(false);
    expect(linked.rows).toEqual([]);
  });
});

describe('runs that differ in x', () => {
  const a = {
    key: 'a',
    points: [
      { x: 0, y: 0, raw: 0 },
      { x: 10, y: 10, raw: 10 },
    ],
  };
  const b = { key: 'b', points: [{ x: 4, y: 1, raw: 1 }] };

  it('are filled in between their own points, never beyond them, and the file holds only what was measured', () => {
    const rows = mergeSeries([a, b]);
    expect(rows[1]).toMatchObject({ x: 4, a: 4, 'a:between': 1, b: 1 });
    expect(rows[0]?.['b']).toBeUndefined();
    expect(rows[2]?.['b']).toBeUndefined();
    const look = { color: '', dash: '', width: 1, opacity: 1, band: false, raw: false };
    const model = {
      ...draw([]),
      rows,
      series: [
        { ...look, key: 'a', label: 'a' },
        { ...look, key: 'b', label: 'b' },
      ],
    };
    expect(chartCsv(model).split('\n').slice(1, 4)).toEqual(['0,0,', '4,,1', '10,10,']);
  });
  it('keep a gap a gap', () => {
    const gap = {
      key: 'a',
      points: [
        { x: 0, y: 0, raw: 0 },
        { x: 5, y: null, raw: null },
        { x: 10, y: 10, raw: 10 },
      ],
    };
    expect(mergeSeries([gap, b])[1]?.['a']).toBeNull();
  });
});

describe('drawing', () => {
  it('smooths the band with the line', () => {
    const points = [0, 1].map((x) => ({ x, y: x, raw: x, low: x - 1, high: x + 1 }));
    const [, last] = drawable(points, 0.5, 10);
    expect((last?.high ?? 0) - (last?.y ?? 0)).toBeCloseTo(1, 12);
    expect(last?.raw).toBe(1);
  });
  it('ends axes at round numbers', () => {
    expect([0.013, 0.7, 1, 7.3, 130].map(roundTop)).toEqual([0.016, 0.8, 1, 8, 160]);
  });
});

describe('runs that cannot be compared', () => {
  const evaluated = (id: string, experiment: Run['experiment'], means: readonly number[], k: number): Run => ({
    ...run(0, [1, 1, 1], { id, seriesId: id, name: id, experiment }),
    evaluations: means.map((mean, step) => ({
      step,
      tokens: step,
      seconds: step,
      passAtK: [
        { k: 1, mean, low: mean, high: mean },
        { k, mean: 0.9, low: 0.9, high: 0.9 },
      ],
      greedyAccuracy: 0,
      entropyNats: 1,
      distinctCorrect: 1,
      problems: 4,
      samples: k,
      correct: [],
      problemIds: [],
    })),
  });
  const here = evaluated('here', { ...defaultExperiment, model: 'a' }, [0.2, 0.3], 16);
  const there = evaluated('there', { ...defaultExperiment, model: 'b' }, [0.6, 0.7], 64);
  const all = seriesOf([
    { ...here, slot: 0 },
    { ...there, slot: 1 },
  ]);
  const apart = { ...options, chosenK: [1, 64], front: here, reference: here.experiment };

  it('are grey and say why, in the accessible name, too', () => {
    const model = metricModel(entropy, all, apart);
    expect(model.series.map(({ color }) => color)).toEqual([runColor(0), apartColor]);
    expect(model.series[1]?.label).toBe('there (not compared: another base)');
    expect(model.summary).toContain('there (not compared: another base) entropy 1');
  });

  it('give no second start, and no other k', () => {
    const model = passOverTimeModel(all, apart);
    expect(model.guides).toEqual([
      { value: 0.2, label: 'start @1' },
      { value: 0.9, label: 'start @16' },
    ]);
    expect(model.series.map(({ key }) => key)).toEqual(['here:pass1', 'here:pass16', 'there:pass1']);
    expect(model.summary).not.toMatch(/pass@64/);
    const fan = fanModel(all, apart);
    expect(fan.series.map(({ key, color }) => [key, color])).toEqual([
      ['base', 'var(--line-strong)'],
      ['here', runColor(0)],
      ['there', apartColor],
    ]);
    expect(fan.rows[0]).toMatchObject({ x: 1, base: 0.2 });
  });

  it('have no path in the plane of the others, and no line in their figure', () => {
    expect(readPaths(all, here.experiment)).toMatchObject({
      k: 16,
      paths: [{ id: 'here' }],
      leftOut: ['there (another base)'],
    });
    const [reference = null] = all;
    const figure = fanFigure(all, reference);
    expect(figure.match(/<polyline/g)).toHaveLength(2);
    expect(figure).toContain('there: another base, not compared');
    expect(figure).not.toContain('>64<');
  });
});

describe('an exact evaluation', () => {
  const rowAt = (step: number, p: number): EvaluationRow => ({
    step,
    tokens: 0,
    seconds: 0,
    method: 'exact',
    passAtK: exactKs.map((k) => ({ k, mean: passOfProbability(p, k), low: p / 2, high: 1 })),
    greedyAccuracy: p,
    entropyNats: 0.5,
    distinctCorrect: 1,
    effectiveSolutions: 2.5,
    wrongShare: 0.4,
    malformedShare: 0.1,
    problems: 2,
    samples: 64,
    correct: [],
    rightProbability: [p, p],
    problemIds: ['a', 'b'],
  });
  const exact = run(0, [1], { name: 'sum', evaluations: [rowAt(0, 0.1), rowAt(1, 0.2)] });
  const sampledRow = ({
    method: _,
    rightProbability: __,
    effectiveSolutions: ___,
    ...row
  }: EvaluationRow): EvaluationRow => ({
    ...row,
    passAtK: row.passAtK.filter(({ k }) => k <= 64),
    correct: [6, 7],
  });
  const sampled = run(1, [1], {
    name: 'draws',
    seriesId: 'other',
    evaluations: [sampledRow(rowAt(0, 0.1)), sampledRow(rowAt(1, 0.2))],
  });

  it('fans out to k = 4,096 and says that it is exact', () => {
    const fan = fanModel(seriesOf([exact]), options);
    expect([fan.xDomain[1], fan.how]).toEqual([4096, 'exact']);
    expect(fan.summary).toMatch(/^Pass@k by k, exact\. sum: .*pass@4096 100 %/);
  });

  it('is set against a sampled one at the k that both have, each by its name', () => {
    const both = seriesOf([exact, sampled]);
    const model = passOverTimeModel(both, { ...options, chosenK: [1, 4096] });
    expect(model.how).toBe('exact and 64 samples');
    expect(model.series.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['sum (exact) pass@1', 'draws (64 samples) pass@1']),
    );
    expect(readPaths(both, exact.experiment, [1, 4096])).toMatchObject({
      k: 64,
      paths: [{ name: 'sum' }, { name: 'draws' }],
    });
  });

  it('gives the plane the chosen k, else 64, with the intervals of its last point', () => {
    const alone = seriesOf([exact]);
    expect(readPaths(alone, null).k).toBe(64);
    const { k, paths } = readPaths(alone, null, [1, 8, 512]);
    expect(k).toBe(512);
    expect(paths[0]?.spread).toEqual({ x: [0.1, 1], y: [0.1, 1] });
  });

  it('draws effective solutions, wrong and malformed answers, which a sampled one does not have', () => {
    const spec = (id: string) => metricCharts.find((chart) => chart.id === id) ?? entropy;
    const drawn = (id: string) =>
      metricModel(spec(id), seriesOf([exact, sampled]), options).series.map(({ key }) => key);
    expect(drawn('distinct')).toEqual(['r0:distinctCorrect', 'r0:effectiveSolutions', 'r1:distinctCorrect']);
    expect(drawn('failures').slice(0, 2)).toEqual(['r0:wrongShare', 'r0:malformedShare']);
  });
});

describe('every run that is drawn', () => {
  it('has a look of its own, however many there are', () => {
    const all = seriesOf(
      Array.from({ length: 20 }, (_, index) => run(index, [1], { seriesId: `s${index}`, slot: index % 3 })),
    );
    const looks = all.map(({ slot }) => `${runColor(slot)} ${runDash(slot)}`);
    expect(new Set(looks).size).toBe(20);
    expect(all.slice(0, 3).map(({ slot }) => slot)).toEqual([0, 1, 2]);
  });
  it('takes no look of a hidden one that comes back', () => {
    const two = [run(0, [1], { seriesId: 'run', slot: 0 }), run(1, [1], { seriesId: 'fork', slot: 0 })];
    expect(seriesOf(two).map(({ slot }) => slot)).toEqual([0, 1]);
    const hidden = two.map((one, index) => ({ ...one, visible: index === 1 }));
    expect(seriesOf(hidden)[1]?.slot).toBe(0);
  });
  it('is on the axis to its end, though the panel plans fewer rollouts', () => {
    const long = draw([run(0, [1, 1, 1, 1, 1])], { totalSteps: 2 });
    expect(long.xDomain).toEqual([0, 5]);
    expect(draw([run(0, [1])], { totalSteps: 2 }).xDomain).toEqual([0, 2]);
  });
});
