import { expect, it } from 'vitest';
import { fitForecasts } from './forceFit';
import type { ForceMeasure } from './forces';

const measured = (kind: ForceMeasure['kind'], forecast: number, realised: number | null): ForceMeasure => ({
  kind,
  k: kind === 'pass' ? 64 : null,
  value: 0,
  positive: [],
  negative: [],
  rest: [],
  positiveError: null,
  negativeError: null,
  bins: [],
  forecast,
  along: forecast / 2,
  realised,
});

it('fits slope and correlation of what came on what was predicted', () => {
  const rows = [
    { measures: [measured('pass', 1, 2.1), measured('entropy', 0, 1)] },
    { measures: [measured('pass', 2, 3.9), measured('entropy', 0, -1)] },
    { measures: [measured('pass', -1, -2), measured('entropy', 0, 3)] },
    { measures: [measured('pass', 5, null), measured('entropy', 0, null)] },
  ];
  const [pass, entropy] = fitForecasts(rows, 'forecast');
  expect(pass).toMatchObject({ measure: 'pass@64', steps: 3 });
  expect(pass?.slope).toBeCloseTo((2.1 + 7.8 + 2) / 6, 12);
  expect(pass?.correlation).toBeCloseTo(0.9995, 3);
  expect(entropy).toMatchObject({ measure: 'entropy', slope: null, correlation: null, predicted: 0 });
  expect(fitForecasts(rows, 'along')[0]?.slope).toBeCloseTo((2 * (2.1 + 7.8 + 2)) / 6, 12);
  expect(fitForecasts([], 'forecast')).toEqual([]);
});
