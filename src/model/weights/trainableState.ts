/** What training adds to a decoder's weights: gradients, AdamW's moments, and the dispatches of an optimiser step. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { Plan, type BufferSlice, type KernelCall } from '../../gpu/plan';
import { adamw, carriedSums, finishGradients, gainGradients, gradNorm } from '../../kernels/optimizer';
import type { TensorHandle } from '../../kernels/tensor';
import type { KernelVariant } from '../../kernels/variant';
import { at } from '../../lib/invariant';
import type { OptimizerOptions } from '../policy';
import { uploadTable, type DecoderWeights } from './decoderWeights';
import { wholeRegions, type MatrixRegion, type ParameterLayout, type Region } from './layout';
import { cutShards, Shards, type ShardLimits } from './shards';
import { finishTables } from './stepTables';

/** Floats of AdamW's uniform, see adamw.wgsl. */
const optionFloats = 12;

/** The gradients' runs of addresses: those of the weights, and the gradient of a tied head behind the last of them, in a
 * buffer of its own where it does not fit. */
export function gradientRuns(layout: ParameterLayout, limits: ShardLimits): Region[] {
  const regions = wholeRegions(layout);
  return cutShards(layout.decoder.tied ? [...regions, layout.headGradient] : regions, limits);
}

export interface TrainableBuffers {
  readonly gradients: Shards;
  readonly firstMoment: Shards;
  readonly secondMoment: Shards;
  /** Gradient norm, 1 if the step was skipped. */
  readonly report: GPUBuffer;
  readonly options: GPUBuffer;
}

export class TrainableState {
  private constructor(
    private readonly gpu: Gpu,
    readonly buffers: TrainableBuffers,
    private readonly finishPlan: Plan,
    private readonly stepPlan: Plan,
  ) {}

  /** Allocates gradients and moments, both zero, and compiles the step. */
  static async create(
    gpu: Gpu,
    pool: BufferPool,
    weights: DecoderWeights,
    variant: KernelVariant,
  ): Promise<TrainableState> {
    const { layout, limits } = weights;
    const moment = (label: string) => new Shards(pool, 'optimizer', label, weights.weights.shards);
    const buffers: TrainableBuffers = {
      gradients: new Shards(pool, 'gradients', 'gradients', gradientRuns(layout, limits)),
      firstMoment: moment('first moment'),
      secondMoment: moment('second moment'),
      report: pool.storage('optimizer', 'report', 4),
      options: pool.uniform('adamw options', optionFloats * 4),
    };
    const partial: BufferSlice = { buffer: pool.storage('gradients', 'norm partial sums', variant.normPartials) };
    const finish = [
      ...finishCalls(gpu, pool, weights, buffers.gradients, variant),
      ...normCalls(pool, weights, buffers.gradients, variant, partial),
    ];
    const step = [...adamwCalls(weights, buffers, variant, partial), ...weights.refresh()];
    const [finishPlan, stepPlan] = await Promise.all([
      Plan.build(gpu, 'finish gradients', finish),
      Plan.build(gpu, 'optimizer step', step),
    ]);
    return new TrainableState(gpu, buffers, finishPlan, stepPlan);
  }

  gradient(region: MatrixRegion): TensorHandle {
    return this.buffers.gradients.handle(region);
  }

  vectorGradient(region: Region): BufferSlice {
    return this.buffers.gradients.slice(region);
  }

  clearGradients(encoder: GPUCommandEncoder): void {
    for (const { buffer } of this.buffers.gradients.shards) encoder.clearBuffer(buffer);
  }

  /** Gradients of maps behind norms and of the norms' gains, then the sums of squares. */
  encodeFinish(pass: GPUComputePassEncoder): void {
    this.finishPlan.encode(pass, {});
  }

  /** AdamW's options for optimiser step `step` (1-based); written before the submit that holds the step. */
  writeOptions(options: OptimizerOptions, step: number, vectorDecay: boolean): void {
    const { learningRate, beta1, beta2, eps, weightDecay, maxGradNorm } = options;
    const values = [
      learningRate, beta1, beta2, eps, weightDecay, vectorDecay ? weightDecay : 0, 1 - beta1 ** step, Math.sqrt(1 - beta2 ** step),
      Number.isFinite(maxGradNorm) ? maxGradNorm : 3e38, 0, 0, 0,
    ]; // prettier-ignore
    this.gpu.device.queue.writeBuffer(this.buffers.options, 0, new Float32Array(values));
  }

  encodeStep(pass: GPUComputePassEncoder): void {
    this.stepPlan.encode(pass, {});
  }
}

function finishCalls(
  gpu: Gpu,
  pool: BufferPool,
  { layout, weights }: DecoderWeights,
  gradients: Shards,
  variant: KernelVariant,
): KernelCall[] {
  const { finish, gain, chunkCount } = finishTables(layout, weights, gradients);
  const columns = layout.decoder.widths.x;
  const partial = { buffer: pool.storage('gradients', 'gain partial sums', chunkCount * columns) };
  const bufferOf = ({ shards }: Shards, index: number): BufferSlice => ({ buffer: at(shards, index).buffer });
  return [
    ...finish.map((table) =>
      finishGradients({
        variant,
        weights: bufferOf(weights, table.weights),
        gains: bufferOf(weights, table.gains),
        grads: bufferOf(gradients, table.grads),
        folded: table.folded === table.grads ? null : bufferOf(gradients, table.folded),
        chunks: uploadTable(gpu, pool, 'chunk table', table.chunks),
        chunkCount: table.chunks.length / 8,
        partial,
        columns,
      }),
    ),
    ...gain.map((table) =>
      gainGradients({
        variant,
        norms: uploadTable(gpu, pool, 'norm table', table.norms),
        normCount: table.norms.length / 4,
        partial,
        grads: bufferOf(gradients, table.gains),
        columns,
      }),
    ),
  ];
}

function normCalls(
  pool: BufferPool,
  { weights: { shards } }: DecoderWeights,
  gradients: Shards,
  variant: KernelVariant,
  partial: BufferSlice,
): KernelCall[] {
  const several = shards.length > 1;
  const carried = several ? { buffer: pool.storage('gradients', 'carried sums', carriedSums(variant)) } : null;
  return gradNorm({
    variant,
    shards: shards.map(({ at: start, length }, s) => ({
      grads: { buffer: at(gradients.shards, s).buffer },
      start,
      count: length,
    })),
    partial,
    carried,
  });
}

/** One dispatch for each shard of the weights. */
function adamwCalls(
  { layout, weights: { shards } }: DecoderWeights,
  buffers: TrainableBuffers,
  variant: KernelVariant,
  partial: BufferSlice,
): KernelCall[] {
  const bufferOf = (owner: Shards, s: number): BufferSlice => ({ buffer: at(owner.shards, s).buffer });
  return shards.map(({ buffer, at: start, length }, s) =>
    adamw({
      variant,
      options: { buffer: buffers.options },
      weights: { buffer },
      grads: bufferOf(buffers.gradients, s),
      firstMoment: bufferOf(buffers.firstMoment, s),
      secondMoment: bufferOf(buffers.secondMoment, s),
      partial,
      report: { buffer: buffers.report },
      count: length,
      vectorsAt: Math.min(length, Math.max(0, layout.vectorsAt - start)),
    }),
  );
}
