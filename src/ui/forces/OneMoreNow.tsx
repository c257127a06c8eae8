/** What one more unit of a weight would do now, and what the next step does at the value under the hand. */
import './forces.css';
import { forceAt, unitErrors, type Mix } from '../../records/forceForecast';
import type { ForceRow } from '../../records/forces';
import { ForecastTable, type ForecastLine } from './ForecastTable';
import { ageWords, shownMeasures } from './forceWords';

interface OneMoreNowProps {
  readonly row: ForceRow;
  /** Rollouts done. */
  readonly step: number;
  /** Weights at the present step, the one under the hand as it is dragged. */
  readonly mix: Mix;
  /** Whose curve it stands beside. */
  readonly of: 'positive' | 'negative';
  readonly symbol: string;
}

const shownWeight = (value: number): string => String(Number(value.toPrecision(3)));

export function OneMoreNow({ row, step, mix, of, symbol }: OneMoreNowProps): React.JSX.Element {
  const shown = shownMeasures(row);
  const weight = of === 'positive' ? mix.positiveWeight : mix.negativeWeight;
  const lines: readonly ForecastLine[] = [
    {
      label: `one more ${symbol}`,
      changes: shown.map(({ measure }) => {
        const { perPositive, perNegative } = forceAt(row, measure, mix);
        return of === 'positive' ? perPositive : perNegative;
      }),
      errors: shown.map(({ measure }) => unitErrors(row, measure, mix)[of]),
    },
    {
      label: `at ${symbol} ${shownWeight(weight)}`,
      changes: shown.map(({ measure }) => forceAt(row, measure, mix).change),
      errors: null,
    },
  ];
  return <ForecastTable title={`One more ${symbol} now`} shown={shown} lines={lines} age={ageWords(row, step)} />;
}
