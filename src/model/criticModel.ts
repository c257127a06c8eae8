/**
 * PPO's critic: a second decoder of the policy's architecture with weights of its own and a value head in place of the
 * vocabulary's. V_t = score . norm(h), read at the row that predicts completion token t.
 *
 * It begins at the policy's weights with a value head of zeros, so that every first value is 0 without a seed (verl and
 * TRL draw the head at random). The same plans and kernels as the policy's compute it; only the loss differs.
 */
import { BufferPool } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { ReadbackRing } from '../gpu/readback';
import { kernelVariant, type KernelVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import { at } from '../lib/invariant';
import { sum } from '../lib/numeric';
import type { ModelConfig } from './config';
import type { Critic, CriticSequence, CriticTarget, CriticUpdate } from './critic';
import { layoutParameters } from './layout';
import { MicroBatchRunner } from './microBatchRunner';
import { packSequences, rowsOf, type MicroBatch, type PackInput } from './packing';
import { ParameterBuffers } from './parameterBuffers';
import { ParameterStore, type NamedWeights } from './parameterStore';
import { planCapacity, wishOf, type CapacityBounds } from './planCapacity';
import type { OptimizerOptions, ParameterTensor, PolicyCheckpoint } from './policy';
import type { LossOptions } from '../records/weighted';
import { contextOf, ropeTable } from './ropeTable';
import { TrainingPlan } from './trainingPlan';
import { valueTable } from './headTable';

export interface CriticOptions extends CapacityBounds {
  /** Decoupled weight decay on norm gains and biases too (PyTorch's default groups). */
  readonly decayVectors?: boolean;
  /** Kernel shapes; by default chosen from the adapter. */
  readonly variant?: KernelVariant;
}

/** A critic that begins at `tensors`, the policy's base weights; a `score.weight` [1, d] among them is its value head. */
export async function createCritic(
  gpu: Gpu,
  config: ModelConfig,
  tensors: ReadonlyMap<string, NamedWeights>,
  options: CriticOptions = {},
): Promise<CriticModel> {
  const critic = new CriticModel(gpu, config, options);
  const shape = [1, config.hiddenSize];
  const head = tensors.get('score.weight') ?? { shape, data: new Float32Array(config.hiddenSize) };
  try {
    await critic.loadTensors(new Map([...tensors, ['score.weight', head]]));
    gpu.check();
    return critic;
  } catch (error) {
    critic.dispose();
    throw error;
  }
}

export class CriticModel implements Critic {
  private readonly pool: BufferPool;
  private readonly ring: ReadbackRing;
  private readonly rope: GPUBuffer;
  private readonly parameters: ParameterBuffers;
  private readonly store: ParameterStore;
  private readonly runner: MicroBatchRunner;
  private readonly variant: KernelVariant;
  private readonly contextLength: number;
  private plan: TrainingPlan | null = null;

  constructor(
    private readonly gpu: Gpu,
    private readonly config: ModelConfig,
    private readonly options: CriticOptions,
  ) {
    this.variant = options.variant ?? kernelVariant(gpu);
    this.pool = new BufferPool(gpu, 'critic');
    this.ring = new ReadbackRing(gpu, 'critic');
    this.parameters = new ParameterBuffers(gpu, this.pool, config, layoutParameters(config, 'value'), this.variant);
    this.store = new ParameterStore(gpu, this.ring, this.parameters);
    this.runner = new MicroBatchRunner(gpu, this.ring, this.parameters, 'critic');
    this.contextLength = contextOf(config);
    const table = ropeTable(this.contextLength, config.headDim, config.ropeTheta);
    this.rope = this.pool.storage('tables', 'rope', table.length);
    gpu.device.queue.writeBuffer(this.rope, 0, new Float32Array(table));
  }

  loadTensors(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    return this.store.upload(tensors);
  }

  async values(sequences: readonly CriticSequence[]): Promise<Float32Array[]> {
    const inputs = sequences.map(({ prompt, completion }) => ({ prompt, completion, wanted: null }));
    return (await this.run(inputs, null, Infinity, 'score')).values;
  }

  async update(batch: readonly CriticTarget[], valueClip: number, optimizer: OptimizerOptions): Promise<CriticUpdate> {
    const inputs = batch.map(weightedInput);
    if (!inputs.some(({ wanted }) => wanted?.includes(true))) return { loss: 0, gradNorm: 0, skipped: false };
    await this.parameters.prepareTraining();
    const { loss, gradNorm, skipped } = await this.run(inputs, batch, valueClip, 'step', () => {
      this.parameters.writeOptions(optimizer, this.store.optimizerStep + 1, this.options.decayVectors ?? true);
    });
    if (!skipped) this.store.optimizerStep++;
    return { loss, gradNorm, skipped };
  }

  /** Loss and gradient of one mini-batch without a step, for tests. */
  async gradients(
    batch: readonly CriticTarget[],
    valueClip: number,
  ): Promise<{ readonly loss: number; readonly gradients: readonly ParameterTensor[] }> {
    await this.parameters.prepareTraining();
    const { loss } = await this.run(batch.map(weightedInput), batch, valueClip, 'gradient');
    const { grads } = this.parameters;
    return { loss, gradients: grads ? await this.store.read(grads) : [] };
  }

  save(): Promise<PolicyCheckpoint> {
    return this.store.save();
  }

  load(checkpoint: PolicyCheckpoint): Promise<void> {
    return this.store.load(checkpoint);
  }

  dispose(): void {
    this.plan?.dispose();
    this.ring.dispose();
    this.pool.dispose();
  }

  private async prepare(inputs: readonly PackInput[], work: 'score' | 'train'): Promise<TrainingPlan> {
    const { gpu, config, parameters, options } = this;
    for (const tokens of inputs.map(rowsOf))
      if (tokens > this.contextLength)
        throw new InputError('sequence length', tokens, `at most ${this.contextLength} tokens (the model's context)`);
    const current = this.plan;
    const capacity = planCapacity(
      gpu,
      config,
      parameters.layout,
      this.variant,
      options,
      wishOf(inputs),
      current?.capacity ?? null,
    );
    if (current?.capacity !== capacity) current?.dispose();
    const plan =
      current?.capacity === capacity
        ? current
        : new TrainingPlan(gpu, config, parameters, this.variant, capacity, this.rope);
    this.plan = plan;
    await plan.prepare(work);
    gpu.check();
    return plan;
  }

  /** Weighted loss and values per completion token. `prepare`: see `MicroBatchRunner.run`. */
  private async run(
    inputs: readonly PackInput[],
    targets: readonly CriticTarget[] | null,
    valueClip: number,
    mode: 'score' | 'gradient' | 'step',
    prepare?: () => void,
  ): Promise<CriticUpdate & { readonly values: Float32Array[] }> {
    const plan = await this.prepare(inputs, mode === 'score' ? 'score' : 'train');
    const batches = packSequences(inputs, plan.capacity);
    const table = (batch: MicroBatch) => valueTable(batch, targets);
    const work = { plan, batches, table, loss: clipOnly(valueClip), mode };
    const { rows, gradNorm, skipped } = await this.runner.run(work, prepare);
    const { values, losses } = collect(inputs, batches, rows);
    return { values, loss: sum(losses.map(sum)), gradNorm, skipped };
  }
}

/** Tokens without weight never reach the head. */
function weightedInput({ prompt, completion, weight }: CriticTarget): PackInput {
  return { prompt, completion, wanted: Array.from(weight, (value) => value !== 0) };
}

/** The value clip travels in the uniform's `clipLow`; the rest is the policy's and not read. */
const clipOnly = (valueClip: number): LossOptions => ({
  temperature: 1,
  clipLow: valueClip,
  clipHigh: valueClip,
  dualClip: null,
  klEstimator: 'k3',
});

/** `words`: the head rows' (value, weighted loss, 0, 0), micro-batch after micro-batch. */
function collect(inputs: readonly PackInput[], batches: readonly MicroBatch[], words: Float32Array) {
  const values = inputs.map(({ completion }) => new Float32Array(completion.length));
  const losses = inputs.map(({ completion }) => new Float32Array(completion.length));
  batches
    .flatMap(({ places }) => places)
    .forEach(({ sequence, token }, row) => {
      at(values, sequence)[token] = at(words, row * 4);
      at(losses, sequence)[token] = at(words, row * 4 + 1);
    });
  return { values, losses };
}
