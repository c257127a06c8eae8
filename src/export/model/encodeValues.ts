/** float32 to the types of a checkpoint, rounding to nearest, ties to even. */
import { InputError } from '../../lib/errors';

export const modelDtypes = ['f32', 'f16', 'bf16'] as const;
export type ModelDtype = (typeof modelDtypes)[number];

export const bytesOf = { f32: 4, f16: 2, bf16: 2 } as const satisfies Record<ModelDtype, number>;
/** safetensors' names, and torch's. */
export const dtypeNames = {
  f32: { safetensors: 'F32', torch: 'float32' },
  f16: { safetensors: 'F16', torch: 'float16' },
  bf16: { safetensors: 'BF16', torch: 'bfloat16' },
} as const satisfies Record<ModelDtype, { readonly safetensors: string; readonly torch: string }>;

/** Little-endian bytes of a tensor. Throws `InputError` naming a finite value that float16 cannot hold. */
export function encodeValues(name: string, values: Float32Array, dtype: ModelDtype): Uint8Array {
  switch (dtype) {
    case 'f32':
      return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    case 'bf16':
      return asBytes(toBfloat16(values));
    case 'f16':
      return asBytes(toFloat16(name, values));
    default:
      return dtype satisfies never;
  }
}

const asBytes = ({ buffer }: Uint16Array): Uint8Array => new Uint8Array(buffer);

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function toBfloat16(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length);
  bitsOf(values).forEach((bits, index) => {
    // Rounding could carry a NaN's bits into those of a number.
    const isNaN = (bits & 0x7fff_ffff) > 0x7f80_0000;
    out[index] = isNaN ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  });
  return out;
}

const largestFloat16 = 65_504;
/** From here on the nearest float16 is infinite. */
const beyondFloat16 = 65_520;

function toFloat16(name: string, values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length);
  values.forEach((value, index) => {
    if (Math.abs(value) >= beyondFloat16 && Number.isFinite(value))
      throw new InputError('--dtype', `f16 (${name} holds ${value})`, `bf16 or f32: f16 ends at ${largestFloat16}`);
    out[index] = float16Bits(value);
  });
  return out;
}

function float16Bits(value: number): number {
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size === Infinity) return sign | 0x7c00;
  // Exact: float32 has 24 bits, and powers of two scale them without rounding.
  const exponent = Math.max(-14, Math.floor(Math.log2(size === 0 ? 2 ** -24 : size)));
  const scaled = roundHalfEven(size * 2 ** (10 - exponent));
  // A fraction that rounds up to 2 becomes the next exponent by the sum alone.
  const normal = scaled >= 1024 ? ((exponent + 15) << 10) + (scaled - 1024) : scaled;
  return sign | normal;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
