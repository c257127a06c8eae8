/** Pass@k over time for chosen k. Pure. */
import type { RunSeries } from '../../store/runs/series';
import { overSeedsAndProblems } from '../../store/results/passColumns';
import { methodWords, type EvaluationRow } from '../../records/rows';
import type { Run } from '../../store/runs/runs';
import {
  curvesOf,
  editMarkers,
  hasGap,
  lastOf,
  sentence,
  timeAxis,
  THIN,
  type ChartOptions,
  type Curve,
  type Drawing,
} from './buildModels';
import { mergeSeries, passPoints } from './chartData';
import { percent, type ChartModel, type Guide } from './chartModel';
import { meanOverSeeds } from './seedMeans';

/** "exact", "64 samples", or both where the compared curves differ; null where none tells. */
export function howMeasured(curves: readonly Curve[]): string | null {
  const words = curves.flatMap(({ apart, runs }) => (apart === null ? runs.map(methodOf) : []));
  return [...new Set(words.flatMap((own) => own ?? []))].join(' and ') || null;
}

const methodOf = (run: Run): string | null => {
  const row = run.evaluations.at(-1);
  return row ? methodWords(row) : null;
};

/** With its method where the compared curves differ in it. */
export function nameWithMethod({ name, runs, apart }: Curve, how: string | null): string {
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
