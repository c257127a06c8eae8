/**
 * What the policy and the critic share: a decoder's weights, what it trains with, its plan over packed rows and its runner.
 *
 * Buffers and plans are made on first use, for capacities that grow with the work; in the steady state nothing is created and
 * an optimiser step is one submit (more where one would take longer than `Gpu.submitBudgetMs`).
 */
import { BufferPool } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { ReadbackRing } from '../gpu/readback';
import { noLoss, type RowLossOptions } from '../kernels/batchUniform';
import { kernelVariant, type KernelVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import { packSequences, rowsOf, type MicroBatch, type PackInput } from './batch/packing';
import { planCapacity, wishOf, type CapacityBounds, type CapacityWish } from './batch/planCapacity';
import type { ModelConfig } from './config';
import { PackedPlan, type TrainingStages } from './decoder/packedPlan';
import { contextOf, ropeTable } from './decoder/ropeTable';
import { describeDecoder, type HeadKind } from './description';
import type { OptimizerOptions, ParameterTensor, Watch } from './policy';
import { MicroBatchRunner, type MicroBatchResult } from './steps/microBatchRunner';
import { DecoderWeights, shardLimits } from './weights/decoderWeights';
import { FrozenWeights } from './weights/frozenWeights';
import { layoutParameters, type MatrixRegion, type ParameterLayout } from './weights/layout';
import { ParameterStore } from './weights/parameterStore';
import type { NamedWeights } from './weights/tensorImage';
import { TrainableState } from './weights/trainableState';
import type { TrainedTensors } from './weights/trainedTensors';
import type { WeightSource } from './weights/weightSource';
import type { AdapterConfig } from './adapter/adapterConfig';
import { AdapterWeights } from './adapter/adapterWeights';
import type { TensorType } from '../kernels/tensor';

export interface DecoderOptions extends CapacityBounds {
  /** Decoupled weight decay on norm gains and biases too (PyTorch's default groups). */
  readonly decayVectors?: boolean;
  /** Kernel shapes; by default chosen from the adapter. */
  readonly variant?: KernelVariant;
  /** Bytes of one buffer of parameters at most, below what the device binds; for tests of several. */
  readonly maxShardBytes?: number;
  /** The weights do not train: an adapter beside them does. */
  readonly frozen?: FrozenBase;
}

export interface FrozenBase {
  readonly adapter: AdapterConfig;
  /** How each matrix is stored. */
  readonly typeOf: (layout: ParameterLayout) => (matrix: MatrixRegion) => TensorType;
}

/** Sequences packed for the plan in use. */
export interface PackedWork {
  readonly plan: PackedPlan;
  readonly batches: readonly MicroBatch[];
}

/** Packed work with what its training needs; serves any number of steps. */
export interface PackedTraining extends PackedWork {
  readonly stages: TrainingStages;
  readonly trainable: TrainableState;
}

/** A micro-batch's head rows as the loss kernel reads them. */
export type HeadTable = (batch: MicroBatch) => ArrayBuffer;

export class DecoderCore {
  readonly layout: ParameterLayout;
  readonly variant: KernelVariant;
  readonly pool: BufferPool;
  readonly ring: ReadbackRing;
  readonly weights: WeightSource;
  readonly adapter: AdapterWeights | null;
  readonly store: ParameterStore;
  private readonly trained: TrainedTensors;
  readonly rope: GPUBuffer;
  private readonly runner: MicroBatchRunner;
  private readonly contextLength: number;
  private prepared: Promise<TrainableState> | null = null;
  private current: PackedPlan | null = null;

  constructor(
    readonly gpu: Gpu,
    readonly config: ModelConfig,
    headKind: HeadKind,
    private readonly options: DecoderOptions,
    label: string,
  ) {
    this.layout = layoutParameters(describeDecoder(config, headKind));
    this.variant = options.variant ?? kernelVariant(gpu);
    this.pool = new BufferPool(gpu, label);
    this.ring = new ReadbackRing(gpu, label);
    const limits = shardLimits(gpu, options.maxShardBytes);
    if (options.frozen) {
      const { adapter, typeOf } = options.frozen;
      this.weights = new FrozenWeights(gpu, this.pool, this.layout, limits, typeOf(this.layout));
      this.adapter = new AdapterWeights(gpu, this.pool, this.layout.decoder, adapter, limits);
      this.trained = this.adapter;
    } else {
      const weights = new DecoderWeights(gpu, this.pool, this.layout, limits);
      this.weights = weights;
      this.adapter = null;
      this.trained = weights;
    }
    this.store = new ParameterStore(gpu, this.ring, this.trained, () => this.trainable());
    this.runner = new MicroBatchRunner(gpu, this.ring, label);
    this.contextLength = contextOf(config);
    const table = ropeTable(this.contextLength, config.headDim, config.ropeTheta);
    this.rope = this.pool.storage('tables', 'rope', table.length);
    gpu.device.queue.writeBuffer(this.rope, 0, new Float32Array(table));
  }

  loadTensors(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    return this.weights.upload(tensors);
  }

  /** Replaces what trains by these tensors. Throws `InputError` naming one that is missing. */
  loadTrained(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    return this.trained.upload(tensors);
  }

  /** Gradients and moments; sampling alone needs none. */
  trainable(): Promise<TrainableState> {
    this.prepared ??= TrainableState.create(this.gpu, this.pool, this.trained, this.variant);
    return this.prepared;
  }

  /** Packs for a plan that is large enough. Throws `InputError` for a sequence past the model's context. */
  pack(inputs: readonly PackInput[]): PackedWork {
    for (const input of inputs) this.checkLength(rowsOf(input));
    const plan = this.plan(wishOf(inputs));
    return { plan, batches: packSequences(inputs, plan.capacity) };
  }

  async packTraining(inputs: readonly PackInput[]): Promise<PackedTraining> {
    const work = this.pack(inputs);
    const trainable = await this.trainable();
    const stages = await work.plan.training(trainable);
    this.gpu.check();
    return { ...work, stages, trainable };
  }

  /** A plan with room for the wanted rows as far as memory allows, and at least for the longest sequence. */
  plan(wish: CapacityWish): PackedPlan {
    const { gpu, config, variant, weights, adapter, options, current } = this;
    const capacity = planCapacity(
      gpu,
      config,
      this.layout.decoder,
      variant,
      adapter?.layout.lowWidth ?? 0,
      options,
      wish,
      current?.capacity ?? null,
    );
    if (current?.capacity === capacity) return current;
    current?.dispose();
    return (this.current = new PackedPlan(gpu, { config, variant, weights, adapter }, capacity, this.rope));
  }

  /** The plan in use. */
  currentPlan(): PackedPlan | null {
    return this.current;
  }

  /** Four floats for each head row, micro-batch after micro-batch (see `PackedPlan.scores`); `base`: with the adapter off. */
  async score(
    { plan, batches }: PackedWork,
    table: HeadTable,
    temperature: number,
    base = false,
    watch?: Watch,
  ): Promise<Float32Array> {
    const forward = await (base ? plan.baseScores() : plan.scores());
    this.gpu.check();
    const loss = { ...noLoss, temperature };
    return (await this.runner.run({ plan, batches, table, loss, forward, training: null }, undefined, watch)).rows;
  }

  /** Gradients of the loss, and no step. */
  async gradients(
    work: PackedTraining,
    table: HeadTable,
    loss: RowLossOptions,
  ): Promise<{ readonly rows: Float32Array; readonly gradients: ParameterTensor[] }> {
    const { rows } = await this.run(work, table, loss, false);
    const gradients = await this.store.read(work.trainable.buffers.gradients);
    if (work.batches.length > 0) return { rows, gradients };
    // Nothing pulls, so nothing was run: what lies in the buffers is the gradient of an earlier batch.
    return { rows, gradients: gradients.map((tensor) => ({ ...tensor, data: new Float32Array(tensor.data.length) })) };
  }

  /** Submits an optimiser step, unless two are in flight already, and resolves when its results are read back. A step that
   * the GPU skips does not count. */
  async step(
    work: PackedTraining,
    table: HeadTable,
    loss: RowLossOptions,
    optimizer: OptimizerOptions,
    watch?: Watch,
  ): Promise<MicroBatchResult> {
    let counted = 0;
    const prepare = (): void => {
      counted = 1;
      this.store.optimizerStep++;
      work.trainable.writeOptions(optimizer, this.store.optimizerStep, this.options.decayVectors ?? true);
    };
    try {
      const result = await this.run(work, table, loss, true, prepare, watch);
      if (!result.skipped) counted = 0;
      return result;
    } finally {
      // skipped, or ended before its optimiser step
      this.store.optimizerStep -= counted;
    }
  }

  checkLength(tokens: number): void {
    if (tokens > this.contextLength)
      throw new InputError('sequence length', tokens, `at most ${this.contextLength} tokens (the model's context)`);
  }

  dispose(): void {
    this.current?.dispose();
    this.ring.dispose();
    this.pool.dispose();
  }

  private run(
    { plan, batches, stages, trainable }: PackedTraining,
    table: HeadTable,
    loss: RowLossOptions,
    step: boolean,
    prepare?: () => void,
    watch?: Watch,
  ): Promise<MicroBatchResult> {
    const training = { backward: stages.backward, trainable, step };
    return this.runner.run({ plan, batches, table, loss, forward: stages.forward, training }, prepare, watch);
  }
}
