/** Recorded edits on a chart: a line and a number each, drawn by hand. A `ReferenceLine` with its label takes some thirty React fibers
 * and 0.1 MB on one chart, and a knot that is dragged leaves an edit at every rollout. */
import { usePlotArea, useXAxisScale, ZIndexLayer, DefaultZIndexes } from 'recharts';
import type { ChartModel } from './chartModel';

/** For within a chart. Edits outside its axis are not drawn. */
export function EditMarkers({ markers }: { readonly markers: ChartModel['markers'] }): React.JSX.Element | null {
  const plot = usePlotArea();
  const scale = useXAxisScale();
  if (!plot || !scale || markers.length === 0) return null;
  const placed = markers.flatMap(({ x, ...marker }) => {
    const at = scale(x);
    return at !== undefined && at >= plot.x && at <= plot.x + plot.width ? [{ at, ...marker }] : [];
  });
  const bottom = plot.y + plot.height;
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.line}>
      <path
        d={placed.map(({ at }) => `M${at},${plot.y}V${bottom}`).join('')}
        stroke="var(--line-strong)"
        strokeWidth={1}
        fill="none"
      />
      {placed.map(({ at, label, words }) => (
        <text
          key={`${label}@${at}`}
          className="chart-marker"
          x={at}
          y={plot.y + 5}
          dy="0.71em"
          textAnchor="middle"
          fontSize={10}
          fill="var(--ink-2)"
        >
          <title>{words}</title>
          {label}
        </text>
      ))}
    </ZIndexLayer>
  );
}
