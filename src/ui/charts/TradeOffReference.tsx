/** A reference path of the trade-off chart: a dashed line with ticks, or small marks. */
import type { ReferencePath } from './tradeOffOverlay';
import { polylinePoints, type Plane } from './tradeOffPlane';

interface TradeOffReferenceProps {
  readonly path: ReferencePath;
  readonly plane: Plane;
}

const MARK = 2.5;

/** CSS pixels between two ticks that are written. */
const ROOM = 34;

/** The ticks that have room, in order along the path. */
function written(path: ReferencePath, plane: Plane): ReadonlySet<string> {
  const places: { readonly x: number; readonly y: number }[] = [];
  const shown = path.points.filter((point) => {
    if (point.tick === undefined) return false;
    const place = { x: plane.x.toPixel(point.x), y: plane.y.toPixel(point.y) };
    if (place.x < plane.left || place.x > plane.right) return false;
    if (places.some(({ x, y }) => Math.hypot(x - place.x, y - place.y) < ROOM)) return false;
    places.push(place);
    return true;
  });
  return new Set(shown.map(({ label }) => label));
}

export function TradeOffReference({ path, plane }: TradeOffReferenceProps): React.JSX.Element {
  const { color, dash, shape, points } = path;
  const ticks = written(path, plane);
  return (
    <g stroke={color} fill="none" strokeWidth={1.4}>
      {shape === 'line' && <polyline points={polylinePoints(points, plane)} strokeDasharray={dash} />}
      {points.map((point) => {
        const [x, y] = [plane.x.toPixel(point.x), plane.y.toPixel(point.y)];
        if (shape === 'rings') return <circle key={point.label} cx={x} cy={y} r={MARK} />;
        if (shape === 'squares')
          return <rect key={point.label} x={x - MARK} y={y - MARK} width={2 * MARK} height={2 * MARK} />;
        return (
          <g key={point.label}>
            <circle cx={x} cy={y} r={point.tick === undefined ? 1.5 : MARK} fill={color} stroke="none" />
            {ticks.has(point.label) && (
              <text
                className="curve-tick"
                x={x > plane.right - ROOM ? x - 4 : x + 5}
                y={y - 5}
                textAnchor={x > plane.right - ROOM ? 'end' : 'start'}
                stroke="none"
              >
                {point.tick}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
