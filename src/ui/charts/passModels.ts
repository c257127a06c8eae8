/** Models of the two Pass@k charts: over time for chosen k, and as a fan over all k. Pure. */
import type { RunSeries } from '../../store/runs/series';
import { crossingOf, crossingWords } from '../../store/results/crossing';
import { overSeedsAndProblems } from '../../store/results/passColumns';
import { latestFan } from '../../store/results/summary';
import { methodWords, type EvaluationRow } from '../../records/rows';
import type { Run } from '../../store/runs/runs';
import {
  curvesOf,
  editMarkers,
  hasGap,
  lastOf,
  sentence,
  timeAxis,
  FAINT,
  THIN,
  type ChartOptions,
  type Curve,
  type Drawing,
} from './buildModels';
import { mergeSeries, passPoints } from './chartData';
import { percent, type ChartModel, type Guide } from './chartModel';
import { meanOverSeeds } from './seedMeans';

/** "exact", "64 samples", or both where the compared curves differ; null where none tells. */
function howMeasured(curves: readonly Curve[]): string | null {
  const words = curves.flatMap(({ apart, runs }) => (apart === null ? runs.map(methodOf) : []));
  return [...new Set(words.flatMap((own) => own ?? []))].join(' and ') || null;
}

const methodOf = (run: Run): string | null => {
  const row = run.evaluations.at(-1);
  return row ? methodWords(row) : null;
};

/** With its method where the compared curves differ in it. */
function nameWithMethod({ name, runs, apart }: Curve, how: string | null): string {
  const own = runs[0] && methodOf(runs[0]);
  return apart === null && own && own !== how ? `${name} (${own})` : name;
}

const rowsAt = (runs: readonly Run[], step: number): EvaluationRow[] =>
  runs.flatMap((run) => run.evaluations.find((row) => row.step === step) ?? []);

export interface PassModel extends ChartModel {
  /** How Pass@k was measured; null before there is any. */
  readonly how: string | null;
}

/** A chosen k beyond what was sampled stands for the largest there is. The same k for every run: those that were evaluated
 * with fewer samples are not compared. */
function chosenFor(curves: readonly Curve[], chosen: readonly number[]): number[] {
  const measured = curves.find(({ apart, runs }) => apart === null && runs.some((run) => run.evaluations.length > 0));
  const largest = measured?.runs[0]?.evaluations[0]?.passAtK.at(-1)?.k ?? Infinity;
  return [...new Set(chosen.map((k) => Math.min(k, largest)))];
}

/** Pass@k over time for the chosen k, against the starting model. */
export function passOverTimeModel(all: readonly RunSeries[], options: ChartOptions): PassModel {
  const drawing: Drawing = { named: [], series: [], words: [] };
  const guides = new Map<number, Guide>();
  const curves = curvesOf(all, options);
  const ks = chosenFor(curves, options.chosenK);
  const how = howMeasured(curves);
  // One label per k: with several runs they would lie on each other.
  const labelled = curves.find(({ look }) => look.opacity === 1 && look.width > THIN) ?? curves.at(-1);
  for (const curve of curves) {
    for (const k of ks) {
      const points = meanOverSeeds(
        curve.runs.map((run) => passPoints(run, k, options.xUnit)),
        (means, step) => overSeedsAndProblems(rowsAt(curve.runs, step), k, means),
      );
      const start = points[0];
      if (!start) continue;
      // One start: that of the base which the curves in colour have in common.
      if (curve.apart === null && start.y !== null && curve.runs[0]?.evaluations[0]?.step === 0)
        guides.set(k, { value: start.y, label: `start @${k}` });
      const key = `${curve.id}:pass${k}`;
      drawing.named.push({ key, points });
      drawing.series.push({
        ...curve.look,
        key,
        label: curves.length > 1 ? `${nameWithMethod(curve, how)} pass@${k}` : `pass@${k}`,
        band: curve.look.opacity === 1,
        raw: false,
        ...(curve === labelled ? { endLabel: `@${k}` } : {}),
      });
      const last = lastOf(points);
      if (last !== null)
        drawing.words.push(`${curve.name} pass@${k} ${percent(last)}, at the start ${percent(start.y ?? 0)}`);
    }
  }
  return {
    ...timeAxis(options, all),
    rows: mergeSeries(drawing.named),
    series: drawing.series,
    logY: false,
    yDomain: [0, 1],
    formatY: percent,
    guides: [...guides.values()],
    markers: editMarkers(options.front, options.xUnit),
    hasGap: hasGap(drawing.named),
    summary: sentence(how === null ? 'Pass@k over time' : `Pass@k over time, ${how}`, drawing.words),
    how,
  };
}

/** Pass@k as a fan over k: the latest evaluation of each series, the starting model dashed. */
export function fanModel(
  all: readonly RunSeries[],
  options: ChartOptions,
): PassModel & { readonly crossover: string | null } {
  const drawing: Drawing = { named: [], series: [], words: [] };
  const crossings: string[] = [];
  const curves = curvesOf(all, options).filter(({ look }) => look.width > FAINT);
  const how = howMeasured(curves);
  const inFront = curves.find(({ runs }) => options.front !== null && runs.includes(options.front));
  const withBase = (inFront ?? curves.findLast(({ apart }) => apart === null))?.runs[0]?.evaluations[0];
  if (withBase) {
    drawing.named.push({ key: 'base', points: withBase.passAtK.map(({ k, mean }) => ({ x: k, y: mean, raw: mean })) });
    drawing.series.push({
      key: 'base',
      label: 'starting model',
      color: 'var(--line-strong)',
      dash: '4 4',
      width: 1.6,
      opacity: 1,
      band: false,
      raw: false,
    });
  }
  for (const curve of curves) {
    const { id, runs, look, apart } = curve;
    const name = nameWithMethod(curve, how);
    const [first] = runs;
    if (!first || first.evaluations.length === 0) continue;
    if (first.evaluations.length < 2 && first.evaluations.at(-1) === withBase) continue;
    const fan = latestFan(runs);
    drawing.named.push({
      key: id,
      points: fan.map(({ k, mean, low, high }) => ({
        x: k,
        y: mean,
        raw: mean,
        ...(low !== null && high !== null ? { low, high } : {}),
      })),
    });
    drawing.series.push({ ...look, key: id, label: name, band: apart === null, raw: false });
    const crossed = apart === null ? crossingWords(crossingOf(runs)) : null;
    if (crossed !== null)
      crossings.push(curves.length > 1 ? `${name}: ${crossed}` : crossed.slice(0, 1).toUpperCase() + crossed.slice(1));
    drawing.words.push(`${name}: ${fan.map(({ k, mean }) => `pass@${k} ${percent(mean)}`).join(', ')}`);
  }
  const drawn = [...new Set(drawing.named.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const ks = drawn.length > 0 ? drawn : [1, 2, 4, 8, 16, 32, 64];
  return {
    rows: mergeSeries(drawing.named),
    series: drawing.series,
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
    summary: sentence(how === null ? 'Pass@k by k' : `Pass@k by k, ${how}`, drawing.words),
    how,
    crossover: crossings.length > 0 ? `${crossings.join('; ')}.` : null,
  };
}
