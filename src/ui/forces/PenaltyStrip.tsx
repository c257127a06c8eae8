/** Under the confidences of the mistakes: what one unit more of penalty there would do, a column per bin and a row per k. */
import './forces.css';
import { binForces, type Mix } from '../../records/forceForecast';
import type { ForceRow } from '../../records/forces';
import { shownMeasures, signed } from './forceWords';

interface PenaltyStripProps {
  readonly row: ForceRow;
  readonly mix: Mix;
  /** CSS pixels beside the plot, so that columns stand under its confidences. */
  readonly left: number;
  readonly right: number;
}

/** Strongest ground of a cell, percent of the colour. */
const strongest = 45;

export function PenaltyStrip({ row, mix, left, right }: PenaltyStripProps): React.JSX.Element {
  const shown = shownMeasures(row).filter(({ measure }) => measure.kind === 'pass');
  const forces = shown.map(({ measure, scale }) => binForces(row, measure, mix).map((force) => scale * force));
  const range = ({ low, high }: ForceRow['bins'][number]): string =>
    `confidence ${Math.round(100 * low)} to ${Math.round(100 * high)} %`;
  // Each row by itself: Pass@64 moves a hundredth of what Pass@1 does.
  const most = forces.map((own) => Math.max(...own.map(Math.abs), 1e-12));
  const digits = most.map((value) => Math.min(3, Math.max(1, 1 - Math.floor(Math.log10(value)))));
  return (
    <div className="penalty-strip" data-testid="penalty-strip" style={{ paddingRight: right }}>
      <table aria-label="One unit more of penalty by confidence: change of Pass@k in points per step">
        <colgroup>
          <col style={{ width: left }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">measure</span>
            </th>
            {row.bins.map((bin) => (
              <th key={bin.low} scope="col">
                <span className="visually-hidden">{range(bin)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, measure: { k } }, index) => (
            <tr key={name}>
              <th scope="row" className="strip-name">
                <span aria-hidden="true">@{k}</span>
                <span className="visually-hidden">{name}</span>
              </th>
              {row.bins.map((bin, at) => {
                const value = forces[index]?.[at] ?? 0;
                return bin.answers === 0 ? (
                  <td key={bin.low} title={`${range(bin)}: no mistake`}>
                    <span aria-hidden="true">·</span>
                    <span className="visually-hidden">no mistake</span>
                  </td>
                ) : (
                  <td
                    key={bin.low}
                    style={ground(value / (most[index] ?? 1))}
                    title={`${range(bin)}, ${bin.answers} mistakes: ${signed(value, 3)} points`}
                  >
                    {signed(value, digits[index] ?? 1).replace(/(^|[+−])0\./, '$1.')}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Diverging: green where the measure would rise, vermillion where it would fall; the figure carries the sign, too. */
function ground(share: number): React.CSSProperties {
  const strength = (strongest * Math.abs(share)).toFixed(0);
  const colour = share > 0 ? '--positive' : '--negative';
  return { background: `color-mix(in srgb, var(${colour}) ${strength}%, transparent)` };
}
