/** Values under the crosshair, largest first. */

interface Entry {
  readonly dataKey?: unknown;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly color?: string;
  /** The row under the crosshair. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

interface ChartTooltipProps {
  readonly xLabel: string;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** Given by Recharts. */
  readonly active?: boolean;
  readonly label?: string | number;
  readonly payload?: readonly Entry[];
}

export function ChartTooltip({
  active,
  label,
  payload,
  xLabel,
  formatX,
  formatY,
}: ChartTooltipProps): React.JSX.Element | null {
  if (!active || !payload?.length) return null;
  const shown = payload
    .flatMap((entry) =>
      typeof entry.value === 'number' && typeof entry.name === 'string'
        ? [
            {
              name: entry.name,
              value: entry.value,
              color: entry.color ?? '',
              between: typeof entry.dataKey === 'string' && entry.payload?.[`${entry.dataKey}:between`] === 1,
            },
          ]
        : [],
    )
    .sort((a, b) => b.value - a.value);
  return (
    <div className="chart-tooltip">
      <p className="muted">
        {xLabel} {typeof label === 'number' ? formatX(label) : label}
      </p>
      {shown.map((entry) => (
        <p key={entry.name} className="chart-tooltip-row">
          <span className="swatch" style={{ background: entry.color }} />
          <span>{entry.name}</span>
          <b>
            {entry.between && <span title="between two measured points">≈ </span>}
            {formatY(entry.value)}
          </b>
        </p>
      ))}
    </div>
  );
}
