import { describe, expect, it } from 'vitest';
import { createForcePacing } from './forcePacing';

/** Steps among the first `steps` that are measured, where a step takes 1 s and a measurement `measureMs`. */
function measuredSteps(measureMs: (count: number) => number, wish = { automatic: true, share: 0.15 }, steps = 60) {
  const pacing = createForcePacing(() => wish);
  const measured: number[] = [];
  for (let step = 0; step < steps; step++) {
    if (pacing.due(step)) {
      pacing.measured(step, measureMs(measured.length));
      measured.push(step);
    }
    pacing.stepped(1000);
  }
  return { measured, pace: pacing.pace() };
}

describe('force pacing', () => {
  it('measures the first step, then as often as the share of the time allows', () => {
    const { measured, pace } = measuredSteps(() => 2400);
    expect(measured).toEqual([0, 16, 32, 48]);
    expect(pace).toEqual({ every: 16, measureMs: 2400, stepMs: 1000, tooDear: false, refusal: null });
    expect(measuredSteps(() => 2400, { automatic: true, share: 0.5 }).measured.slice(0, 3)).toEqual([0, 5, 10]);
  });

  it('stops where even every twentieth step costs more, once a second measurement has said so, too', () => {
    const { measured, pace } = measuredSteps(() => 9000);
    expect(measured).toEqual([0, 20]);
    expect(pace).toMatchObject({ every: 0, tooDear: true });
    // The first one compiled its kernels.
    expect(measuredSteps((count) => (count === 0 ? 9000 : 1500)).measured).toEqual([0, 20, 30, 40, 50]);
  });

  it('switched off, measures only what is asked for, once', () => {
    const pacing = createForcePacing(() => ({ automatic: false, share: 0.15 }));
    expect(pacing.due(0)).toBe(false);
    pacing.askOnce();
    expect(pacing.due(1)).toBe(true);
    pacing.measured(1, 100);
    pacing.stepped(1000);
    expect(pacing.due(2)).toBe(false);
    expect(pacing.pace().every).toBe(0);
  });

  it('tries no more where nothing can be measured', () => {
    const pacing = createForcePacing(() => ({ automatic: true, share: 0.15 }));
    pacing.refused('too large');
    pacing.askOnce();
    expect(pacing.due(0)).toBe(false);
    expect(pacing.pace().refusal).toBe('too large');
  });

  it('begins again where a run went back', () => {
    const pacing = createForcePacing(() => ({ automatic: true, share: 0.15 }));
    pacing.stepped(1000);
    pacing.measured(40, 2400);
    expect(pacing.due(41)).toBe(false);
    expect(pacing.due(30)).toBe(true);
  });
});
