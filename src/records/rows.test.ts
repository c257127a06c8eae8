import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { metricCharts, type MetricChartSpec } from '../ui/charts/chartSpecs';
import type { MetricsRow as TrainerRow } from './metrics';
import { metricKeys, metricsRow, type EvaluationRow, type MetricsRow } from './rows';

const stamp = { step: 3, tokens: 40, seconds: 5 };

it('a metric that the trainer does not have does not compile', () => {
  const row: MetricsRow = { ...stamp, entropyNats: 0.5 };
  // @ts-expect-error a misspelt metric
  expect(row.entropyNat).toBeUndefined();
  // @ts-expect-error a list is no metric
  expect(row.rollouts).toBeUndefined();
  // @ts-expect-error a misspelt metric in a row
  const misspelt: MetricsRow = { ...stamp, gradientNorm: 1 };
  expect(misspelt.step).toBe(3);
  const evaluation = { greedyAccuracy: 1 } as EvaluationRow;
  // @ts-expect-error an evaluation is not a rollout
  expect(evaluation.gradNorm).toBeUndefined();
});

it('a chart of what is not measured does not compile', () => {
  const rest = { id: '', title: '', help: '', format: 'number', empty: '' } as const;
  const charts: MetricChartSpec[] = [
    { ...rest, from: 'rows', series: [{ key: 'gradNorm', label: '' }] },
    // @ts-expect-error a misspelt metric
    { ...rest, from: 'rows', series: [{ key: 'gradientNorm', label: '' }] },
    // @ts-expect-error no number of an evaluation
    { ...rest, from: 'evaluations', series: [{ key: 'gradNorm', label: '' }] },
    { ...rest, from: 'evaluations', series: [{ key: 'greedyAccuracy', label: '' }] },
  ];
  expect(charts).toHaveLength(4);
});

it('names every number of a recorded row, in its order', () => {
  const [line] = readFileSync('docs/runs/tiny/ppo-seed0/metrics.jsonl', 'utf8')
    .split('\n')
    .filter((text) => text.includes('"gradNorm"'));
  const recorded = JSON.parse(line ?? '{}') as TrainerRow;
  const scalars = Object.entries(recorded).filter(([, value]) => typeof value !== 'object' || value === null);
  expect(scalars.map(([key]) => key).filter((key) => key !== 'type')).toEqual(metricKeys);
});

it('every chart draws something of a recorded row', () => {
  expect(metricCharts.flatMap(({ from, series }) => (from === 'rows' ? series.map(({ key }) => key) : []))).toSatisfy(
    (keys: string[]) => keys.every((key) => (metricKeys as readonly string[]).includes(key)),
  );
});

it('a gap comes as NaN, what is no metric not at all', () => {
  const row = metricsRow({ gradNorm: null, entropyNats: 0.25, ...{ name: 'x', extra: 1 } }, stamp);
  expect(row).toEqual({ ...stamp, gradNorm: NaN, entropyNats: 0.25 });
});
