/** Predicted against realised change per rollout: how far to trust the forces. */
import { useMemo } from 'react';
import { ChartCard } from '../charts/ChartCard';
import { useChartTurn } from '../charts/useChartTurn';
import { forecastModel } from './forecastModel';
import { useRuns } from '../../store/runs/runs';
import { useFrontRun } from './useForces';

export function ForecastCard({ height }: { readonly height: number }): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const front = useFrontRun();
  const last = useRuns((state) => state.runs.findLast(({ visible, forces }) => visible && forces.length > 0) ?? null);
  const { totalSteps } = input.options;
  // Without a run in front, the last one that has any.
  const rows = (front ?? last)?.forces;
  const model = useMemo(() => forecastModel(rows ?? [], totalSteps), [rows, totalSteps]);
  return (
    <ChartCard
      id="forecast"
      title="Forecast against realised"
      help="Change of Pass@k over a rollout step, in points: predicted before its updates (dashed), and as it came (line), on the probe of held-out problems. A slope of 1 means right on average; the forecast is linear, so what is missing is curvature, clipping of the ratio and gradients that turn within the step."
      model={model}
      height={height}
      syncId="training"
      empty="What each measured update was expected to do to Pass@k, and did."
      footnote={model.footnote}
      outer={ref}
    />
  );
}
