import { describe, expect, it } from 'vitest';
import type { Knot } from '../../lib/curve';
import { formatKnots, parseKnots } from './curveText';

describe('curves as text', () => {
  it('comes back the same', () => {
    const knots: readonly Knot[] = [
      [0, 1.5, 'exponential'],
      [0.4, 0.8, 'linear'],
      [1, 0.5, 'linear'],
    ];
    const text = formatKnots(knots, 100);
    expect(text).toBe('0:1.5 exponential, 40:0.8, 100:0.5');
    expect(parseKnots(text, 100, 0, 5)).toEqual({ ok: true, knots });
  });
  it('sorts and takes new lines', () => {
    expect(parseKnots('50:2 step\n0:1', 100, 0, 5)).toEqual({
      ok: true,
      knots: [
        [0, 1, 'linear'],
        [0.5, 2, 'step'],
      ],
    });
  });
  it.each([
    ['', 'at least one'],
    ['40', 'not a knot'],
    ['40:1 bouncy', 'not an easing'],
    ['140:1', 'outside 0 to 100'],
    ['40:9', 'outside 0 to 5'],
    ['1e999:1', 'not a knot'],
  ])('says what is wrong with %j', (text, reason) => {
    const parsed = parseKnots(text, 100, 0, 5);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});
