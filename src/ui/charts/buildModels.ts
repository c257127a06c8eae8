/** From runs to chart models. Pure: the same runs and options give the same model. */
import type { Run } from '../../store/runs';
import type { XUnit } from '../../store/session';
import { formatCount } from '../../store/statusText';
import {
  crossoverK,
  downsample,
  MAX_POINTS,
  mergeSeries,
  metricSeries,
  passSeries,
  xOf,
  type NamedSeries,
  type SeriesPoint,
} from './chartData';
import { percent, plainNumber, runColor, runDash, type ChartModel, type DrawnSeries, type Guide } from './chartModel';
import type { MetricChartSpec } from './chartSpecs';

export interface ChartOptions {
  readonly xUnit: XUnit;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly smoothing: number;
  readonly chosenK: readonly number[];
  /** Planned steps of the experiment on the panel: the axis is drawn before the first point. */
  readonly totalSteps: number;
  readonly front: Run | null;
}

export const xWords: Record<XUnit, string> = { step: 'rollout', tokens: 'tokens', seconds: 'seconds' };

const formatX =
  (unit: XUnit) =>
  (value: number): string =>
    unit === 'tokens' ? formatCount(value) : String(Math.round(value));

function timeAxis(options: ChartOptions): Pick<ChartModel, 'xLabel' | 'logX' | 'xDomain' | 'formatX'> {
  const low = options.logX ? 1 : 0;
  return {
    xLabel: xWords[options.xUnit],
    logX: options.logX,
    xDomain:
      options.xUnit === 'step' ? [low, Math.max(options.totalSteps, 1)] : [options.logX ? 'dataMin' : 0, 'dataMax'],
    formatX: formatX(options.xUnit),
  };
}

/** Edits of the run in front, numbered in order, where its curves stand at that moment. */
export function editMarkers(run: Run | null, unit: XUnit): { readonly x: number; readonly label: string }[] {
  return (run?.edits ?? []).map((edit, index) => {
    const row = run?.rows.find((candidate) => candidate.step >= edit.step) ?? run?.rows.at(-1);
    return { x: unit === 'step' ? edit.step : row ? xOf(row, unit, 0) : 0, label: String(index + 1) };
  });
}

function lastOf(points: readonly SeriesPoint[]): number | null {
  return points.findLast((point) => point.y !== null)?.y ?? null;
}

const sentence = (title: string, parts: readonly string[]): string =>
  parts.length ? `${title}. ${parts.join('; ')}.` : `${title}. No data yet.`;

export function metricModel(spec: MetricChartSpec, runs: readonly Run[], options: ChartOptions): ChartModel {
  const format = spec.format === 'percent' ? percent : plainNumber;
  const shown = spec.stacked ? runs.filter((run) => run === (options.front ?? runs.at(-1))) : runs;
  const limit = Math.floor(MAX_POINTS / (options.xUnit === 'step' ? 1 : Math.max(1, shown.length)));
  const named: NamedSeries[] = [];
  const series: DrawnSeries[] = [];
  const words: string[] = [];
  for (const run of shown) {
    for (const [index, part] of spec.series.entries()) {
      const key = `${run.id}:${part.key}`;
      const points =
        spec.from === 'rows'
          ? metricSeries(run, (row) => row[part.key], options.xUnit, spec.stacked ? 0 : options.smoothing, limit)
          : downsample(evaluationSeries(run, part.key, options.xUnit), limit);
      if (points.length === 0) continue;
      named.push({ key, points });
      series.push({
        key,
        label:
          spec.series.length > 1 && shown.length > 1
            ? `${run.name}, ${part.label}`
            : shown.length > 1
              ? run.name
              : part.label,
        color: part.color ?? runColor(run.slot),
        dash: index === 1 && !part.color ? '2 3' : runDash(run.slot),
        width: run === options.front ? 2.2 : 1.6,
        band: false,
        raw: !spec.stacked && options.smoothing > 0,
        ...(spec.stacked ? { stacked: true } : {}),
      });
      const last = lastOf(points);
      if (last !== null) words.push(`${run.name} ${part.label} ${format(last)}`);
    }
  }
  return {
    ...timeAxis(options),
    rows: mergeSeries(named),
    series,
    logY: options.logY && !spec.stacked && spec.format === 'number',
    yDomain: yDomainOf(spec, named, options.logY),
    formatY: format,
    guides: [],
    markers: editMarkers(options.front, options.xUnit),
    hasGap: named.some(({ points }) => points.some((point) => point.y === null)),
    summary: sentence(spec.title, words),
  };
}

/** Shares end at a round number that leaves room; other metrics are left to the axis, from 0 unless it is logarithmic. */
function yDomainOf(spec: MetricChartSpec, named: readonly NamedSeries[], logY: boolean): ChartModel['yDomain'] {
  if (spec.stacked) return [0, 1];
  if (spec.format === 'number') return logY ? ['auto', 'auto'] : [0, 'auto'];
  const most = Math.max(
    0.04,
    ...named.flatMap(({ points }) => points.map((point) => Math.max(point.y ?? 0, point.raw ?? 0))),
  );
  return [0, [0.05, 0.1, 0.2, 0.4, 0.6, 0.8].find((top) => top >= most) ?? 1];
}

