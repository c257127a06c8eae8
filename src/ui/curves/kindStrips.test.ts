import { describe, expect, it } from 'vitest';
import type { CurveKind } from './KindStrip';
import { mappingKinds } from './MappingEditor';
import { scheduleKinds } from './ScheduleEditor';

/** Heights of a spark, 0 to 1, as it is drawn: lowest to highest. */
function drawn({ evaluate }: CurveKind): number[] {
  const values = Array.from({ length: 27 }, (_, index) => evaluate(index / 26));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0.5));
}

describe('the shapes on the buttons of a curve', () => {
  it.each([
    ['schedules', scheduleKinds],
    ['mappings', mappingKinds],
  ] as const)('%s: no two look alike', (_, kinds) => {
    for (const [index, one] of kinds.entries()) {
      for (const other of kinds.slice(index + 1)) {
        const heights = drawn(other);
        const apart = Math.max(...drawn(one).map((height, at) => Math.abs(height - (heights[at] ?? 0))));
        // One pixel of the nine that a drawing is high.
        expect(apart, `${one.kind} and ${other.kind}`).toBeGreaterThan(0.1);
      }
    }
  });
});
