/** Hugging Face's tensors and their padded images in shards. */
import type { Gpu } from '../../gpu/device';
import type { ReadbackRing } from '../../gpu/readback';
import type { QuantisedType, TensorType } from '../../kernels/tensor';
import { InputError } from '../../lib/errors';
import { invariant } from '../../lib/invariant';
import { sum } from '../../lib/numeric';
import type { ParameterTensor } from '../policy';
import type { Region, TensorPlace } from './layout';
import type { Shards } from './shards';

export interface NamedWeights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** The same values as they were stored, where that is in less than float32. */
  readonly stored?: StoredValues;
}

/** Values of 16 bits, their bits. */
export interface StoredValues {
  readonly type: Exclude<TensorType, 'f32' | QuantisedType>;
  readonly values: Uint16Array;
}

/** Throws `InputError` naming a tensor that is missing. */
export function checkTensors(places: readonly TensorPlace[], tensors: ReadonlyMap<string, unknown>): void {
  for (const { name, shape } of places)
    if (!tensors.has(name)) throw new InputError(name, 'missing', `a tensor of shape [${shape.join(', ')}]`);
}

/** The rows of a tensor that lie in a run of addresses, [first, end): all of them, none, or some of a table's. */
function rowsIn({ at, length }: Region, place: TensorPlace): readonly [number, number] {
  if (place.stride === 0) return place.at >= at && place.at < at + length ? [0, place.rows] : [0, 0];
  const rowAt = (address: number) => Math.ceil((address - place.at) / place.stride);
  return [Math.max(0, rowAt(at)), Math.min(place.rows, rowAt(at + length))];
}

/** Copies those of a tensor's rows that lie there into the image of a run of addresses. */
export function packTensor(place: TensorPlace, data: Float32Array, image: Float32Array, start = 0): void {
  const [first, end] = rowsIn({ at: start, length: image.length }, place);
  for (let row = first; row < end; row++) {
    image.set(data.subarray(row * place.width, (row + 1) * place.width), place.at - start + row * place.stride);
  }
}

/** Reads those of a tensor's rows that lie there back out of an image, padding stripped. How many those are. */
export function unpackTensor(place: TensorPlace, data: Float32Array, image: Float32Array, start = 0): number {
  const [first, end] = rowsIn({ at: start, length: image.length }, place);
  for (let row = first; row < end; row++) {
    const from = place.at - start + row * place.stride;
    data.set(image.subarray(from, from + place.width), row * place.width);
  }
  return Math.max(0, end - first);
}

/** Writes the tensors into the shards, zeros where there is none. */
export function packTensors(
  gpu: Gpu,
  { shards }: Shards,
  places: readonly TensorPlace[],
  tensors: ReadonlyMap<string, { readonly data: Float32Array }>,
): void {
  for (const shard of shards) {
    const image = new Float32Array(shard.length);
    for (const place of places) {
      const tensor = tensors.get(place.name);
      if (tensor) packTensor(place, tensor.data, image, shard.at);
    }
    gpu.device.queue.writeBuffer(shard.buffer, 0, image);
  }
}

/** All tensors of the shards (weights, a moment, the gradients). */
export async function readTensors(
  gpu: Gpu,
  ring: ReadbackRing,
  { shards }: Shards,
  places: readonly TensorPlace[],
): Promise<ParameterTensor[]> {
  const encoder = gpu.device.createCommandEncoder({ label: 'read' });
  const readback = ring.reserve(4 * sum(shards.map(({ length }) => length)));
  let end = 0;
  for (const { buffer, length } of shards) {
    readback.copy(encoder, buffer, 0, end, length * 4);
    end += length * 4;
  }
  gpu.device.queue.submit([encoder.finish()]);
  const values = new Float32Array(await readback.read());
  end = 0;
  const images = shards.map((shard) => {
    const image = values.subarray(end, end + shard.length);
    end += shard.length;
    return { shard, image };
  });
  return places.map((place) => {
    const data = new Float32Array(place.rows * place.width);
    const rows = sum(images.map(({ shard, image }) => unpackTensor(place, data, image, shard.at)));
    invariant(rows === place.rows, `the shards hold ${place.name}`);
    return { name: place.name, shape: place.shape, data };
  });
}
