/** From runs to the models of the metric charts. Pure: the same runs and options give the same model. */
import type { Experiment } from '../../experiment/types';
import { whyNotCompared } from '../../store/results/comparable';
import { editMarks } from '../../store/runs/editMarks';
import type { Run } from '../../store/runs/runs';
import { meanRuns, type RunSeries } from '../../store/runs/series';
import type { XUnit } from '../../store/session';
import { formatCount } from '../../store/run/statusText';
import {
  drawable,
  evaluationPoints,
  hasBroken,
  MAX_POINTS,
  mergeSeries,
  metricPoints,
  xOf,
  type NamedSeries,
  type SeedPoint,
  type SeriesPoint,
} from './chartData';
import { apartColor, percent, plainNumber, runColor, runDash, type ChartModel, type DrawnSeries } from './chartModel';
import type { MetricChartSpec, SeriesSpec } from './chartSpecs';
import { meanOverSeeds } from './seedMeans';

export interface ChartOptions {
  readonly xUnit: XUnit;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly smoothing: number;
  readonly chosenK: readonly number[];
  /** Planned steps of the experiment on the panel: the axis is drawn before the first point. */
  readonly totalSteps: number;
  readonly front: Run | null;
  /** What the curves are compared with: those that cannot be stay grey. Null: all can. */
  readonly reference: Experiment | null;
}

const xWords: Record<XUnit, string> = { step: 'rollout', tokens: 'tokens', seconds: 'seconds' };

const formatX =
  (unit: XUnit) =>
  (value: number): string =>
    unit === 'tokens' ? formatCount(value) : String(Math.round(value));

/** As long as the experiment on the panel and the longest run that is drawn. */
export function timeAxis(
  options: ChartOptions,
  all: readonly RunSeries[],
): Pick<ChartModel, 'xLabel' | 'logX' | 'xDomain' | 'formatX'> {
  const low = options.logX ? 1 : 0;
  const ends = all.flatMap(({ runs }) =>
    runs.map((run) => Math.max((run.rows.at(-1)?.step ?? -1) + 1, run.evaluations.at(-1)?.step ?? 0)),
  );
  return {
    xLabel: xWords[options.xUnit],
    logX: options.logX,
    xDomain:
      options.xUnit === 'step'
        ? [low, Math.max(options.totalSteps, 1, ...ends)]
        : [options.logX ? 'dataMin' : 0, 'dataMax'],
    formatX: formatX(options.xUnit),
  };
}

/** Edits of the run in front, where its curves stand at that moment. */
export function editMarkers(run: Run | null, unit: XUnit): ChartModel['markers'] {
  if (!run) return [];
  return editMarks(run).map(({ step, label, words }) => {
    const row = run.rows.find((candidate) => candidate.step >= step) ?? run.rows.at(-1);
    return { x: unit === 'step' ? step : row ? xOf(row, unit, 0) : 0, label, words };
  });
}

export function lastOf(points: readonly SeriesPoint[]): number | null {
  return points.findLast((point) => point.y !== null)?.y ?? null;
}

export const sentence = (title: string, parts: readonly string[]): string =>
  parts.length ? `${title}. ${parts.join('; ')}.` : `${title}. No data yet.`;

/** One curve: a mean over seeds, or one run. */
export interface Curve {
  readonly id: string;
  readonly name: string;
  readonly runs: readonly Run[];
  readonly look: Pick<DrawnSeries, 'color' | 'dash' | 'width' | 'opacity'>;
  /** Why it is not compared with the others; null where it is. */
  readonly apart: string | null;
}

/** Width of a line that is not in front, and of a seed that does not count in its mean yet. */
export const THIN = 1.6;
export const FAINT = 1;

/** The mean of each series, and faintly the seeds that have not ended and do not count in it yet. Grey: what is not compared. */
export function curvesOf(all: readonly RunSeries[], { front, reference }: ChartOptions): Curve[] {
  return all.flatMap((series): Curve[] => {
    const whole = meanRuns(series);
    const apart = reference && whyNotCompared(series.first.experiment, reference);
    const look = { color: apart === null ? runColor(series.slot) : apartColor, dash: runDash(series.slot) };
    const width = front && series.runs.includes(front) ? 2.2 : THIN;
    const mean = whole.length > 1 ? `${series.name}, mean of ${whole.length}` : series.name;
    const name = apart === null ? mean : `${mean} (not compared: ${apart})`;
    return [
      { id: series.id, name, runs: whole, apart, look: { ...look, width, opacity: apart === null ? 1 : 0.7 } },
      ...series.runs
        .filter((run) => !whole.includes(run))
        .map((run) => ({
          id: run.id,
          name: `${series.name}, seed ${run.experiment.seed}`,
          runs: [run],
          apart,
          look: { ...look, width: FAINT, opacity: 0.55 },
        })),
    ];
  });
}

