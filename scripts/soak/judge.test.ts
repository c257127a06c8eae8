import { describe, expect, it } from 'vitest';
import { describeVerdict, judge, type Quantity } from './judge.ts';

const quantity = (valueAt: (step: number) => number, change: Partial<Quantity> = {}): Quantity => ({
  name: 'heap',
  unit: 'bytes',
  samples: Array.from({ length: 40 }, (_, index) => ({ at: 25 * index, value: valueAt(25 * index) })),
  allowedShare: 0.1,
  meant: 0,
  ...change,
});
const flat = (of: Quantity): boolean => judge(of, 1000, 1).outcome === 'flat';

describe('a quantity of a soak', () => {
  it('is flat where it stays', () => {
    expect(flat(quantity(() => 4096))).toBe(true);
    expect(flat(quantity(() => 0, { allowedShare: 0 }))).toBe(true);
  });

  it('may grow by its share over the run, and no more', () => {
    expect(flat(quantity((step) => 1000 + 0.09 * step))).toBe(true);
    expect(flat(quantity((step) => 1000 + 0.12 * step))).toBe(false);
  });

  it('is not judged while it settles', () => {
    expect(flat(quantity((step) => (step < 200 ? 5 * step : 1000)))).toBe(true);
  });

  it('may hold what the run is meant to keep', () => {
    expect(flat(quantity((step) => 1000 + step, { meant: 1 }))).toBe(true);
    expect(flat(quantity((step) => 1000 + step, { meant: 0.5 }))).toBe(false);
  });

  it('one buffer too many in a run is seen', () => {
    const leak = quantity((step) => 100 + Math.floor(step / 700), { unit: 'count', allowedShare: 0 });
    expect(flat(leak)).toBe(false);
  });

  it('that is only noisy is neither flat nor growing', () => {
    const noisy = quantity((step) => 1000 + 400 * Math.sin(step * step), { unit: 'ms' });
    expect(judge(noisy, 1000, 1).outcome).toBe('undecided');
  });

  it('is told with slope, interval and rule', () => {
    const line = describeVerdict(
      judge(
        quantity((step) => 1000 + step, { meant: 0.5 }),
        1000,
        1,
      ),
      'step',
    );
    expect(line).toBe(
      'GROWS      heap: level 1.6 KiB, +1 B per step [+1 B, +1 B], of which +1 B are meant; at most +500 B over all, +159 B (10 %) allowed; 32 points',
    );
  });
});
