import { describe, expect, it } from 'vitest';
import { forceMeasure, forceRow } from '../../records/forces.fixture';
import { ageWords, costSentence, forecastSentence, shownMeasures, signed } from './forceWords';

describe('forces in words', () => {
  it('carry their sign, and none where they round to nothing', () => {
    expect([signed(1.239, 2), signed(-0.314, 2), signed(-0.001, 2)]).toEqual(['+1.24', '−0.31', '0.00']);
  });

  it('say pass@k in points per step and entropy in nats, and leave the length out', () => {
    const row = forceRow();
    const withLength = { ...row, measures: [...row.measures, forceMeasure({ kind: 'length', k: null })] };
    const shown = shownMeasures(withLength);
    expect(forecastSentence(shown, [0.0124, -0.0031, 0.004])).toBe(
      'pass@1 +1.24, pass@64 −0.31 points per step, entropy +0.0040 nats',
    );
  });

  it('say which rollout they are from', () => {
    expect(ageWords({ step: 12 }, 12)).toBe('from rollout 13, about to come');
    expect(ageWords({ step: 12 }, 13)).toBe('from rollout 13, the last');
    expect(ageWords({ step: 12 }, 18)).toBe('from rollout 13, 5 ago');
  });

  it('say what they cost, measured', () => {
    const pace = { every: 12, measureMs: 3100, stepMs: 2870, tooDear: false, refusal: null };
    expect(costSentence(pace, true, 0.15)).toBe('Forces cost 3.1 s every 12 rollouts, 9 % of the time.');
    expect(costSentence({ ...pace, every: 0, measureMs: 20_000, tooDear: true }, true, 0.15)).toBe(
      'Forces cost 20.0 s, a rollout 2.9 s: every 20th would still be 35 % of the time, so none is measured by itself.',
    );
    expect(costSentence({ ...pace, refusal: 'the model is too large' }, true, 0.15)).toBe(
      'No forces here: the model is too large.',
    );
    expect(costSentence(null, true, 0.15)).toContain('15 %');
    expect(costSentence(null, false, 0.15)).toBe('Nothing is measured by itself.');
  });
});
