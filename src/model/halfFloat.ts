/** 16-bit floats to float32, exactly: every value of both formats is a float32; and float32 rounded to the nearest of both. */

let table: Float32Array | null = null;

/** IEEE binary16, all 65,536 values tabulated on first use. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const lookup = float16Table();
  return Float32Array.from(bits, (value) => lookup[value] ?? 0);
}

function float16Table(): Float32Array {
  return (table ??= Float32Array.from({ length: 65_536 }, (_, value) => decodeFloat16(value)));
}

function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i += 1) wide[i] = (bits[i] ?? 0) << 16;
  return new Float32Array(wide.buffer);
}

const word = new Float32Array(1);
const bitsOfWord = new Uint32Array(word.buffer);

/** The bits of the nearest binary16, ties to the even one; past 65,504 the infinity. */
export function float16Bits(value: number): number {
  word[0] = value;
  const bits = bitsOfWord[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x47800000) return sign | 0x7c00;
  // subnormal halves are multiples of 2^-24, which float32 counts exactly
  if (size < 0x38800000) return sign | roundEven(Math.abs(value) * 2 ** 24);
  // the exponent's bias goes from 127 to 15; a fraction that rounds up to 2 carries into it
  const shifted = size - 0x38000000;
  return sign | ((shifted + 0xfff + ((shifted >>> 13) & 1)) >>> 13);
}

function roundEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The value of binary16 bits. */
export function float16Value(bits: number): number {
  return float16Table()[bits] ?? NaN;
}

/** To the nearest, ties to even. */
export function float32ToBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const wide = new Uint32Array(values.buffer, values.byteOffset, values.length);
  // Rounding could carry a NaN's bits into those of a number.
  return Uint16Array.from(wide, (bits) =>
    (bits & 0x7fff_ffff) > 0x7f80_0000 ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16,
  );
}

/** A tensor with its values rounded, and as a file holds them. */
export function roundToBfloat16<Tensor extends { readonly data: Float32Array }>(
  tensor: Tensor,
): Tensor & { readonly stored: { readonly type: 'bf16'; readonly values: Uint16Array<ArrayBuffer> } } {
  const values = float32ToBfloat16(tensor.data);
  return { ...tensor, data: bfloat16ToFloat32(values), stored: { type: 'bf16', values } };
}
