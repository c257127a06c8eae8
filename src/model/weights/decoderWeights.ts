/** A decoder's weights that train, on the GPU, with the folded transposes that the forward products read. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { Plan, type BufferSlice, type KernelCall } from '../../gpu/plan';
import type { Factor } from '../../kernels/gemm';
import { foldWeights } from '../../kernels/optimizer';
import { bindTensor, type TensorHandle, type TensorWindow } from '../../kernels/tensor';
import type { KernelVariant } from '../../kernels/variant';
import { at } from '../../lib/invariant';
import {
  tableWindows,
  type FoldedRegion,
  type MatrixRegion,
  type ParameterLayout,
  type Region,
  type TensorPlace,
} from './layout';
import { cutFolded, foldedRegions, wholeRegions, type FactorPiece } from './pieces';
import { cutShards, Shards, type ShardLimits } from './shards';
import { finishCalls } from './finishCalls';
import { foldTables } from './stepTables';
import type { TrainedTensors } from './trainedTensors';
import { uploadTable } from './uploadTable';
import { checkTensors, packTensors, type NamedWeights } from './tensorImage';
import type { WeightSource } from './weightSource';

/** A buffer is no larger than this, however much a device would bind, unless a matrix alone is. */
const usualShardBytes = 2 ** 30;

/** What one buffer of parameters may hold on a device; `maxBytes` lowers what it binds. */
export function shardLimits({ limits }: Pick<Gpu, 'limits'>, maxBytes = Infinity): ShardLimits {
  const bound = Math.min(limits['maxBufferSize'] ?? 0, limits['maxStorageBufferBindingSize'] ?? 0, maxBytes);
  return { usual: Math.floor(Math.min(bound, usualShardBytes) / 4), most: Math.floor(bound / 4) };
}

/** The gradients' runs of addresses: those of the weights, and the gradient of a tied head behind the last of them, in a
 * buffer of its own where it does not fit. */
export function gradientRuns(layout: ParameterLayout, limits: ShardLimits): Region[] {
  const regions = wholeRegions(layout, limits.most);
  return cutShards(layout.decoder.tied ? [...regions, ...tableWindows(layout.headGradient)] : regions, limits);
}

export class DecoderWeights implements WeightSource, TrainedTensors {
  readonly values: Shards;
  private readonly folded: Shards;
  private readonly foldCalls: readonly KernelCall[];
  private foldPlan: Promise<Plan> | null = null;

  constructor(
    private readonly gpu: Gpu,
    pool: BufferPool,
    readonly layout: ParameterLayout,
    readonly limits: ShardLimits,
  ) {
    this.values = new Shards(pool, 'weights', 'weights', cutShards(wholeRegions(layout, limits.most), limits));
    const transposes = foldedRegions(layout, limits.most).map(({ folded, name }) => ({
      ...folded,
      name: `${name}, folded`,
    }));
    this.folded = new Shards(pool, 'folded weights', 'folded weights', cutShards(transposes, limits));
    this.foldCalls = foldTables(foldedRegions(layout, limits.most), this.values, this.folded).map((table) =>
      foldWeights({
        matrices: uploadTable(gpu, pool, 'matrix table', table.matrices),
        matrixCount: table.matrices.length / 8,
        largestBlocks: table.largestBlocks,
        weights: { buffer: at(this.values.shards, table.weights).buffer },
        gains: { buffer: at(this.values.shards, table.gains).buffer },
        folded: { buffer: at(this.folded.shards, table.folded).buffer },
      }),
    );
  }

  embedding(): readonly TensorWindow[] {
    return this.values.windows(this.layout.embedding);
  }

  vector(region: Region): BufferSlice {
    return this.values.slice(region);
  }

  /** W^T with gains folded in: [columns, rows of the piece]. */
  forwardFactors(region: FoldedRegion): readonly FactorPiece[] {
    return cutFolded(region, this.limits.most).map((piece) => ({ first: piece.first, ...this.forward(piece) }));
  }

  backwardFactors(region: MatrixRegion): readonly FactorPiece[] {
    return this.values.windows(region).map(({ first, tensor }) => ({ first, ...backward(tensor) }));
  }

  forwardHead(): readonly Factor[] {
    return this.layout.headWindows.map((window) => this.forward(window));
  }

  backwardHead(): readonly Factor[] {
    return this.layout.headWindows.map((window) => backward(this.values.handle(window)));
  }

  /** Replaces all weights by these tensors and refreshes the transposes. Throws `InputError` naming a tensor that is missing. */
  async upload(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    checkTensors(this.layout.tensors, tensors);
    packTensors(this.gpu, this.values, this.layout.tensors, tensors);
    this.foldPlan ??= Plan.build(this.gpu, 'fold', this.foldCalls);
    const plan = await this.foldPlan;
    const encoder = this.gpu.device.createCommandEncoder({ label: 'fold' });
    const pass = encoder.beginComputePass();
    plan.encode(pass, {});
    pass.end();
    this.gpu.counts.passes++;
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  get tensors(): readonly TensorPlace[] {
    return this.layout.tensors;
  }

  get vectorsAt(): number {
    return this.layout.vectorsAt;
  }

  gradientRuns(): readonly Region[] {
    return gradientRuns(this.layout, this.limits);
  }

  /** Gradients of maps behind norms and of the norms' gains. */
  finish(pool: BufferPool, gradients: Shards, variant: KernelVariant): readonly KernelCall[] {
    return finishCalls(this.gpu, pool, this, gradients, variant);
  }

  /** The dispatches that refresh the transposes after a change of the weights. */
  refresh(): readonly KernelCall[] {
    return this.foldCalls;
  }
  private forward({ rows, columns, folded }: FoldedRegion): Factor {
    return { b: this.folded.slice(folded), k: columns, n: rows };
  }
}

function backward(tensor: TensorHandle): Factor {
  return { b: bindTensor(tensor), k: tensor.rows, n: tensor.columns };
}
