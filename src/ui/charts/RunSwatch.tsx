/** A piece of a run's line: its colour and its dash pattern. */
import { apartColor, runColor, runDash } from './chartModel';

interface RunSwatchProps {
  readonly slot: number;
  /** Grey: it is not compared with the others. */
  readonly apart?: boolean;
}

export function RunSwatch({ slot, apart = false }: RunSwatchProps): React.JSX.Element {
  const color = apart ? apartColor : runColor(slot);
  return (
    <svg className="run-swatch" width={22} height={8} aria-hidden="true" focusable="false">
      <line x1={1} x2={21} y1={4} y2={4} stroke={color} strokeWidth={2.4} strokeDasharray={runDash(slot)} />
    </svg>
  );
}
