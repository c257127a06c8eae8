/** A measured value, its 95 % interval, and its difference from the baseline. */
import type { Measure } from '../../store/results/summary';

interface MeasureCellProps {
  readonly label: string;
  readonly measure: Measure;
  /** After the point; `percent`: a share, with one. */
  readonly digits: number | 'percent';
  /** Seeds the value is a mean of. */
  readonly seeds: number;
}

export function MeasureCell({ label, measure, digits, seeds }: MeasureCellProps): React.JSX.Element {
  const { value, low, high, difference } = measure;
  const write = (number: number): string => (digits === 'percent' ? (number * 100).toFixed(1) : number.toFixed(digits));
  const signed = (number: number): string => `${number < 0 ? '−' : '+'}${write(Math.abs(number))}`;
  if (!Number.isFinite(value))
    return (
      <td className="number" data-label={label}>
        <span className="muted">–</span>
      </td>
    );
  const how = seeds > 1 ? `interval over the problems and ${seeds} seeds, or over the seeds where the problems are not known` : 'bootstrap over problems';
  return (
    <td className="number" data-label={label}>
      <span className="measure">
        <span>
          {write(value)}
          {digits === 'percent' && ' %'}
        </span>
        {difference ? (
          <span className={`measure-difference ${meaning(difference)}`}>
            {signed(difference.mean)}
            {difference.low !== null && difference.high !== null && (
              <span className="measure-interval" title="95 %, paired bootstrap over the problems that both evaluated">
                {' '}
                [{signed(difference.low)}, {signed(difference.high)}]
              </span>
            )}
          </span>
        ) : (
          low !== null &&
          high !== null && (
            <span className="measure-interval" title={`95 %, ${how}`}>
              [{write(low)}, {write(high)}]
            </span>
          )
        )}
      </span>
    </td>
  );
}

/** Colour is for differences that their interval tells from none; one without an interval stays ink. */
function meaning({ low, high }: NonNullable<Measure['difference']>): string {
  if (low !== null && low > 0) return 'positive';
  if (high !== null && high < 0) return 'negative';
  return 'muted';
}