/** What one chart draws of a curve, before and after it is made drawable. */
export interface Drawing {
  readonly named: NamedSeries[];
  readonly series: DrawnSeries[];
  readonly words: string[];
}

/** The series of a chart, each with what reads it off a run. */
function partsOf(spec: MetricChartSpec, unit: XUnit): (SeriesSpec & { read(run: Run): SeedPoint[] })[] {
  return spec.from === 'rows'
    ? spec.series.map((part) => ({ ...part, read: (run) => metricPoints(run, part.key, unit) }))
    : spec.series.map((part) => ({ ...part, read: (run) => evaluationPoints(run, part.key, unit) }));
}

export function metricModel(spec: MetricChartSpec, all: readonly RunSeries[], options: ChartOptions): ChartModel {
  const format = spec.format === 'percent' ? percent : plainNumber;
  const curves = spec.stacked ? stackOf(all, options.front) : curvesOf(all, options);
  const limit = Math.floor(MAX_POINTS / (options.xUnit === 'step' ? 1 : Math.max(1, curves.length)));
  const smoothing = spec.stacked || spec.from === 'evaluations' ? 0 : options.smoothing;
  const parts = partsOf(spec, options.xUnit);
  const drawing: Drawing = { named: [], series: [], words: [] };
  for (const curve of curves) {
    for (const [index, part] of parts.entries()) {
      const key = `${curve.id}:${part.key}`;
      const means = meanOverSeeds(curve.runs.map(part.read));
      if (means.length === 0) continue;
      const points = drawable(means, smoothing, limit);
      drawing.named.push({ key, points });
      drawing.series.push({
        ...curve.look,
        key,
        label: curves.length === 1 ? part.label : spec.series.length > 1 ? `${curve.name}, ${part.label}` : curve.name,
        color: part.color ?? curve.look.color,
        dash: index === 1 && !part.color ? '2 3' : curve.look.dash,
        band: curve.apart === null && points.some((point) => point.low !== undefined),
        raw: smoothing > 0,
        ...(spec.stacked ? { stacked: true } : {}),
      });
      const last = lastOf(points);
      if (last !== null) drawing.words.push(`${curve.name} ${part.label} ${format(last)}`);
    }
  }
  const logY = options.logY && !spec.stacked && spec.format === 'number';
  return {
    ...timeAxis(options, all),
    rows: mergeSeries(drawing.named),
    series: drawing.series,
    logY,
    yDomain: yDomainOf(spec, drawing.named, logY),
    formatY: format,
    guides: [],
    markers: editMarkers(options.front, options.xUnit),
    hasGap:
      spec.from === 'rows'
        ? curves.some(({ runs }) => runs.some((run) => spec.series.some(({ key }) => hasBroken(run, key))))
        : hasGap(drawing.named),
    summary: sentence(spec.title, drawing.words),
  };
}

/** Shares are stacked for one run only: the one in front, or the last. */
function stackOf(all: readonly RunSeries[], front: Run | null): Curve[] {
  const runs = all.flatMap((series) => series.runs);
  const run = runs.find((candidate) => candidate === front) ?? runs.at(-1);
  if (!run) return [];
  return [
    { id: run.id, name: run.name, runs: [run], apart: null, look: { color: '', dash: '', width: 1, opacity: 1 } },
  ];
}

export const hasGap = (named: readonly NamedSeries[]): boolean =>
  named.some(({ points }) => points.some((point) => point.y === null));

/** A band of few seeds may be many times as high as the lines; beyond this share above them it is cut. */
const BAND_ROOM = 1.6;

/** Ends at a round number that leaves room for the lines and, within bounds, for the bands; from 0 unless the axis is logarithmic. */
function yDomainOf(spec: MetricChartSpec, named: readonly NamedSeries[], logY: boolean): ChartModel['yDomain'] {
  if (spec.stacked) return [0, 1];
  if (logY) return ['auto', 'auto'];
  const points = named.flatMap((series) => series.points);
  if (points.length === 0) return [0, 'auto'];
  const line = Math.max(...points.map((point) => Math.max(point.y ?? 0, point.raw ?? 0)));
  const band = Math.max(...points.map((point) => point.high ?? 0));
  const most = Math.max(line, Math.min(band, line * BAND_ROOM));
  if (spec.format === 'percent') return [0, [0.05, 0.1, 0.2, 0.4, 0.6, 0.8].find((top) => top >= most) ?? 1];
  const least = Math.min(0, ...points.map((point) => Math.min(point.y ?? 0, point.raw ?? 0)));
  return [least < 0 ? -roundTop(-least) : 0, most > 0 ? roundTop(most) : 'auto'];
}

/** The next number that four even ticks divide well. */
export function roundTop(value: number): number {
  const scale = 10 ** Math.floor(Math.log10(value));
  const top = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((factor) => factor * scale >= value * (1 - 1e-9));
  return Number(((top ?? 10) * scale).toPrecision(3));
}
