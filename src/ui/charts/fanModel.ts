/** Pass@k as a fan over all k. Pure. */
import type { RunSeries } from '../../store/runs/series';
import { crossingOf, crossingWords } from '../../store/results/crossing';
import { latestFan } from '../../store/results/summary';
import { curvesOf, FAINT, sentence, type ChartOptions, type Drawing } from './buildModels';
import { mergeSeries } from './chartData';
import { apartColor, percent } from './chartModel';
import { howMeasured, nameWithMethod, type PassModel } from './passModels';

const baseLook = {
  color: apartColor,
  dash: '4 4',
  width: 1.6,
  opacity: 1,
  band: false,
  raw: false,
} as const;

/** The starting model cooled until it has the Pass@1 of a run. */
export interface CooledFan {
  readonly temperature: number;
  readonly points: readonly { readonly k: number; readonly mean: number }[];
}

/** Pass@k as a fan over k: the latest evaluation of each series, the starting model dashed, and dotted the same cooled. */
export function fanModel(
  all: readonly RunSeries[],
  options: ChartOptions,
  cooled: CooledFan | null = null,
): PassModel & { readonly crossover: string | null } {
  const drawing: Drawing = { named: [], series: [], words: [] };
  const crossings: string[] = [];
  const curves = curvesOf(all, options).filter(({ look }) => look.width > FAINT);
  const how = howMeasured(curves);
  const inFront = curves.find(({ runs }) => options.front !== null && runs.includes(options.front));
  const withBase = (inFront ?? curves.findLast(({ apart }) => apart === null))?.runs[0]?.evaluations[0];
  if (withBase) {
    drawing.named.push({ key: 'base', points: withBase.passAtK.map(({ k, mean }) => ({ x: k, y: mean, raw: mean })) });
    drawing.series.push({ ...baseLook, key: 'base', label: 'starting model' });
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
  const largest = Math.max(0, ...drawing.named.flatMap(({ points }) => points.map(({ x }) => x)));
  if (cooled && largest > 0) {
    const points = cooled.points.filter(({ k }) => k <= largest).map(({ k, mean }) => ({ x: k, y: mean, raw: mean }));
    const label = `starting model at T = ${cooled.temperature.toFixed(2)}`;
    drawing.named.push({ key: 'cooled', points });
    drawing.series.push({ ...baseLook, key: 'cooled', label, dash: '1 3' });
    drawing.words.push(`${label}: ${points.map(({ x, y }) => `pass@${x} ${percent(y)}`).join(', ')}`);
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
