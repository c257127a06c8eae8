/** float32 to the types of a checkpoint, rounding to nearest, ties to even. */
import { InputError } from '../../lib/errors';
import { float16Bits, float32ToBfloat16 } from '../../model/halfFloat';
import type { ModelDtype } from './modelForm';

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
      return asBytes(float32ToBfloat16(values));
    case 'f16':
      return asBytes(toFloat16(name, values));
    default:
      return dtype satisfies never;
  }
}

const asBytes = ({ buffer }: Uint16Array): Uint8Array => new Uint8Array(buffer);

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
