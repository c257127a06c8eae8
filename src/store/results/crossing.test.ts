import { describe, expect, it } from 'vitest';
import type { Run } from '../runs/runs';
import { evaluatedRun as run, problems as many } from './evaluated.fixture';
import { crossingOf, crossingWords } from './crossing';

const said = (...runs: readonly Run[]): string | null => crossingWords(crossingOf(runs));
const start = many(64, () => 4);

describe('where a run stands against its starting model', () => {
  it('crosses when it gained at small k and lost at large k', () => {
    // Half the problems nearly always, half never.
    const sharpened = many(64, (index) => (index % 2 ? 14 : 0));
    expect(said(run(start, sharpened))).toMatch(/^the starting model is better from k = (4|8)$/);
  });
  it('is named though it is below the start already at k = 1', () => {
    expect(
      said(
        run(
          start,
          many(64, (index) => (index % 2 ? 2 : 0)),
        ),
      ),
    ).toBe('below the starting model from k = 1 to 16');
  });
  it('claims no crossing inside the noise', () => {
    // One problem of 64 lost what two gained: the means cross, the interval of the difference holds 0.
    const noisy = many(64, (index) => (index === 0 ? 0 : index < 3 ? 7 : 4));
    const { evaluations } = run(start, noisy);
    const means = evaluations.map((row) => row.passAtK.map(({ mean }) => mean));
    expect(means[1]?.[0]).toBeGreaterThan(means[0]?.[0] ?? 1);
    expect(means[1]?.at(-1)).toBeLessThan(means[0]?.at(-1) ?? 0);
    expect(said(run(start, noisy))).toMatch(/no different .* beyond noise/);
  });
  it('claims nothing of seeds that disagree', () => {
    const [up, down] = [many(64, () => 6), many(64, () => 1)];
    expect(said(run(start, up, 'a'), run(start, down, 'b'), run(start, up, 'c'))).toMatch(/beyond noise/);
    expect(
      said(
        run(start, down, 'a'),
        run(
          start,
          many(64, () => 2),
          'b',
        ),
        run(start, down, 'c'),
      ),
    ).toMatch(/below/);
  });
  it('says nothing of a start alone, of curves without their problems, and of gains alone', () => {
    const whole = run(start, start);
    expect(said({ ...whole, evaluations: whole.evaluations.slice(0, 1) })).toBeNull();
    const bare = whole.evaluations.map((row) => ({ ...row, correct: [], problemIds: [], problems: 0 }));
    expect(said({ ...whole, evaluations: bare })).toBeNull();
    expect(
      said(
        run(
          many(64, (index) => (index % 2 ? 3 : 0)),
          many(64, (index) => (index % 2 ? 9 : 1)),
        ),
      ),
    ).toBeNull();
  });
});
