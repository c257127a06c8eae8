import { expect, it } from 'vitest';
import { countParameters } from '../model/parameters';
import { benchProfiles, configOf, forwardFlops } from './cases';

it('the sizes have the parameters that their names say', () => {
  const counts = benchProfiles.full.cases.map((one) => countParameters(configOf(one)));
  expect(counts).toEqual([215_104, 861_312, 4_752_640, 10_646_784]);
});

it('a token costs two operations per matrix parameter and four per width and position seen', () => {
  const [one] = benchProfiles.short.cases;
  if (!one) throw new Error('no case');
  const gains = 9 * 64;
  expect(forwardFlops(one, 0)).toBe(2 * (215_104 - gains));
  expect(forwardFlops(one, 10) - forwardFlops(one, 0)).toBe(4 * 4 * 64 * 10);
});
