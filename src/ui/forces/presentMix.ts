/** lambda and beta of an experiment at the rollout about to come. */
import { useStore } from 'zustand';
import type { Experiment, Scheduled } from '../../experiment/types';
import type { Mix } from '../../records/forceForecast';
import { isUnderWay } from '../../store/run/phases';
import type { Run } from '../../store/runs/runs';
import { useApp } from '../appContext';
import { scheduleValue } from '../curves/scheduleCurve';
import { useFrontRun } from './useForces';

/** `run`: the one in front, which says where the schedules stand. */
export function presentMix(experiment: Experiment, run: Run | null): Mix {
  const step = run && isUnderWay(run.status.phase) ? run.status.step : 0;
  const accuracy = run?.rows.at(-1)?.correctRatio ?? 0.2;
  const totalSteps = run && step > 0 ? run.experiment.steps : experiment.steps;
  const valueOf = (scheduled: Scheduled): number =>
    scheduleValue(scheduled, step, { totalSteps, frozenBefore: null, accuracy });
  const { positiveWeight, negativeWeight } = experiment.objective;
  return { positiveWeight: valueOf(positiveWeight), negativeWeight: valueOf(negativeWeight) };
}

/** Of the experiment on the panel. */
export function usePresentMix(): Mix {
  const experiment = useStore(useApp().experiments, (state) => state.experiment);
  return presentMix(experiment, useFrontRun());
}
