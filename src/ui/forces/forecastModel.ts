/** Predicted and realised change of Pass@k per measured rollout, in points, as a chart. Pure. */
import { fitForecasts, measureName, type ForecastFit } from '../../records/forceFit';
import type { ForceRow } from '../../records/forces';
import { mergeSeries } from '../charts/chartData';
import type { ChartModel, DrawnSeries } from '../charts/chartModel';
import { signed } from './forceWords';

/** Fewer say nothing about how far to trust a forecast. */
const fewest = 10;

const points = (value: number): string => `${signed(100 * value, Math.abs(value) < 1e-3 ? 2 : 1)}`;

export interface ForecastModel extends ChartModel {
  readonly footnote: string | null;
}

export function forecastModel(rows: readonly ForceRow[], totalSteps: number): ForecastModel {
  const realised = rows.filter(({ measures }) => measures.some((measure) => measure.realised !== null));
  const names = (realised[0]?.measures ?? []).filter(({ kind }) => kind === 'pass').map(measureName);
  const valueOf = (row: ForceRow, name: string, key: 'forecast' | 'realised'): number | null =>
    row.measures.find((measure) => measureName(measure) === name)?.[key] ?? null;
  const named = names.flatMap((name) =>
    (['forecast', 'realised'] as const).map((key) => ({
      key: `${name} ${key}`,
      points: realised.map((row) => {
        const y = valueOf(row, name, key);
        return { x: row.step + 1, y, raw: y };
      }),
    })),
  );
  const series = names.flatMap((name, index): DrawnSeries[] => {
    const look = { color: `var(--run-${(index % 6) + 1})`, opacity: 1, band: false, raw: false };
    return [
      { ...look, key: `${name} forecast`, label: `${name} predicted`, dash: '4 3', width: 1.4 },
      {
        ...look,
        key: `${name} realised`,
        label: `${name} came`,
        dash: '',
        width: 1.8,
        endLabel: name.replace('pass', ''),
      },
    ];
  });
  const fits = fitForecasts(realised, 'forecast').filter(({ measure }) => names.includes(measure));
  return {
    rows: mergeSeries(named),
    series,
    xLabel: 'rollout',
    logX: false,
    logY: false,
    xDomain: [0, Math.max(totalSteps, 1)],
    yDomain: ['auto', 'auto'],
    formatX: (value) => String(Math.round(value)),
    formatY: points,
    guides: realised.length > 0 ? [{ value: 0, label: 'no change' }] : [],
    markers: [],
    hasGap: false,
    summary:
      fits.length > 0
        ? `Forecast against realised change of Pass@k: ${fits.map(fitWords).join('; ')}`
        : 'Forecast against realised change of Pass@k. No data yet.',
    footnote: fits.length > 0 ? `${fits.map(fitWords).join('; ')}.${trustWords(realised.length)}` : null,
  };
}

const number = (value: number | null): string => (value === null ? '–' : value.toFixed(2).replace('-', '−'));

function fitWords({ measure, steps, slope, correlation }: ForecastFit): string {
  return steps < 3
    ? `${measure}: n ${steps}`
    : `${measure}: slope ${number(slope)}, correlation ${number(correlation)}, n ${steps}`;
}

const trustWords = (steps: number): string =>
  steps < fewest ? ` Too few rollouts to tell how far to trust them.` : '';
