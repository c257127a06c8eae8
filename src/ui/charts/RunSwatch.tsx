/** A piece of a run's line: its colour and its dash pattern. */
import { runColor, runDash } from './chartModel';

export function RunSwatch({ slot }: { readonly slot: number }): React.JSX.Element {
  return (
    <svg className="run-swatch" width={22} height={8} aria-hidden="true" focusable="false">
      <line x1={1} x2={21} y1={4} y2={4} stroke={runColor(slot)} strokeWidth={2.4} strokeDasharray={runDash(slot)} />
    </svg>
  );
}
