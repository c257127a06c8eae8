/** Names of the reference paths under the trade-off chart. */
import type { ReferencePath, TradeOffOverlay } from './tradeOffOverlay';

export function TradeOffLegend({
  overlays,
}: {
  readonly overlays: readonly TradeOffOverlay[];
}): React.JSX.Element | null {
  const references = overlays.filter((overlay) => overlay.kind === 'reference');
  if (references.length === 0) return null;
  return (
    <ul className="trade-legend" aria-hidden="true">
      {references.map((path) => (
        <li key={path.id}>
          <Swatch path={path} /> {path.label}
        </li>
      ))}
    </ul>
  );
}

function Swatch({ path: { shape, color, dash } }: { readonly path: ReferencePath }): React.JSX.Element {
  const width = shape === 'line' ? 22 : 9;
  return (
    <svg className="run-swatch" width={width} height={9} focusable="false" stroke={color} fill="none" strokeWidth={1.4}>
      {shape === 'line' && <line x1={1} x2={21} y1={4.5} y2={4.5} strokeDasharray={dash} />}
      {shape === 'rings' && <circle cx={4.5} cy={4.5} r={2.5} />}
      {shape === 'squares' && <rect x={2} y={2} width={5} height={5} />}
    </svg>
  );
}
