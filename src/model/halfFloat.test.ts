import { expect, it } from 'vitest';
import { float16Bits, float16Value } from './halfFloat';

const all = Array.from({ length: 65_536 }, (_, bits) => bits);

it('every binary16 is the nearest to itself', () => {
  const numbers = all.filter((bits) => !Number.isNaN(float16Value(bits)));
  expect(numbers.filter((bits) => float16Bits(float16Value(bits)) !== bits)).toEqual([]);
});

it('rounds to the nearest, ties to even, and past the largest to infinity', () => {
  const wrong = all.slice(0, 0x7bff).filter((bits) => {
    const [low, high] = [float16Value(bits), float16Value(bits + 1)];
    const between = (share: number) => low + (high - low) * share;
    const even = bits % 2 === 0 ? bits : bits + 1;
    return (
      float16Bits(between(0.5)) !== even ||
      float16Bits(between(0.499)) !== bits ||
      float16Bits(-between(0.501)) !== ((bits + 1) | 0x8000)
    );
  });
  expect(wrong).toEqual([]);
  expect(float16Value(float16Bits(65_519))).toBe(65_504);
  expect(float16Value(float16Bits(65_520))).toBe(Infinity);
  expect(float16Value(float16Bits(-1e30))).toBe(-Infinity);
  expect(float16Value(float16Bits(NaN))).toBe(NaN);
});
