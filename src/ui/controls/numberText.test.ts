import { describe, expect, it } from 'vitest';
import { numberText, rangeText, readNumberText } from './numberText';

describe('a number in a field', () => {
  it.each([
    ['12', 12],
    [' 0,5 ', 0.5],
    ['1e-4', 1e-4],
    ['0', 0],
  ])('reads %j', (text, value) => {
    expect(readNumberText(text, { min: 0, max: 100 })).toEqual({ ok: true, value });
  });

  it.each(['', ' ', 'abc', '-1', '101', '1e999', 'NaN'])('says the range for %j', (text) => {
    expect(readNumberText(text, { min: 0, max: 100 })).toEqual({ ok: false, reason: 'a number from 0 to 100' });
  });

  it('says that it must be whole', () => {
    const whole = { min: 1, max: 4096, integer: true };
    expect(readNumberText('2.5', whole)).toEqual({ ok: false, reason: 'a whole number from 1 to 4096' });
  });

  it.each([
    [0.000001, '1e-6'],
    [0.00001, '0.00001'],
    [0.0000123, '1.23e-5'],
    [0.123456789, '0.123456789'],
    [150, '150'],
    [1e9, '1e9'],
    [-0.5, '-0.5'],
  ])('writes %d so that it fits and is exact', (value, text) => {
    expect(numberText(value)).toBe(text);
    expect(Number(numberText(value))).toBe(value);
  });

  it('leaves out a bound that nobody meets', () => {
    expect(rangeText({ min: 0, max: Number.MAX_VALUE })).toBe('a number of at least 0');
    expect(rangeText({ min: -Infinity, max: 3 })).toBe('a number of at most 3');
    expect(rangeText({ min: -Infinity, max: Infinity })).toBe('a number');
  });
});
