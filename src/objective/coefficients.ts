import type { Experiment } from '../experiment/types';
import { evaluateSchedule } from '../schedules/parts/registry';
import type { ScheduleContext } from '../schedules/parts/types';

/** Scheduled values at one rollout step. */
export interface Coefficients {
  readonly positiveWeight: number;
  readonly negativeWeight: number;
  readonly learningRate: number;
  readonly entropyCoef: number;
  readonly klCoef: number;
}

/** Everything that is scheduled but the temperature, which must be known before the batch's accuracy is. */
export function coefficientsAt(
  { objective, optimizer }: Pick<Experiment, 'objective' | 'optimizer'>,
  context: ScheduleContext,
): Coefficients {
  return {
    positiveWeight: evaluateSchedule(objective.positiveWeight, context),
    negativeWeight: evaluateSchedule(objective.negativeWeight, context),
    learningRate: evaluateSchedule(optimizer.learningRate, context),
    entropyCoef: evaluateSchedule(objective.entropyCoef, context),
    klCoef: evaluateSchedule(objective.klCoef, context),
  };
}

/** Sampling temperature of a step. An accuracy-driven one follows the earlier batches; before the first, accuracy counts as 0. */
export function temperatureAt(
  { sampling, steps }: Experiment,
  step: number,
  pastAccuracies: readonly number[],
): number {
  const accuracy = pastAccuracies[pastAccuracies.length - 1] ?? 0;
  return evaluateSchedule(sampling.temperature, {
    step,
    totalSteps: steps,
    accuracy,
    pastAccuracies: pastAccuracies.slice(0, -1),
  });
}
