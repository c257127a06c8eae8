/** Forecasts per rollout step as a small table, and aloud: what is dragged is said when the hand rests, or once a second. */
import { Fragment } from 'react';
import { forecastSentence, signed, type ShownMeasure } from './forceWords';
import { useCalmText } from './useCalmText';

export interface ForecastLine {
  readonly label: string;
  /** One per measure, in its own unit. */
  readonly changes: readonly number[];
  /** Standard errors of the same. */
  readonly errors: readonly (number | null)[] | null;
}

interface ForecastTableProps {
  readonly title: string;
  readonly shown: readonly ShownMeasure[];
  readonly lines: readonly ForecastLine[];
  /** Which rollout it is from. */
  readonly age: string;
}

export function ForecastTable({ title, shown, lines, age }: ForecastTableProps): React.JSX.Element {
  const said = lines.map(({ label, changes }) => `${label}: ${forecastSentence(shown, changes)}`);
  return (
    <div className="forecast" data-testid="forecast">
      <table aria-label={`${title}, change per rollout step, ${age}`}>
        <thead>
          <tr>
            <th scope="col" className="forecast-age">
              per step, {age}
            </th>
            {shown.map(({ name, unit }) => (
              <th key={name} scope="col" className="number">
                {name} <span className="forecast-unit">{unit}</span>
                <span className="visually-hidden"> per step</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ label, changes, errors }) => (
            <tr key={label.replace(/ [\d.e-]+$/, '')}>
              <th scope="row">{label}</th>
              {shown.map(({ name, scale, digits }, index) => {
                const error = errors?.[index] ?? null;
                return (
                  <td key={name} className="number">
                    {signed(scale * (changes[index] ?? 0), digits)}
                    {error !== null && (
                      <Fragment>
                        {' '}
                        <span className="forecast-error">±{(scale * error).toFixed(digits)}</span>
                      </Fragment>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <span className="visually-hidden" aria-live="polite" data-testid="forecast-voice">
        {useCalmText(said.join('. '))}
      </span>
    </div>
  );
}
