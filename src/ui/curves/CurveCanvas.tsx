/** The drawing under the handles: grid, frozen past, ghost, curve and playhead. Pure SVG from data, hidden from assistive technology (the handles carry the meaning). */
import type { CurvePoint } from './curveModel';
import { formatTick, type PlotScale } from './plotScale';

export interface CurveMarker {
  readonly x: number;
  readonly label: string;
  /** Shown while the pointer rests on it. */
  readonly words: string;
}

interface CurveCanvasProps {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xScale: PlotScale;
  readonly yScale: PlotScale;
  readonly xTicks?: readonly number[];
  /** The curve from `from` on; before it the past is drawn from what was in force. */
  readonly line: readonly CurvePoint[];
  readonly ghost: readonly CurvePoint[] | null;
  /** What the data ask for, dotted. */
  readonly hint: readonly CurvePoint[] | null;
  readonly past: readonly CurvePoint[];
  readonly band?: { readonly low: number; readonly high: number; readonly from: number } | null;
  readonly playhead: CurvePoint | null;
  readonly markers: readonly CurveMarker[];
  readonly tone: 'negative' | 'positive' | 'neutral';
  readonly underlay?: React.ReactNode;
}

function toPath(points: readonly CurvePoint[], xScale: PlotScale, yScale: PlotScale): string {
  return points
    .map(
      (point, index) =>
        `${index ? 'L' : 'M'}${xScale.toPixel(point.x).toFixed(1)} ${yScale.toPixel(point.y).toFixed(1)}`,
    )
    .join('');
}

export function CurveCanvas(props: CurveCanvasProps): React.JSX.Element {
  const { width, height, left, top, xScale, yScale, line, ghost, past, playhead, markers } = props;
  const floor = height - props.bottom;
  const end = width - props.right;
  const first = line[0];
  const last = line.at(-1);
  const area =
    first && last
      ? `${toPath(line, xScale, yScale)}L${xScale.toPixel(last.x).toFixed(1)} ${floor}L${xScale.toPixel(first.x).toFixed(1)} ${floor}Z`
      : '';
  return (
    <svg
      className={`curve-canvas tone-${props.tone}`}
      width={width}
      height={height}
      aria-hidden="true"
      focusable="false"
    >
      {yScale.ticks.map((tick) => (
        <g key={tick}>
          <line className="curve-grid" x1={left} x2={end} y1={yScale.toPixel(tick)} y2={yScale.toPixel(tick)} />
          <text className="curve-tick" x={left - 5} y={yScale.toPixel(tick) + 3.5} textAnchor="end">
            {formatTick(tick)}
          </text>
        </g>
      ))}
      {(props.xTicks ?? xScale.ticks).map((tick) => (
        <text key={tick} className="curve-tick" x={xScale.toPixel(tick)} y={height - 4} textAnchor="middle">
          {formatTick(tick)}
        </text>
      ))}
      {props.underlay}
      {playhead && (
        <rect
          className="curve-past-shade"
          x={left}
          y={top}
          width={Math.max(0, xScale.toPixel(playhead.x) - left)}
          height={floor - top}
        />
      )}
      {props.band && (
        <rect
          className="curve-band"
          x={xScale.toPixel(props.band.from)}
          width={Math.max(0, end - xScale.toPixel(props.band.from))}
          y={yScale.toPixel(props.band.high)}
          height={Math.max(0, yScale.toPixel(props.band.low) - yScale.toPixel(props.band.high))}
        />
      )}
      <path className="curve-area" d={area} />
      {ghost && <path className="curve-ghost" d={toPath(ghost, xScale, yScale)} />}
      {props.hint && <path className="curve-hint" data-testid="curve-hint" d={toPath(props.hint, xScale, yScale)} />}
      <path className="curve-line-past" d={toPath(past, xScale, yScale)} />
      <path className="curve-line" d={toPath(line, xScale, yScale)} />
      {markers.map((marker) => (
        <g key={marker.label} transform={`translate(${xScale.toPixel(marker.x).toFixed(1)} ${top})`}>
          <title>{marker.words}</title>
          <line className="curve-marker" y1={0} y2={floor - top} />
          <circle className="curve-marker-dot" cy={0} r={6.5} />
          <text className="curve-marker-label" y={3.2} textAnchor="middle">
            {marker.label}
          </text>
        </g>
      ))}
      {playhead && (
        <g>
          <line
            className="curve-playhead"
            x1={xScale.toPixel(playhead.x)}
            x2={xScale.toPixel(playhead.x)}
            y1={top}
            y2={floor}
          />
          <circle
            className="curve-playhead-dot"
            cx={xScale.toPixel(playhead.x)}
            cy={yScale.toPixel(playhead.y)}
            r={3.5}
          />
        </g>
      )}
      <line className="curve-axis" x1={left} x2={end} y1={floor} y2={floor} />
    </svg>
  );
}
