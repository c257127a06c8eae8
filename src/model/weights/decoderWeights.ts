/** A decoder's weights on the GPU, with the folded transposes that the forward products read. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { Plan, type BufferSlice, type KernelCall } from '../../gpu/plan';
import type { GemmSpec } from '../../kernels/gemm';
import { foldWeights } from '../../kernels/optimizer';
import { bindTensor } from '../../kernels/tensor';
import { InputError } from '../../lib/errors';
import { at } from '../../lib/invariant';
import {
  foldedRegions,
  wholeRegions,
  type FoldedRegion,
  type MatrixRegion,
  type ParameterLayout,
  type Region,
} from './layout';
import { cutShards, Shards, type ShardLimits } from './shards';
import { foldTables } from './stepTables';
import { packTensors, type NamedWeights } from './tensorImage';

/** A buffer is no larger than this, however much a device would bind, unless a matrix alone is. */
const usualShardBytes = 2 ** 30;

/** What one buffer of parameters may hold on a device; `maxBytes` lowers what it binds. */
export function shardLimits({ limits }: Pick<Gpu, 'limits'>, maxBytes = Infinity): ShardLimits {
  const bound = Math.min(limits['maxBufferSize'] ?? 0, limits['maxStorageBufferBindingSize'] ?? 0, maxBytes);
  return { usual: Math.floor(Math.min(bound, usualShardBytes) / 4), most: Math.floor(bound / 4) };
}

export class DecoderWeights {
  readonly weights: Shards;
  private readonly folded: Shards;
  private readonly foldCalls: readonly KernelCall[];
  private foldPlan: Promise<Plan> | null = null;

  constructor(
    private readonly gpu: Gpu,
    pool: BufferPool,
    readonly layout: ParameterLayout,
    readonly limits: ShardLimits,
  ) {
    this.weights = new Shards(pool, 'weights', 'weights', cutShards(wholeRegions(layout), limits));
    const transposes = foldedRegions(layout).map(({ folded, name }) => ({ ...folded, name: `${name}, folded` }));
    this.folded = new Shards(pool, 'folded weights', 'folded weights', cutShards(transposes, limits));
    this.foldCalls = foldTables(layout, this.weights, this.folded).map((table) =>
      foldWeights({
        matrices: uploadTable(gpu, pool, 'matrix table', table.matrices),
        matrixCount: table.matrices.length / 8,
        largestBlocks: table.largestBlocks,
        weights: { buffer: at(this.weights.shards, table.weights).buffer },
        gains: { buffer: at(this.weights.shards, table.gains).buffer },
        folded: { buffer: at(this.folded.shards, table.folded).buffer },
      }),
    );
  }

  matrix(region: MatrixRegion): BufferSlice {
    return bindTensor(this.weights.handle(region));
  }

  vector(region: Region): BufferSlice {
    return this.weights.slice(region);
  }

  /** Factor of y = x W^T for W = `region`, gains folded in: [columns, rows]. */
  forwardFactor({ rows, columns, folded }: FoldedRegion): Pick<GemmSpec, 'b' | 'k' | 'n'> {
    return { b: this.folded.slice(folded), k: columns, n: rows };
  }

  /** Factor of d x = d y W. */
  backwardFactor(region: MatrixRegion): Pick<GemmSpec, 'b' | 'k' | 'n'> {
    return { b: this.matrix(region), k: region.rows, n: region.columns };
  }

  /** Replaces all weights by these tensors and refreshes the transposes. Throws `InputError` naming a tensor that is missing. */
  async upload(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    for (const { name, shape } of this.layout.tensors)
      if (!tensors.has(name)) throw new InputError(name, 'missing', `a tensor of shape [${shape.join(', ')}]`);
    packTensors(this.gpu, this.weights, this.layout.tensors, tensors);
    this.foldPlan ??= Plan.build(this.gpu, 'fold', this.foldCalls);
    const plan = await this.foldPlan;
    const encoder = this.gpu.device.createCommandEncoder({ label: 'fold' });
    const pass = encoder.beginComputePass();
    plan.encode(pass, {});
    pass.end();
    this.gpu.counts.passes++;
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  /** The dispatches that refresh the transposes after a change of the weights. */
  refresh(): readonly KernelCall[] {
    return this.foldCalls;
  }
}

export function uploadTable(gpu: Gpu, pool: BufferPool, label: string, values: readonly number[]): BufferSlice {
  const buffer = pool.storage('tables', label, values.length);
  gpu.device.queue.writeBuffer(buffer, 0, new Uint32Array(values));
  return { buffer };
}
