/** A safetensors file piece by piece: the header, then one tensor after the other, so that no more than one is held at a time. */
import { bytesOf, dtypeNames, encodeValues } from './encodeValues';
import type { ModelDtype } from './modelForm';

export interface TensorSource {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major; made when it is asked for. */
  readonly read: () => Float32Array;
}

/** The file's bytes in order. */
export function* safetensorsParts(tensors: readonly TensorSource[], dtype: ModelDtype): Generator<Uint8Array> {
  yield header(tensors, dtype);
  for (const { name, read } of tensors) yield encodeValues(name, read(), dtype);
}

function header(tensors: readonly TensorSource[], dtype: ModelDtype): Uint8Array {
  let offset = 0;
  const entries = tensors.map(({ name, shape }) => {
    const begin = offset;
    offset += shape.reduce((product, size) => product * size, bytesOf[dtype]);
    const entry = { dtype: dtypeNames[dtype].safetensors, shape, data_offsets: [begin, offset] };
    return `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
  });
  const text = new TextEncoder().encode(`{"__metadata__":{"format":"pt"},${entries.join(',')}}`);
  // The data begin at a multiple of 8.
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}
