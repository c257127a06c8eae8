/**
 * Weights that do not train: one copy of every matrix, [out, in] as it came, in float32, float16 or bfloat16, or quantised to 8 or 4
 * bits. Both directions read it, and gains are applied as it is read: they could not be folded into rounded weights. Vectors are
 * float32.
 */
import type { BufferPool } from '../../gpu/buffers';
import { formatBytes } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import type { BufferSlice } from '../../gpu/plan';
import type { Factor } from '../../kernels/gemm';
import { bindTensor, rowBytes, type TensorHandle, type TensorType, type TensorWindow } from '../../kernels/tensor';
import { windowTokens } from '../../kernels/vocabulary';
import { InputError } from '../../lib/errors';
import { at, invariant } from '../../lib/invariant';
import { uploadRows } from './frozenUpload';
import {
  isTable,
  matrixRegions,
  vectorRegions,
  type FoldedRegion,
  type MatrixRegion,
  type ParameterLayout,
  type Region,
  type TableWindow,
} from './layout';
import { cutRows, pieceRows, type FactorPiece } from './pieces';
import { cutShards, Shards, type ShardLimits } from './shards';
import { checkTensors, packTensors, type NamedWeights } from './tensorImage';
import type { WeightSource } from './weightSource';

/** Bindings begin on multiples of this. */
const alignment = 256;

export class FrozenWeights implements WeightSource {
  private readonly vectors: Shards;
  /** By address; the head of a tied decoder is its embedding. */
  private readonly matrices: ReadonlyMap<number, readonly TensorWindow[]>;

  /** `typeOf`: how a matrix is stored. Throws `InputError` where 64 rows of a matrix, or 4,096 of a table, are larger than what the
   * device binds. */
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

  forwardFactors(region: FoldedRegion): readonly FactorPiece[] {
    return this.windows(region).map(({ first, tensor }) => ({ first, ...this.forward(region, tensor) }));
  }

  backwardFactors(region: MatrixRegion): readonly FactorPiece[] {
    return this.windows(region).map(({ first, tensor }) => ({ first, ...backward(tensor) }));
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
      for (const window of this.windows(region)) uploadRows(this.gpu, region, window, places, tensors);
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
    const { tensor } = owner;
    return { ...tensor, offset: tensor.offset + (first - owner.first) * rowBytes(tensor.type, columns), rows };
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

/** A frozen matrix or rows of one, before it has a buffer; its offset is in bytes. */
type Place = Omit<TensorHandle, 'buffer'> & { readonly address: number; readonly first: number };

/** As few buffers as hold the matrices, in the order of their addresses, within the limits (floats, as for trained weights). */
function placeMatrices(
  pool: BufferPool,
  layout: ParameterLayout,
  limits: ShardLimits,
  typeOf: (matrix: MatrixRegion) => TensorType,
): Map<number, TensorWindow[]> {
  const buffers: { places: Place[]; bytes: number }[] = [];
  for (const region of matrixRegions(layout)) {
    const { at: address, columns } = region;
    const type = typeOf(region);
    for (const { first, rows } of cutFrozen(layout, region, rowBytes(type, columns), limits)) {
      const bytes = rows * rowBytes(type, columns);
      const open = buffers.at(-1);
      const offset = open ? Math.ceil(open.bytes / alignment) * alignment : 0;
      if (open && offset + bytes <= limits.usual * 4) {
        open.places.push({ address, first, rows, columns, type, offset });
        open.bytes = offset + bytes;
      } else {
        buffers.push({ places: [{ address, first, rows, columns, type, offset: 0 }], bytes });
      }
    }
  }
  const placed = new Map<number, TensorWindow[]>();
  buffers.forEach(({ places, bytes }, index) => {
    const buffer = pool.storage('weights', `frozen weights ${index}`, Math.ceil(bytes / 4));
    for (const { address, first, ...tensor } of places)
      placed.set(address, [...(placed.get(address) ?? []), { first, tensor: { buffer, ...tensor } }]);
  });
  return placed;
}

/** Runs of rows that one binding holds; embedding and head are cut between windows of the vocabulary. */
function cutFrozen(layout: ParameterLayout, region: MatrixRegion, bytesOfRow: number, limits: ShardLimits) {
  const step = isTable(layout, region) ? windowTokens : pieceRows;
  const runs = cutRows(region.rows, (limits.most * 4) / bytesOfRow, step);
  const bytes = at(runs, 0).rows * bytesOfRow;
  if (bytes > limits.most * 4) {
    const allowed = `no buffer over ${formatBytes(limits.most * 4)}, this device's limit`;
    throw new InputError('model', `${formatBytes(bytes)} for ${at(runs, 0).rows} rows of its ${region.name}`, allowed);
  }
  return runs;
}
