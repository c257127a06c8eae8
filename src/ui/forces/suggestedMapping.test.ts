import { expect, it } from 'vitest';
import { forceMeasure, forceRow } from '../../records/forces.fixture';
import { suggestedKnots } from './suggestedMapping';

const mix = { positiveWeight: 0.1, negativeWeight: 1 };

it('the data ask for penalty where it raises the measure, one on average, none where it lowers it', () => {
  const row = forceRow();
  const knots = suggestedKnots(row, forceMeasure({ bins: [0.004, -0.002] }), mix) ?? [];
  expect(knots.map(([x]) => x)).toEqual([0.25, 0.75]);
  const [low, high] = knots.map(([, y]) => y);
  expect(high).toBe(0);
  // Token weights are .4 and .1.
  expect(0.4 * (low ?? 0)).toBeCloseTo(0.5, 6);
});

it('a bin without mistakes has no knot, and a measure that no penalty raises no mapping', () => {
  const [first, second] = forceRow().bins;
  if (!first || !second) throw new Error('two bins');
  const row = forceRow({ bins: [first, { ...second, answers: 0, tokenWeight: 0 }] });
  expect(suggestedKnots(row, forceMeasure({ bins: [0.004, 0] }), mix)).toHaveLength(1);
  expect(suggestedKnots(row, forceMeasure({ bins: [-0.004, 0] }), mix)).toBeNull();
});
