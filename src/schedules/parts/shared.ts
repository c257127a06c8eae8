import type { HandleSpec, NumberSpec } from '../../experiment/paramSpec';
import { clamp } from '../../lib/numeric';
import type { ScheduleContext } from './types';

/** t/T, from 0 to 1. At t = T, which is one past the last step, a curve has reached its end. */
export function progress({ step, totalSteps }: ScheduleContext): number {
  return totalSteps > 0 ? clamp(step / totalSteps, 0, 1) : 0;
}

type Head = readonly [key: string, label: string, help: string];

/** A parameter on the curve's value axis, dragged up and down at `x` (a share of the planned steps); the field that holds
 * the curve decides its range. */
export function valueParam(
  [key, label, help]: Head,
  defaultValue: number,
  x: number,
  takesOver: NumberSpec['takesOver'] & string,
): NumberSpec {
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
    handle: { moves: 'y', x, y: 'value' },
    takesOver,
  };
}

/** Handle of a moment of the run, a share of T: halfway between the curve's values, so that it lies on no other. */
export const momentHandle: HandleSpec = { moves: 'x', y: 'between' };

export const fromParam = valueParam(['from', 'From', 'Value at the first step.'], 1, 0, 'start');
export const toParam = valueParam(['to', 'To', 'Value towards which the curve goes.'], 0.5, 1, 'end');
