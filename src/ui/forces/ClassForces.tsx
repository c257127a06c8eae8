/** For methods without lambda and beta: what one more of the push up and of the push down would do. */
import { forceAt, unitErrors } from '../../records/forceForecast';
import { ForecastTable } from './ForecastTable';
import { ageWords, shownMeasures } from './forceWords';
import { useForces } from './useForces';

export function ClassForces(): React.JSX.Element | null {
  const forces = useForces();
  if (!forces || forces.row.signed) return null;
  const { row, step } = forces;
  const shown = shownMeasures(row);
  const at = shown.map(({ measure }) => forceAt(row, measure, row));
  const errors = shown.map(({ measure }) => unitErrors(row, measure, row));
  return (
    <section className="panel curve-card" aria-label="One more now">
      <ForecastTable
        title="One more now"
        shown={shown}
        lines={[
          {
            label: 'right, pushed up',
            changes: at.map(({ perPositive }) => perPositive),
            errors: errors.map(({ positive }) => positive),
          },
          {
            label: 'wrong, pushed down',
            changes: at.map(({ perNegative }) => perNegative),
            errors: errors.map(({ negative }) => negative),
          },
          { label: 'this step', changes: at.map(({ change }) => change), errors: null },
        ]}
        age={ageWords(row, step)}
      />
    </section>
  );
}
