/** What training adds to the weights that train: gradients, AdamW's moments, and the dispatches of an optimiser step. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { Plan, type BufferSlice, type KernelCall } from '../../gpu/plan';
import { adamw, carriedSums, gradNorm } from '../../kernels/optimizer';
import type { TensorHandle, TensorWindow } from '../../kernels/tensor';
import type { KernelVariant } from '../../kernels/variant';
import { at } from '../../lib/invariant';
import { sum } from '../../lib/numeric';
import type { OptimizerOptions } from '../policy';
import type { MatrixRegion, Region } from './layout';
import { Shards } from './shards';
import type { TrainedTensors } from './trainedTensors';

/** Floats of AdamW's uniform, see adamw.wgsl. */
const optionFloats = 12;

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
    trained: TrainedTensors,
    variant: KernelVariant,
  ): Promise<TrainableState> {
    const moment = (label: string) => new Shards(pool, 'optimizer', label, trained.values.shards);
    const buffers: TrainableBuffers = {
      gradients: new Shards(pool, 'gradients', 'gradients', trained.gradientRuns()),
      firstMoment: moment('first moment'),
      secondMoment: moment('second moment'),
      report: pool.storage('optimizer', 'report', 4),
      options: pool.uniform('adamw options', optionFloats * 4),
    };
    const partial: BufferSlice = { buffer: pool.storage('gradients', 'norm partial sums', variant.normPartials) };
    const finish = [
      ...trained.finish(pool, buffers.gradients, variant),
      ...normCalls(pool, trained, buffers.gradients, variant, partial),
    ];
    const step = [...adamwCalls(trained, buffers, variant, partial), ...trained.refresh()];
    const [finishPlan, stepPlan] = await Promise.all([
      Plan.build(gpu, 'finish gradients', finish),
      Plan.build(gpu, 'optimizer step', step),
    ]);
    return new TrainableState(gpu, buffers, finishPlan, stepPlan);
  }

  gradient(region: MatrixRegion): TensorHandle {
    return this.buffers.gradients.handle(region);
  }

  /** The same of a matrix that may lie in several buffers, by runs of its rows. */
  gradientWindows(region: MatrixRegion): readonly TensorWindow[] {
    return this.buffers.gradients.windows(region);
  }

  vectorGradient(region: Region): BufferSlice {
    return this.buffers.gradients.slice(region);
  }

  /** Values that train. */
  get count(): number {
    return sum(this.buffers.firstMoment.shards.map(({ length }) => length));
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

function normCalls(
  pool: BufferPool,
  { values: { shards } }: TrainedTensors,
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
  { vectorsAt, values: { shards } }: TrainedTensors,
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
      vectorsAt: Math.min(length, Math.max(0, vectorsAt - start)),
    }),
  );
}
