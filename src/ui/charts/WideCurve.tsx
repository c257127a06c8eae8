/** A curve over the full width, on the time axis of Pass@k below it. */
import type { ScheduleField } from '../curves/ScheduleEditor';
import { RunCurve } from '../panels/RunCurve';

const HEIGHT = 168;

export function WideCurve({ field }: { readonly field: ScheduleField }): React.JSX.Element {
  return (
    <div className="wide-curve">
      <RunCurve field={field} height={HEIGHT} wide />
    </div>
  );
}
