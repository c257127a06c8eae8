import type { NumberSpec } from '../../experiment/paramSpec';
import { clamp } from '../../lib/numeric';
import type { ScheduleContext } from './types';

/** t/T, from 0 to 1. At t = T, which is one past the last step, a curve has reached its end. */
export function progress({ step, totalSteps }: ScheduleContext): number {
  return totalSteps > 0 ? clamp(step / totalSteps, 0, 1) : 0;
}

/** A parameter on the curve's value axis; the field that holds the curve decides its range. */
export function valueParam(key: string, label: string, help: string, defaultValue: number): NumberSpec {
  return {
    key,
    label,
    help,
    kind: 'number',
    unit: '',
    min: -1e6,
    max: 1e6,
    default: defaultValue,
    role: 'value',
    acts: 'next-rollout',
  };
}

export const fromParam = valueParam('from', 'From', 'Value at the first step.', 1);
export const toParam = valueParam('to', 'To', 'Value towards which the curve goes.', 0.5);
