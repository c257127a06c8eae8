import { describe, expect, it } from 'vitest';
import { createPace } from './pace';

describe('the pace of a download', () => {
  it('is that of the last seconds, and what was there before does not count', () => {
    let now = 0;
    const pace = createPace(() => now);
    expect(pace(1_000_000, 9_000_000)).toEqual({ bytesPerSecond: 0, secondsLeft: null });
    now = 1_000;
    expect(pace(1_500_000, 9_000_000)).toEqual({ bytesPerSecond: 500_000, secondsLeft: 15 });
    for (now = 2_000; now <= 20_000; now += 1_000) pace(1_500_000 + (now - 1_000) * 100, 9_000_000);
    now = 21_000;
    expect(pace(3_500_000, 9_000_000).bytesPerSecond).toBe(100_000);
  });

  it('tells nothing while nothing comes', () => {
    let now = 0;
    const pace = createPace(() => now);
    pace(10, 100);
    now = 5_000;
    expect(pace(10, 100)).toEqual({ bytesPerSecond: 0, secondsLeft: null });
  });
});
