/**
 * Weights that do not train: one copy of every matrix, [out, in] as it came, in float32, float16 or bfloat16. Both directions
 * read it, and gains are applied as it is read: they could not be folded into rounded weights. Vectors are float32.
 */
import { formatBytes, type BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import type { BufferSlice } from '../../gpu/plan';
import type { Factor } from '../../kernels/gemm';
import { bindTensor, bytesOf, type TensorHandle, type TensorType, type TensorWindow } from '../../kernels/tensor';
import { windowTokens } from '../../kernels/vocabulary';
import { InputError } from '../../lib/errors';
import { at, invariant } from '../../lib/invariant';
import {
  matrixRegions,
  vectorRegions,
  type FoldedRegion,
  type MatrixRegion,
  type ParameterLayout,
  type Region,
  type TableWindow,
  type TensorPlace,
} from './layout';
import { cutShards, Shards, type ShardLimits } from './shards';
import { checkTensors, packTensors, type NamedWeights } from './tensorImage';
import type { WeightSource } from './weightSource';

/** Bindings begin on multiples of this. */
const alignment = 256;

export class FrozenWeights implements WeightSource {
  private readonly vectors: Shards;
  /** By address; the head of a tied decoder is its embedding. */
  private readonly matrices: ReadonlyMap<number, readonly TensorWindow[]>;

  /** `typeOf`: how a matrix is stored, from the tensors that it is made of. Throws `InputError` where a layer's matrix is larger
   * than what the device binds. */
  constructor(
    private readonly gpu: Gpu,
    pool: BufferPool,
    readonly layout: ParameterLayout,
    limits: ShardLimits,
    typeOf: (matrix: MatrixRegion) => TensorType,
  ) {
    this.vectors = new Shards(pool, 'weights', 'vectors', cutShards(vectorRegions(layout), limits));
    this.matrices = placeMatrices(pool, layout, limits, typeOf);
  }

  embedding(): readonly TensorWindow[] {
    return this.windows(this.layout.embedding);
  }

  vector(region: Region): BufferSlice {
    return this.vectors.slice(region);
  }

  forwardFactor(region: FoldedRegion): Factor {
    return this.forward(region, at(this.windows(region), 0).tensor);
  }

  backwardFactor(region: MatrixRegion): Factor {
    return backward(at(this.windows(region), 0).tensor);
  }

  forwardHead(): readonly Factor[] {
    return this.layout.headWindows.map((window) => this.forward(window, this.rowsOf(window)));
  }

  backwardHead(): readonly Factor[] {
    return this.layout.headWindows.map((window) => backward(this.rowsOf(window)));
  }

  async upload(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    checkTensors(this.layout.tensors, tensors);
    packTensors(this.gpu, this.vectors, this.layout.tensors, tensors);
    for (const region of matrixRegions(this.layout)) {
      const places = this.layout.tensors.filter(
        (place) => place.at >= region.at && place.at < region.at + region.length,
      );
      for (const window of this.windows(region)) uploadWindow(this.gpu, region, window, places, tensors);
    }
  }

  private forward({ gainAt, columns }: MatrixRegion, tensor: TensorHandle): Factor {
    const gain = gainAt === null ? null : this.vector({ at: gainAt, length: columns });
    return { b: bindTensor(tensor), type: tensor.type, natural: true, k: tensor.columns, n: tensor.rows, gain };
  }

  /** A window of the head, in the one buffer that holds it. */
  private rowsOf({ first, rows, columns }: TableWindow): TensorHandle {
    const owner = this.windows(this.layout.head).findLast((window) => window.first <= first);
    invariant(owner !== undefined, 'the first buffer of a table begins with its first row');
    return { ...owner.tensor, at: owner.tensor.at + (first - owner.first) * columns, rows };
  }

  private windows(region: MatrixRegion): readonly TensorWindow[] {
    const windows = this.matrices.get(region.at);
    invariant(windows !== undefined, `${region.name} has no place`);
    return windows;
  }
}

function backward(tensor: TensorHandle): Factor {
  return { b: bindTensor(tensor), type: tensor.type, k: tensor.rows, n: tensor.columns };
}

/** A frozen matrix or a window of one, before it has a buffer. */
interface Piece {
  readonly region: MatrixRegion;
  readonly first: number;
  readonly rows: number;
  readonly type: TensorType;
  /** Bytes from the start of its buffer. */
  readonly offset: number;
}

/** As few buffers as hold the matrices, in the order of their addresses, within the limits (floats, as for trained weights). */
function placeMatrices(
  pool: BufferPool,
  layout: ParameterLayout,
  limits: ShardLimits,
  typeOf: (matrix: MatrixRegion) => TensorType,
): Map<number, TensorWindow[]> {
  const buffers: { pieces: Piece[]; bytes: number }[] = [];
  for (const region of matrixRegions(layout)) {
    const type = typeOf(region);
    for (const { first, rows } of cutRows(layout, region, type, limits)) {
      const bytes = rows * region.columns * bytesOf[type];
      const open = buffers.at(-1);
      const offset = open ? Math.ceil(open.bytes / alignment) * alignment : 0;
      if (open && offset + bytes <= limits.usual * 4) {
        open.pieces.push({ region, first, rows, type, offset });
        open.bytes = offset + bytes;
      } else {
        buffers.push({ pieces: [{ region, first, rows, type, offset: 0 }], bytes });
      }
    }
  }
  const placed = new Map<number, TensorWindow[]>();
  buffers.forEach(({ pieces, bytes }, index) => {
    const buffer = pool.storage('weights', `frozen weights ${index}`, Math.ceil(bytes / 4));
    for (const { region, first, rows, type, offset } of pieces) {
      const tensor = { buffer, at: offset / bytesOf[type], rows, columns: region.columns, type };
      placed.set(region.at, [...(placed.get(region.at) ?? []), { first, tensor }]);
    }
  });
  return placed;
}

/** Runs of rows that one binding holds. Embedding and head may take several, cut between windows of the vocabulary; the maps of a
 * layer are computed whole. */
function cutRows(
  { embedding, head }: ParameterLayout,
  { name, at: address, rows, columns }: MatrixRegion,
  type: TensorType,
  limits: ShardLimits,
): { first: number; rows: number }[] {
  const rowBytes = columns * bytesOf[type];
  if (rows * rowBytes <= limits.most * 4) return [{ first: 0, rows }];
  const most = Math.floor((limits.most * 4) / rowBytes / windowTokens) * windowTokens;
  if (most === 0 || (address !== embedding.at && address !== head.at)) {
    const allowed = `no buffer over ${formatBytes(limits.most * 4)}, this device's limit`;
    throw new InputError('model', `${formatBytes(rows * rowBytes)} for its ${name}`, allowed);
  }
  return Array.from({ length: Math.ceil(rows / most) }, (_, i) => ({
    first: i * most,
    rows: Math.min(most, rows - i * most),
  }));
}

function uploadWindow(
  { device }: Gpu,
  region: MatrixRegion,
  { first, tensor }: TensorWindow,
  places: readonly TensorPlace[],
  tensors: ReadonlyMap<string, NamedWeights>,
): void {
  const { buffer, at: start, rows, columns, type } = tensor;
  const image = type === 'f32' ? new Float32Array(rows * columns) : new Uint16Array(rows * columns);
  for (const place of places) {
    const values = valuesOf(tensors.get(place.name), type);
    const top = (place.at - region.at) / columns;
    for (let row = Math.max(0, first - top); row < Math.min(place.rows, first + rows - top); row++)
      image.set(values.subarray(row * place.width, (row + 1) * place.width), (top + row - first) * columns);
  }
  device.queue.writeBuffer(buffer, start * bytesOf[type], image);
}

/** A tensor's values as `type` stores them: as the file has them, or all as float32. */
function valuesOf(tensor: NamedWeights | undefined, type: TensorType): Float32Array | Uint16Array {
  invariant(tensor !== undefined, 'tensors are checked before');
  if (type === 'f32') return tensor.data;
  invariant(tensor.stored?.type === type, 'a matrix has the type of its tensors');
  return tensor.stored.values;
}

/** The type that all tensors of a matrix have in common, float32 where they differ or say nothing. */
export function commonType(
  layout: ParameterLayout,
  tensors: ReadonlyMap<string, NamedWeights>,
): (matrix: MatrixRegion) => TensorType {
  return ({ at: start, length }) => {
    const own = layout.tensors.filter((place) => place.at >= start && place.at < start + length);
    const types = new Set(own.map(({ name }) => tensors.get(name)?.stored?.type ?? 'f32'));
    const [only = 'f32'] = types;
    return types.size === 1 ? only : 'f32';
  };
}
