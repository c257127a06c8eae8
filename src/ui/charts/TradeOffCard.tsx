/** Largest-k Pass@k against Pass@1 as a path: what a method gives up for what it gains. Plain SVG: a path may run backwards, which line charts do not draw. */
import { useMemo } from 'react';
import type { Experiment } from '../../experiment/types';
import { whyNotCompared } from '../../store/results/comparable';
import type { Run } from '../../store/runs/runs';
import { meanRuns, type RunSeries } from '../../store/runs/series';
import { HelpTip } from '../controls/HelpTip';
import { LazyChartWords } from '../explain/lazyWords';
import { formatTick, linearScale, type PlotScale } from '../curves/plotScale';
import { usePlotSize } from '../curves/usePlotSize';
import { percent, runColor, runDash } from './chartModel';
import { useChartTurn } from './useChartTurn';

interface Path {
  readonly id: string;
  readonly name: string;
  readonly slot: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Mean over the seeds, at the steps that all of them have. */
function passAt(runs: readonly Run[], step: number, pick: 'first' | 'last'): { k: number; mean: number } | null {
  const entries = runs.flatMap((run) => {
    const fan = run.evaluations.find((row) => row.step === step)?.passAtK;
    return (pick === 'first' ? fan?.[0] : fan?.at(-1)) ?? [];
  });
  if (entries.length < runs.length) return null;
  return { k: entries[0]?.k ?? 1, mean: entries.reduce((sum, entry) => sum + entry.mean, 0) / entries.length };
}

interface Paths {
  readonly paths: readonly Path[];
  readonly k: number;
  /** What has no place in this plane, and why. */
  readonly leftOut: readonly string[];
}

/** Paths that begin at the same model and are measured on the same problems, at the same k. */
export function readPaths(all: readonly RunSeries[], reference: Experiment | null): Paths {
  let k = 0;
  const leftOut: string[] = [];
  const paths = all.flatMap((series): Path[] => {
    const apart = reference && whyNotCompared(series.first.experiment, reference);
    if (apart !== null) {
      leftOut.push(`${series.name} (${apart})`);
      return [];
    }
    const runs = meanRuns(series);
    const evaluations = runs[0]?.evaluations ?? [];
    if (evaluations.length === 0) return [];
    const points = evaluations.flatMap(({ step }) => {
      const first = passAt(runs, step, 'first');
      const last = passAt(runs, step, 'last');
      if (!first || !last) return [];
      k = Math.max(k, last.k);
      return [{ x: first.mean, y: last.mean }];
    });
    return [{ id: series.id, name: series.name, slot: series.slot, points }];
  });
  return { paths, k, leftOut };
}

const pad = (values: readonly number[]): [number, number] => {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = Math.max((high - low) * 0.15, 0.01);
  return [Math.max(0, low - margin), Math.min(1, high + margin)];
};

export function TradeOffCard({ height }: { readonly height: number }): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const [measure, width] = usePlotSize(300);
  const { paths, k, leftOut } = useMemo(() => readPaths(input.series, input.options.reference), [input]);
  const points = paths.flatMap((path) => path.points);
  const [xLow, xHigh] = points.length ? pad(points.map((point) => point.x)) : [0, 1];
  const [yLow, yHigh] = points.length ? pad(points.map((point) => point.y)) : [0, 1];
  const xScale = linearScale(xLow, xHigh, 44, width - 20, 4);
  const yScale = linearScale(yLow, yHigh, height - 20, 10, 4);
  const summary = paths
    .map(
      (path) =>
        `${path.name}: pass@1 ${percent(path.points.at(-1)?.x ?? 0)}, pass@${k} ${percent(path.points.at(-1)?.y ?? 0)}`,
    )
    .join('; ');
  return (
    <section ref={ref} className="panel chart-card" aria-labelledby="chart-trade" data-chart="trade">
      <header className="chart-head">
        <h3 id="chart-trade">Gain against loss</h3>
        <HelpTip
          label="gain against loss"
          text="Pass@k at the largest k against Pass@1, one point per evaluation, from the starting model (ring). To the right is sharper, up is more diverse. At equal Pass@1 the methods differ less than at equal steps."
        >
          <LazyChartWords id="trade" />
        </HelpTip>
      </header>
      <div ref={measure} className="chart-measure" style={{ height }}>
        <svg width={width} height={height} role="img" aria-label={summary || 'Gain against loss. No data yet.'}>
          {yScale.ticks.map((tick) => (
            <g key={tick}>
              <line x1={44} x2={width - 20} y1={yScale.toPixel(tick)} y2={yScale.toPixel(tick)} stroke="var(--grid)" />
              <text className="curve-tick" x={40} y={yScale.toPixel(tick) + 4} textAnchor="end">
                {formatTick(tick * 100)} %
              </text>
            </g>
          ))}
          {xScale.ticks.map((tick) => (
            <text key={tick} className="curve-tick" x={xScale.toPixel(tick)} y={height - 5} textAnchor="middle">
              {formatTick(tick * 100)} %
            </text>
          ))}
          <line x1={44} x2={width - 20} y1={height - 20} y2={height - 20} stroke="var(--line-strong)" />
          {paths.map((path) => (
            <PathLine key={path.id} path={path} xScale={xScale} yScale={yScale} />
          ))}
        </svg>
        {points.length === 0 && <p className="chart-empty">Largest-k Pass@k against Pass@1, a path per run.</p>}
      </div>
      {leftOut.length > 0 && <p className="chart-foot">Not compared: {leftOut.join(', ')}.</p>}
    </section>
  );
}

function PathLine({
  path,
  xScale,
  yScale,
}: {
  readonly path: Path;
  readonly xScale: PlotScale;
  readonly yScale: PlotScale;
}): React.JSX.Element {
  const at = path.points.map((point) => ({ x: xScale.toPixel(point.x), y: yScale.toPixel(point.y) }));
  const first = at[0];
  const last = at.at(-1);
  return (
    <g stroke={runColor(path.slot)} fill="none">
      <polyline
        points={at.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ')}
        strokeWidth={1.8}
        strokeDasharray={runDash(path.slot)}
      />
      {first && <circle cx={first.x} cy={first.y} r={4} strokeWidth={1.6} fill="var(--panel)" />}
      {last && <circle cx={last.x} cy={last.y} r={4} fill={runColor(path.slot)} />}
    </g>
  );
}
