/** Behind the mapping: where the wrong answers of the last rollout lie (grey), the right ones (outline), and where the penalty goes (vermillion). */
import type { ConfidenceHistogram as Histogram } from '../../records/samples';
import type { PlotScale } from './plotScale';

interface ConfidenceHistogramProps {
  readonly histogram: Histogram;
  readonly xScale: PlotScale;
  readonly top: number;
  readonly floor: number;
}

function bars(values: readonly number[], height: number): number[] {
  const most = Math.max(...values, 1e-12);
  return values.map((value) => (value / most) * height);
}

export function ConfidenceHistogram({ histogram, xScale, top, floor }: ConfidenceHistogramProps): React.JSX.Element {
  const height = floor - top;
  const count = histogram.wrong.length;
  const edge = (index: number): number => xScale.toPixel(index / count);
  const width = edge(1) - edge(0);
  const most = Math.max(...histogram.wrong, ...histogram.right, 1);
  const mass = bars(histogram.penaltyMass, height * 0.92);
  return (
    <g className="confidence-histogram">
      {histogram.wrong.map((value, index) => {
        const tall = (value / most) * height * 0.92;
        return (
          <rect
            key={index}
            className="histogram-wrong"
            x={edge(index) + 0.5}
            width={Math.max(0, width - 1)}
            y={floor - tall}
            height={tall}
          />
        );
      })}
      {mass.map((tall, index) => (
        <rect
          key={index}
          className="histogram-mass"
          x={edge(index) + width * 0.28}
          width={width * 0.44}
          y={floor - tall}
          height={tall}
        />
      ))}
      <polyline
        className="histogram-right"
        points={histogram.right
          .flatMap((value, index) => {
            const y = (floor - (value / most) * height * 0.92).toFixed(1);
            return [`${edge(index).toFixed(1)},${y}`, `${edge(index + 1).toFixed(1)},${y}`];
          })
          .join(' ')}
      />
    </g>
  );
}