function evaluationSeries(run: Run, key: string, unit: XUnit): SeriesPoint[] {
  return run.evaluations.map((row) => {
    const value: unknown = Reflect.get(row, key);
    const y = typeof value === 'number' && Number.isFinite(value) ? value : null;
    return { x: xOf(row, unit, 0), y, raw: y };
  });
}

/** A chosen k beyond what was sampled stands for the largest there is. */
export function chosenFor(run: Run, chosen: readonly number[]): number[] {
  const largest = run.evaluations[0]?.passAtK.at(-1)?.k ?? Infinity;
  return [...new Set(chosen.map((k) => Math.min(k, largest)))];
}

/** Pass@k over time for the chosen k, against the starting model. */
export function passOverTimeModel(runs: readonly Run[], options: ChartOptions): ChartModel {
  const named: NamedSeries[] = [];
  const series: DrawnSeries[] = [];
  const guides = new Map<number, Guide>();
  const words: string[] = [];
  for (const run of runs) {
    for (const k of chosenFor(run, options.chosenK)) {
      const points = passSeries(run, k, options.xUnit);
      const start = points[0];
      if (!start) continue;
      if (start.y !== null && run.evaluations[0]?.step === 0) guides.set(k, { value: start.y, label: `start @${k}` });
      const key = `${run.id}:pass${k}`;
      named.push({ key, points });
      series.push({
        key,
        label: runs.length > 1 ? `${run.name} pass@${k}` : `pass@${k}`,
        color: runColor(run.slot),
        dash: runDash(run.slot),
        width: run === options.front ? 2.2 : 1.6,
        band: true,
        raw: false,
        // One label per k: with several runs they would lie on each other.
        ...(run === (options.front ?? runs.at(-1)) ? { endLabel: `@${k}` } : {}),
      });
      const last = lastOf(points);
      if (last !== null) words.push(`${run.name} pass@${k} ${percent(last)}, at the start ${percent(start.y ?? 0)}`);
    }
  }
  return {
    ...timeAxis(options),
    rows: mergeSeries(named),
    series,
    logY: false,
    yDomain: [0, 1],
    formatY: percent,
    guides: [...guides.values()],
    markers: editMarkers(options.front, options.xUnit),
    hasGap: false,
    summary: sentence('Pass@k over time', words),
  };
}

/** Pass@k as a fan over k: the latest evaluation of each run, the starting model dashed. */
export function fanModel(
  runs: readonly Run[],
  options: ChartOptions,
): ChartModel & { readonly crossover: string | null } {
  const named: NamedSeries[] = [];
  const series: DrawnSeries[] = [];
  const words: string[] = [];
  const crossings: string[] = [];
  const withBase = (options.front ?? runs.at(-1))?.evaluations[0];
  if (withBase) {
    named.push({ key: 'base', points: withBase.passAtK.map(({ k, mean }) => ({ x: k, y: mean, raw: mean })) });
    series.push({
      key: 'base',
      label: 'starting model',
      color: 'var(--line-strong)',
      dash: '4 4',
      width: 1.6,
      band: false,
      raw: false,
    });
  }
  for (const run of runs) {
    const latest = run.evaluations.at(-1);
    if (!latest || (run.evaluations.length < 2 && latest === withBase)) continue;
    named.push({
      key: run.id,
      points: latest.passAtK.map(({ k, mean, low, high }) => ({ x: k, y: mean, raw: mean, low, high })),
    });
    series.push({
      key: run.id,
      label: run.name,
      color: runColor(run.slot),
      dash: runDash(run.slot),
      width: run === options.front ? 2.2 : 1.6,
      band: true,
      raw: false,
    });
    const crossed = crossoverK(latest.passAtK, run.evaluations[0]?.passAtK ?? []);
    if (crossed !== null)
      crossings.push(`${runs.length > 1 ? `${run.name}: ` : ''}the starting model is better from k = ${crossed}`);
    words.push(`${run.name}: ${latest.passAtK.map(({ k, mean }) => `pass@${k} ${percent(mean)}`).join(', ')}`);
  }
  const ks = withBase?.passAtK.map(({ k }) => k) ?? [1, 2, 4, 8, 16, 32, 64];
  return {
    rows: mergeSeries(named),
    series,
    xLabel: 'k =',
    logX: true,
    logY: false,
    xDomain: [ks[0] ?? 1, ks.at(-1) ?? 64],
    xTicks: ks,
    yDomain: [0, 1],
    formatX: String,
    formatY: percent,
    guides: [],
    markers: [],
    hasGap: false,
    summary: sentence('Pass@k by k', words),
    crossover: crossings.length > 0 ? `${crossings.join('; ')}.` : null,
  };
}
