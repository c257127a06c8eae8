/** A tiny drawing of a curve, for the presets strip. */

interface CurveSparkProps {
  readonly evaluate: (share: number) => number;
}

const WIDTH = 26;
const HEIGHT = 14;

export function CurveSpark({ evaluate }: CurveSparkProps): React.JSX.Element {
  const values = Array.from({ length: 27 }, (_, index) => evaluate(index / 26));
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const points = values.map((value, index) => {
    const share = span > 0 ? (value - low) / span : 0.5;
    return `${(2 + (index / 26) * (WIDTH - 4)).toFixed(1)},${(HEIGHT - 2.5 - share * (HEIGHT - 5)).toFixed(1)}`;
  });
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true" focusable="false">
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth={1.6} strokeLinejoin="round" />
    </svg>
  );
}
