/** The plane of Pass@1 and Pass@k with paths and overlays. Plain SVG: a path may run backwards, which line charts do not draw. */
import { useId, useMemo } from 'react';
import { formatTick, linearScale } from '../curves/plotScale';
import { runColor, runDash } from './chartModel';
import { TradeOffArrows } from './TradeOffArrows';
import { TradeOffReference } from './TradeOffReference';
import type { TradeOffOverlay, TradeOffPoint } from './tradeOffOverlay';
import type { TradeOffPath } from './tradeOffPaths';
import { polylinePoints, type Plane } from './tradeOffPlane';

interface TradeOffPlotProps {
  readonly width: number;
  readonly height: number;
  readonly paths: readonly TradeOffPath[];
  readonly overlays: readonly TradeOffOverlay[];
  /** For people who cannot see it. */
  readonly summary: string;
}

const LEFT = 44;
const RIGHT = 20;
const BOTTOM = 20;

function pad(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = Math.max((high - low) * 0.15, 0.01);
  return [Math.max(0, low - margin), Math.min(1, high + margin)];
}

/** The runs decide what is shown; of a reference path what lies above and below them is kept in view. */
function domains(paths: readonly TradeOffPath[], overlays: readonly TradeOffOverlay[]) {
  const points = paths.flatMap((path) => path.points);
  const x = pad(points.map((point) => point.x));
  const beside = overlays.flatMap((overlay): readonly TradeOffPoint[] =>
    overlay.kind === 'reference' ? overlay.points.filter((point) => point.x >= x[0] && point.x <= x[1]) : [],
  );
  return { x, y: pad([...points, ...(points.length > 0 ? beside : [])].map((point) => point.y)) };
}

export function TradeOffPlot({ width, height, paths, overlays, summary }: TradeOffPlotProps): React.JSX.Element {
  const clip = useId();
  const plane = useMemo((): Plane => {
    const { x, y } = domains(paths, overlays);
    return {
      x: linearScale(x[0], x[1], LEFT, width - RIGHT, 4),
      y: linearScale(y[0], y[1], height - BOTTOM, 10, 4),
    };
  }, [paths, overlays, width, height]);
  return (
    <svg width={width} height={height} role="img" aria-label={summary}>
      <clipPath id={clip}>
        <rect x={LEFT} y={0} width={Math.max(0, width - LEFT)} height={height - BOTTOM} />
      </clipPath>
      {plane.y.ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={LEFT}
            x2={width - RIGHT}
            y1={plane.y.toPixel(tick)}
            y2={plane.y.toPixel(tick)}
            stroke="var(--grid)"
          />
          <text className="curve-tick" x={LEFT - 4} y={plane.y.toPixel(tick) + 4} textAnchor="end">
            {formatTick(tick * 100)} %
          </text>
        </g>
      ))}
      {plane.x.ticks.map((tick) => (
        <text key={tick} className="curve-tick" x={plane.x.toPixel(tick)} y={height - 5} textAnchor="middle">
          {formatTick(tick * 100)} %
        </text>
      ))}
      <line x1={LEFT} x2={width - RIGHT} y1={height - BOTTOM} y2={height - BOTTOM} stroke="var(--line-strong)" />
      <g clipPath={`url(#${clip})`}>
        {overlays.map((overlay) =>
          overlay.kind === 'reference' ? <TradeOffReference key={overlay.id} path={overlay} plane={plane} /> : null,
        )}
      </g>
      {paths.map((path) => (
        <PathLine key={path.id} path={path} plane={plane} />
      ))}
      {overlays.map((overlay) =>
        overlay.kind === 'arrows' ? <TradeOffArrows key={overlay.id} at={overlay} plane={plane} /> : null,
      )}
    </svg>
  );
}

function PathLine({ path, plane }: { readonly path: TradeOffPath; readonly plane: Plane }): React.JSX.Element {
  const first = path.points[0];
  const last = path.points.at(-1);
  const circle = ({ x, y }: TradeOffPoint) => ({ cx: plane.x.toPixel(x), cy: plane.y.toPixel(y), r: 4 });
  return (
    <g stroke={runColor(path.slot)} fill="none">
      <polyline points={polylinePoints(path.points, plane)} strokeWidth={1.8} strokeDasharray={runDash(path.slot)} />
      {first && <circle {...circle(first)} strokeWidth={1.6} fill="var(--panel)" />}
      {last && <circle {...circle(last)} fill={runColor(path.slot)} />}
    </g>
  );
}
