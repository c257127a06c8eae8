/** Arrows at one point of the trade-off chart, each with its name at the tip. */
import { arrowShapes, type ArrowsAt } from './tradeOffOverlay';
import type { Plane } from './tradeOffPlane';

interface TradeOffArrowsProps {
  readonly at: ArrowsAt;
  readonly plane: Plane;
}

export function TradeOffArrows({ at, plane }: TradeOffArrowsProps): React.JSX.Element {
  const foot = { x: plane.x.toPixel(at.from.x), y: plane.y.toPixel(at.from.y) };
  const shapes = arrowShapes(at.arrows, {
    perX: plane.x.toPixel(1) - plane.x.toPixel(0),
    perY: plane.y.toPixel(0) - plane.y.toPixel(1),
  });
  return (
    <g transform={`translate(${foot.x.toFixed(1)} ${foot.y.toFixed(1)})`} fill="none">
      {shapes.map(({ arrow, tip, head }) => (
        <g key={arrow.label} stroke={arrow.color} strokeWidth={1.6}>
          <line x1={0} y1={0} x2={tip.x} y2={tip.y} strokeDasharray={arrow.dash} />
          <polyline points={head.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
          <text
            className="curve-tick"
            x={tip.x + shiftOf(arrow.label, foot.x + tip.x, tip.x < 0, plane)}
            y={tip.y + (tip.y < 0 ? -3 : 11)}
            textAnchor={tip.x < 0 ? 'end' : 'start'}
            stroke="none"
          >
            {arrow.label}
          </text>
        </g>
      ))}
    </g>
  );
}

/** Pixels of a character, about. */
const CHARACTER = 6.4;

/** From the tip to where its name begins (or ends, to the left of the foot), moved so far that it stays between the words' bounds. */
function shiftOf(label: string, tip: number, toTheLeft: boolean, { left, right }: Plane): number {
  const width = label.length * CHARACTER;
  return toTheLeft ? Math.max(-3, left + width - tip) : Math.min(3, right - width - tip);
}
