/** lambda and beta of the experiment on the panel at the rollout about to come. */
import { useStore } from 'zustand';
import type { Scheduled } from '../../experiment/types';
import type { Mix } from '../../records/forceForecast';
import { isUnderWay } from '../../store/run/phases';
import { useApp } from '../appContext';
import { scheduleValue } from '../curves/scheduleCurve';
import { useFrontRun } from './useForces';

export function usePresentMix(): Mix {
  const { experiments } = useApp();
  const positive = useStore(experiments, (state) => state.experiment.objective.positiveWeight);
  const negative = useStore(experiments, (state) => state.experiment.objective.negativeWeight);
  const panelSteps = useStore(experiments, (state) => state.experiment.steps);
  const run = useFrontRun();
  const step = run && isUnderWay(run.status.phase) ? run.status.step : 0;
  const accuracy = run?.rows.at(-1)?.correctRatio ?? 0.2;
  const totalSteps = run && step > 0 ? run.experiment.steps : panelSteps;
  const valueOf = (scheduled: Scheduled): number =>
    scheduleValue(scheduled, step, { totalSteps, frozenBefore: null, accuracy });
  return { positiveWeight: valueOf(positive), negativeWeight: valueOf(negative) };
}
