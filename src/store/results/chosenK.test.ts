import { describe, expect, it } from 'vitest';
import { exactKs } from '../../lib/exactPass';
import { passKs } from '../../lib/stats';
import { manyTries } from './chosenK';

describe('the k of many tries', () => {
  it('is 64 where nobody chose, or the largest measured below it', () => {
    expect(manyTries(exactKs)).toBe(64);
    expect(manyTries(passKs(24))).toBe(24);
    expect(manyTries([1])).toBeNull();
  });
  it('is the largest chosen, as far as it was measured', () => {
    expect(manyTries(exactKs, [1, 8, 4096])).toBe(4096);
    expect(manyTries(passKs(16), [1, 8, 4096])).toBe(16);
    expect(manyTries(exactKs, [1, 8])).toBe(8);
    expect(manyTries(exactKs, [1])).toBe(64);
  });
});
