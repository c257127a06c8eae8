import type { NumberSpec } from '../../experiment/paramSpec';

/** Largest penalty weight a mapping may give. */
export const largestWeight = 100;

/** A weight, dragged up and down at the confidence `x`. */
function weightParam(key: string, label: string, help: string, defaultValue: number, x: number): NumberSpec {
  return {
    key,
    label,
    help,
    kind: 'number',
    unit: '',
    min: 0,
    max: largestWeight,
    default: defaultValue,
    acts: 'next-rollout',
    handle: { moves: 'y', x, y: 'value' },
  };
}

export const minParam = weightParam('min', 'Least weight', 'Penalty weight of the least confident mistakes.', 0.05, 0);
export const maxParam = weightParam('max', 'Greatest weight', 'Penalty weight of the most confident mistakes.', 1, 1);
