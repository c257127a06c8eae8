/** Frozen matrices on their way to the GPU: as the file has them, widened, or quantised, a run of rows at a time. */
import type { Gpu } from '../../gpu/device';
import { isQuantised, type QuantisedType, type TensorType, type TensorWindow } from '../../kernels/tensor';
import { invariant } from '../../lib/invariant';
import { widen } from '../safetensors';
import type { MatrixRegion, TensorPlace } from './layout';
import { quantisedImage, quantiseRows } from './quantise';
import type { NamedWeights } from './tensorImage';

/** Rows that are widened at once on their way into fewer bits. */
const rowsAtOnce = 256;

/** Writes the rows of `window` from the tensors that lie in the matrix. */
export function uploadRows(
  { device }: Gpu,
  region: MatrixRegion,
  window: TensorWindow,
  places: readonly TensorPlace[],
  tensors: ReadonlyMap<string, NamedWeights>,
): void {
  const { buffer, offset, type } = window.tensor;
  const parts = places.flatMap((place) => partOf(region, window, place, tensors.get(place.name)));
  device.queue.writeBuffer(buffer, offset, isQuantised(type) ? quantised(window, type, parts) : plain(window, parts));
}

/** Rows of a tensor that lie in a window: [from, end) of the tensor, from row `to` on of the window. */
interface Part {
  readonly tensor: NamedWeights;
  readonly width: number;
  readonly from: number;
  readonly end: number;
  readonly to: number;
}

function partOf(
  region: MatrixRegion,
  { first, tensor: { rows } }: TensorWindow,
  place: TensorPlace,
  tensor: NamedWeights | undefined,
): Part[] {
  invariant(tensor !== undefined, 'tensors are checked before');
  const top = (place.at - region.at) / region.columns;
  const from = Math.max(0, first - top);
  const end = Math.min(place.rows, first + rows - top);
  return from < end ? [{ tensor, width: place.width, from, end, to: top + from - first }] : [];
}

function quantised(
  { tensor: { rows, columns } }: TensorWindow,
  type: QuantisedType,
  parts: readonly Part[],
): Uint32Array<ArrayBuffer> {
  const image = quantisedImage(type, rows, columns);
  for (const { tensor, width, from, end, to } of parts)
    for (let row = from; row < end; row += rowsAtOnce) {
      const values = float32Rows(tensor, row * width, Math.min(end, row + rowsAtOnce) * width);
      quantiseRows(values, width, image, to + row - from);
    }
  return image.words;
}

function float32Rows({ data, stored }: Pick<NamedWeights, 'data' | 'stored'>, from: number, to: number): Float32Array {
  return stored ? widen({ type: stored.type, values: stored.values.subarray(from, to) }) : data.subarray(from, to);
}

function plain(
  { tensor: { rows, columns, type } }: TensorWindow,
  parts: readonly Part[],
): Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  const image = type === 'f32' ? new Float32Array(rows * columns) : new Uint16Array(rows * columns);
  for (const { tensor, width, from, end, to } of parts) {
    const values = valuesOf(tensor, type);
    for (let row = from; row < end; row++)
      image.set(values.subarray(row * width, (row + 1) * width), (to + row - from) * columns);
  }
  return image;
}

/** A tensor's values as `type` stores them: as the file has them, or all as float32. */
function valuesOf(tensor: NamedWeights, type: TensorType): Float32Array | Uint16Array {
  if (type === 'f32') return tensor.data;
  invariant(tensor.stored?.type === type, 'a matrix has the type of its tensors');
  return tensor.stored.values;
}
