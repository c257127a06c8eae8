/** A reference path of the trade-off chart: a dashed line with ticks, or small marks. */
import type { ReferencePath } from './tradeOffOverlay';
import { polylinePoints, type Plane } from './tradeOffPlane';

interface TradeOffReferenceProps {
  readonly path: ReferencePath;
  readonly plane: Plane;
}

const MARK = 2.5;

export function TradeOffReference({ path, plane }: TradeOffReferenceProps): React.JSX.Element {
  const { color, dash, shape, points } = path;
  return (
    <g stroke={color} fill="none" strokeWidth={1.4}>
      {shape === 'line' && <polyline points={polylinePoints(points, plane)} strokeDasharray={dash} />}
      {points.map((point) => {
        const [x, y] = [plane.x.toPixel(point.x), plane.y.toPixel(point.y)];
        if (shape === 'rings') return <circle key={point.label} cx={x} cy={y} r={MARK} />;
        if (shape === 'squares')
          return <rect key={point.label} x={x - MARK} y={y - MARK} width={2 * MARK} height={2 * MARK} />;
        return point.tick === undefined ? null : (
          <g key={point.label}>
            <circle cx={x} cy={y} r={MARK} fill={color} stroke="none" />
            <text className="curve-tick" x={x + 5} y={y - 5} stroke="none">
              {point.tick}
            </text>
          </g>
        );
      })}
    </g>
  );
}
