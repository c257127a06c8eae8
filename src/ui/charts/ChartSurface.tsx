/** The only place that draws with Recharts (92 kB gzip, hence loaded on demand). No animation; redrawn only when its model changes. */
import { memo } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import type { ChartModel, DrawnSeries } from './chartModel';
import { ChartTooltip } from './ChartTooltip';
import { EditMarkers } from './EditMarkers';

interface ChartSurfaceProps {
  readonly model: ChartModel;
  readonly width: number;
  readonly height: number;
  readonly syncId?: string;
}

const tick = { fontSize: 11, fill: 'var(--muted)' };

function ChartSurfaceBase({ model, width, height, syncId }: ChartSurfaceProps): React.JSX.Element {
  return (
    <ComposedChart
      width={width}
      height={height}
      data={model.rows}
      margin={{ top: 8, right: 30, bottom: 0, left: 0 }}
      {...(syncId ? { syncId, syncMethod: 'value' as const } : {})}
    >
      <CartesianGrid stroke="var(--grid)" vertical={false} />
      <XAxis
        dataKey="x"
        type="number"
        scale={model.logX ? 'log' : 'linear'}
        domain={[...model.xDomain]}
        {...(model.xTicks ? { ticks: [...model.xTicks] } : {})}
        tick={tick}
        tickFormatter={model.formatX}
        tickLine={false}
        axisLine={{ stroke: 'var(--line-strong)' }}
        height={20}
        minTickGap={18}
        allowDataOverflow
      />
      <YAxis
        type="number"
        scale={model.logY ? 'log' : 'linear'}
        domain={[...model.yDomain]}
        tick={tick}
        tickFormatter={model.formatY}
        tickLine={false}
        axisLine={false}
        width={44}
        tickCount={5}
        allowDataOverflow={model.logY || typeof model.yDomain[1] === 'number'}
      />
      {model.guides.map((guide) => (
        <ReferenceLine
          key={guide.label}
          y={guide.value}
          stroke={guide.color ?? 'var(--line-strong)'}
          strokeDasharray="3 4"
          strokeWidth={1.2}
        />
      ))}
      <EditMarkers markers={model.markers} />
      {model.series
        .filter((series) => series.band)
        .map((series) => (
          <Area
            key={`${series.key}:band`}
            dataKey={`${series.key}:band`}
            stroke="none"
            fill={series.color}
            fillOpacity={0.13}
            isAnimationActive={false}
            activeDot={false}
            tooltipType="none"
          />
        ))}
      {model.series
        .filter((series) => series.raw)
        .map((series) => (
          <Line
            key={`${series.key}:raw`}
            dataKey={`${series.key}:raw`}
            stroke={series.color}
            strokeWidth={1}
            strokeOpacity={0.25}
            dot={false}
            activeDot={false}
            isAnimationActive={false}
            tooltipType="none"
          />
        ))}
      {model.series.map((series) =>
        series.stacked ? (
          <Area
            key={series.key}
            dataKey={series.key}
            name={series.label}
            stackId="stack"
            stroke={series.color}
            strokeWidth={1}
            fill={series.color}
            fillOpacity={0.32}
            isAnimationActive={false}
            activeDot={false}
            type="linear"
          />
        ) : (
          <Line
            key={series.key}
            dataKey={series.key}
            name={series.label}
            type="linear"
            stroke={series.color}
            strokeWidth={series.width}
            strokeDasharray={series.dash}
            strokeOpacity={series.opacity}
            dot={lonePoints(model, series)}
            activeDot={{ r: 3 }}
            isAnimationActive={false}
            label={
              series.endLabel ? (
                <EndLabel text={series.endLabel} color={series.color} last={lastIndexOf(model, series.key)} />
              ) : (
                false
              )
            }
          />
        ),
      )}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--line-strong)', strokeWidth: 1 }}
        content={<ChartTooltip formatX={model.formatX} formatY={model.formatY} xLabel={model.xLabel} />}
      />
    </ComposedChart>
  );
}

interface EndLabelProps {
  readonly text: string;
  readonly color: string;
  /** Of the last point that the series has. */
  readonly last: number;
  /** Given by Recharts for every point; only the last one is labelled. */
  readonly index?: number;
  readonly value?: unknown;
  readonly x?: number;
  readonly y?: number;
}

function EndLabel({ text, color, last, index, value, x, y }: EndLabelProps): React.JSX.Element | null {
  // A run that is shorter than another has no point at the end.
  if (index !== last || value === undefined || value === null || x === undefined || y === undefined) return null;
  return (
    <text x={x + 4} y={y + 3.5} fontSize={11} fill={color} fontWeight={600}>
      {text}
    </text>
  );
}

/** A point without a neighbour on either side makes no line: it is drawn as a dot. */
function lonePoints({ rows }: ChartModel, { key, color }: DrawnSeries): false | ((dot: DotProps) => React.JSX.Element) {
  const has = (index: number): boolean => typeof rows[index]?.[key] === 'number';
  const lone = new Set(rows.flatMap((_, index) => (has(index) && !has(index - 1) && !has(index + 1) ? [index] : [])));
  if (lone.size === 0) return false;
  return function LoneDot({ index, cx, cy }) {
    if (index === undefined || !lone.has(index)) return <g key={`none ${index ?? ''}`} />;
    return <circle key={`dot ${index}`} cx={cx} cy={cy} r={2.5} fill={color} />;
  };
}

/** Given by Recharts for every point. */
interface DotProps {
  readonly index?: number;
  readonly cx?: number;
  readonly cy?: number;
}

const lastIndexOf = (model: ChartModel, key: string): number =>
  model.rows.findLastIndex((row) => typeof row[key] === 'number');

export const ChartSurface = memo(ChartSurfaceBase);
