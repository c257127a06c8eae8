import { expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32 } from '../../model/halfFloat';
import { encodeValues } from './encodeValues';

const every = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
const words = (bytes: Uint8Array) => new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
/** Not those that are no number: their bits may change. */
const numbers = (values: Float32Array) => [...values.keys()].filter((index) => !Number.isNaN(values[index]));

it.each([
  ['f16', float16ToFloat32],
  ['bf16', bfloat16ToFloat32],
] as const)('%s: every value of the type comes back as its own bits', (dtype, widen) => {
  const values = widen(every);
  const finite = numbers(values).filter((index) => Number.isFinite(values[index]));
  const given = Float32Array.from(finite, (index) => values[index] ?? 0);
  expect(words(encodeValues('x', given, dtype))).toEqual(Uint16Array.from(finite));
});

it.each([
  ['f16', float16ToFloat32],
  ['bf16', bfloat16ToFloat32],
] as const)('%s: what lies between two values goes to the nearer, a tie to the even one', (dtype, widen) => {
  const values = widen(every);
  for (let bits = 0; bits < 0x7bff; bits += 37) {
    const [low = 0, high = 0] = [values[bits], values[bits + 1]];
    const middle = low / 2 + high / 2;
    const given = Float32Array.from([low + (high - low) * 0.25, middle, low + (high - low) * 0.75, -middle]);
    const even = bits % 2 === 0 ? bits : bits + 1;
    expect([...words(encodeValues('x', given, dtype))]).toEqual([bits, even, bits + 1, even | 0x8000]);
  }
});

it('keeps what is no number and what is infinite', () => {
  const given = Float32Array.from([NaN, Infinity, -Infinity]);
  for (const [dtype, widen] of [
    ['f16', float16ToFloat32],
    ['bf16', bfloat16ToFloat32],
  ] as const)
    expect([...widen(words(encodeValues('x', given, dtype)))]).toEqual([NaN, Infinity, -Infinity]);
});

it('names the tensor that float16 cannot hold, and holds the largest that it can', () => {
  expect(() => encodeValues('layer.weight', Float32Array.from([1, 65_520]), 'f16')).toThrow(
    /layer\.weight holds 65520/,
  );
  const bytes = encodeValues('x', Float32Array.from([65_519]), 'f16');
  expect([...float16ToFloat32(words(bytes))]).toEqual([65_504]);
});
