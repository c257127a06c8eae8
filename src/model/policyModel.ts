/**
 * A decoder on the GPU behind the `Policy` contract: rollout, update, gradients, scores, logits, checkpoints.
 *
 * Buffers and plans are made on first use, for capacities that grow with the work; in the steady state nothing is
 * created, an optimiser step is one submit, and a rollout is a submit for 16 to 64 tokens (more submits where one would
 * take longer than `Gpu.submitBudgetMs`).
 */
import { BufferPool } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import type { BufferSlice } from '../gpu/plan';
import { ReadbackRing } from '../gpu/readback';
import { kernelVariant, type KernelVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import { at, invariant } from '../lib/invariant';
import type { ModelConfig } from './config';
import { headTable } from './headTable';
import { layoutParameters, type ParameterLayout } from './layout';
import { checkMemory } from './memoryPlan';
import { MicroBatchRunner } from './microBatchRunner';
import { packSequences, rowsOf, type MicroBatch, type PackInput } from './packing';
import { ParameterBuffers } from './parameterBuffers';
import { countParameters } from './parameters';
import { ParameterStore, type NamedWeights } from './parameterStore';
import { planCapacity, wishOf, type CapacityBounds, type CapacityWish } from './planCapacity';
import type { OptimizerOptions, ParameterTensor, Policy, PolicyCheckpoint, RolloutRequest, RolloutResult, UpdateResult } from './policy'; // prettier-ignore
import type { LossOptions, WeightedSequence } from '../records/weighted';
import { collectResults, emptyResults } from './results';
import { Rollouts } from './rollouts';
import { contextOf, ropeTable } from './ropeTable';
import { TrainingPlan } from './trainingPlan';

export interface PolicyOptions extends CapacityBounds {
  /** Sequences sampled at once. */
  readonly maxSequences?: number;
  /** Decoupled weight decay on norm gains and biases too (PyTorch's default groups). */
  readonly decayVectors?: boolean;
  /** What weights, gradients and moments may take in all; unknown by default. */
  readonly memoryBytes?: number;
  /** Kernel shapes; by default chosen from the adapter. */
  readonly variant?: KernelVariant;
  /** [sequences, new tokens, vocabulary]: added to the raw logits in place of random numbers, to compare samples with
   * other engines. Such a model makes rollouts of this one shape. */
  readonly samplingNoise?: Float32Array<ArrayBuffer>;
}

/** A mini-batch packed for the training plan in use; serves any number of steps. */
export interface PackedUpdate {
  readonly plan: TrainingPlan;
  readonly batches: readonly MicroBatch[];
  readonly inputs: readonly PackInput[];
  readonly sequences: readonly WeightedSequence[];
}

const scoring: LossOptions = { temperature: 1, clipLow: 0.2, clipHigh: 0.2, dualClip: null, klEstimator: 'k3' };

/** Uploads `tensors` (Hugging Face names and shapes, checked against `config` by the reader) to `gpu`. */
export async function createPolicy(
  gpu: Gpu,
  config: ModelConfig,
  tensors: ReadonlyMap<string, NamedWeights>,
  options: PolicyOptions = {},
): Promise<PolicyModel> {
  if (config.headDim % 2 !== 0) throw new InputError('head_dim', config.headDim, 'an even number (rotary embedding)');
  checkMemory(gpu, config, options.variant ?? kernelVariant(gpu), options.memoryBytes ?? null);
  const model = new PolicyModel(gpu, config, options);
  try {
    await model.loadTensors(tensors);
    gpu.check();
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

export class PolicyModel implements Policy {
  readonly vocabularySize: number;
  readonly parameterCount: number;
  readonly eosTokenId: number;
  readonly layout: ParameterLayout;
  readonly parameters: ParameterBuffers;
  readonly variant: KernelVariant;
  private readonly pool: BufferPool;
  private readonly ring: ReadbackRing;
  private readonly rope: GPUBuffer;
  private readonly contextLength: number;
  private readonly rollouts: Rollouts;
  private readonly store: ParameterStore;
  private readonly runner: MicroBatchRunner;
  private training: TrainingPlan | null = null;

  constructor(
    private readonly gpu: Gpu,
    readonly config: ModelConfig,
    private readonly options: PolicyOptions,
  ) {
    this.vocabularySize = config.vocabularySize;
    this.parameterCount = countParameters(config);
    this.eosTokenId = config.eosTokenIds[0] ?? 0;
    this.layout = layoutParameters(config);
    this.variant = options.variant ?? kernelVariant(gpu);
    this.pool = new BufferPool(gpu, 'model');
    this.ring = new ReadbackRing(gpu, 'model');
    this.parameters = new ParameterBuffers(gpu, this.pool, config, this.layout, this.variant);
    this.store = new ParameterStore(gpu, this.ring, this.parameters);
    this.runner = new MicroBatchRunner(gpu, this.ring, this.parameters, 'policy');
    this.contextLength = contextOf(config);
    const table = ropeTable(this.contextLength, config.headDim, config.ropeTheta);
    this.rope = this.pool.storage('tables', 'rope', table.length);
    gpu.device.queue.writeBuffer(this.rope, 0, new Float32Array(table));
    this.rollouts = new Rollouts(gpu, this.ring, {
      config,
      parameters: this.parameters,
      variant: this.variant,
      rope: this.rope,
      maxSequences: options.maxSequences ?? 1024,
      noise: options.samplingNoise ? this.uploadNoise(options.samplingNoise) : null,
      prefixPlan: (rows) => this.prepare({ rows, headRows: 64, leastRows: rows, leastHeadRows: 64 }, 'prefix'),
    });
  }

  loadTensors(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    return this.store.upload(tensors);
  }

  async rollout(request: RolloutRequest, onToken?: (done: number, total: number) => void): Promise<RolloutResult> {
    const longest = Math.max(0, ...request.prompts.map((prompt) => prompt.length));
    this.checkLength(longest + request.maxNewTokens);
    return this.rollouts.run(request, onToken);
  }

  async update(
    batch: readonly WeightedSequence[],
    loss: LossOptions,
    optimizer: OptimizerOptions,
  ): Promise<UpdateResult> {
    return this.submitUpdate(await this.packUpdate(batch), loss, optimizer);
  }

  async packUpdate(sequences: readonly WeightedSequence[]): Promise<PackedUpdate> {
    const inputs = sequences.map(weightedInput);
    return { ...(await this.pack(inputs, 'train')), inputs, sequences };
  }

  /** Submits an optimiser step, unless two are in flight already, and resolves when its results are read back: the next
   * step can be submitted meanwhile. A step that the GPU skips does not count. */
  async submitUpdate(
    { plan, batches, inputs, sequences }: PackedUpdate,
    loss: LossOptions,
    optimizer: OptimizerOptions,
  ): Promise<UpdateResult> {
    if (batches.length === 0) return { ...emptyResults(inputs), gradNorm: 0, skipped: false };
    invariant(plan === this.training, 'the mini-batch was packed for another training plan');
    const table = (packed: MicroBatch) => headTable(packed, sequences);
    const { rows, ...step } = await this.runner.run({ plan, batches, table, loss, mode: 'step' }, () => {
      this.store.optimizerStep++;
      this.parameters.writeOptions(optimizer, this.store.optimizerStep, this.options.decayVectors ?? true);
    });
    if (step.skipped) this.store.optimizerStep--;
    return { ...collectResults(inputs, batches, rows), ...step };
  }

  async gradients(
    batch: readonly WeightedSequence[],
    loss: LossOptions,
  ): Promise<UpdateResult & { readonly gradients: readonly ParameterTensor[] }> {
    const inputs = batch.map(weightedInput);
    const { plan, batches } = await this.pack(inputs, 'train');
    const table = (packed: MicroBatch) => headTable(packed, batch);
    const { rows } = await this.runner.run({ plan, batches, table, loss, mode: 'gradient' });
    const grads = this.parameters.grads;
    if (!grads) throw new Error('prepareTraining first');
    const gradients = await this.store.read(grads);
    let squares = 0;
    for (const { data } of gradients) for (const value of data) squares += value * value;
    const results = collectResults(inputs, batches, rows);
    return { ...results, gradNorm: Math.sqrt(squares), skipped: !Number.isFinite(squares), gradients };
  }

  async score(
    sequences: readonly { readonly prompt: readonly number[]; readonly completion: readonly number[] }[],
    temperature: number,
  ): Promise<{ logp: Float32Array[]; entropy: Float32Array[] }> {
    const inputs = sequences.map(({ prompt, completion }) => ({ prompt, completion, wanted: null }));
    const { plan, batches } = await this.pack(inputs, 'score');
    const table = (batch: MicroBatch) => headTable(batch, null);
    const loss = { ...scoring, temperature };
    const { rows } = await this.runner.run({ plan, batches, table, loss, mode: 'score' });
    const { logp, entropy } = collectResults(inputs, batches, rows);
    return { logp, entropy };
  }

  logits(rows: readonly (readonly number[])[]): Promise<Float32Array[]> {
    // every position is asked for: the last token's successor does not matter, so any label will do
    return this.completionLogits(rows.map((row) => ({ prompt: row.slice(0, 1), completion: [...row.slice(1), 0] })));
  }

  async completionLogits(
    sequences: readonly { readonly prompt: readonly number[]; readonly completion: readonly number[] }[],
  ): Promise<Float32Array[]> {
    const V = this.vocabularySize;
    const inputs = sequences.map(({ prompt, completion }): PackInput => ({ prompt, completion, wanted: null }));
    const { plan, batches } = await this.pack(inputs, 'score');
    const output = sequences.map(({ completion }) => new Float32Array(completion.length * V));
    const stride = this.layout.vocabularyWidth;
    for (const batch of batches) {
      plan.upload(0, batch, headTable(batch, null), scoring);
      const encoder = this.gpu.device.createCommandEncoder({ label: 'logits' });
      plan.encodeUpload(encoder, 0, batch);
      plan.encode(encoder, batch, ['forward', 'head']);
      const readback = this.ring.reserve(batch.headRows * stride * 4);
      readback.copy(encoder, plan.logits, 0, 0, batch.headRows * stride * 4);
      this.gpu.device.queue.submit([encoder.finish()]);
      const values = new Float32Array(await readback.read());
      batch.places.forEach(({ sequence, token }, row) => {
        at(output, sequence).set(values.subarray(row * stride, row * stride + V), token * V);
      });
    }
    return output;
  }

  save(): Promise<PolicyCheckpoint> {
    return this.store.save();
  }

  load(checkpoint: PolicyCheckpoint): Promise<void> {
    return this.store.load(checkpoint);
  }

  /** Bytes on the GPU by owner and role. */
  memory(): Readonly<Record<string, number>> {
    const bytes: Record<string, number> = {};
    for (const pool of [this.pool, this.training?.pool, this.rollouts.pool()]) {
      for (const [role, size] of pool?.usage() ?? []) bytes[role] = (bytes[role] ?? 0) + size;
    }
    return bytes;
  }

  /** The plan in use, for benchmarks. */
  trainingPlan(): TrainingPlan | null {
    return this.training;
  }

  decodeDispatches(): number {
    return this.rollouts.dispatchesPerToken();
  }

  dispose(): void {
    this.rollouts.dispose();
    this.training?.dispose();
    this.ring.dispose();
    this.pool.dispose();
  }

  /** Packs for a plan that is large enough, and prepares it. */
  private async pack(
    inputs: readonly PackInput[],
    work: 'score' | 'train',
  ): Promise<{ plan: TrainingPlan; batches: MicroBatch[] }> {
    for (const input of inputs) this.checkLength(rowsOf(input));
    const plan = await this.prepare(wishOf(inputs), work);
    return { plan, batches: packSequences(inputs, plan.capacity) };
  }

  /** A training plan with room for the wanted rows as far as memory allows, and at least for the longest sequence. */
  private async prepare(wish: CapacityWish, work: 'prefix' | 'score' | 'train'): Promise<TrainingPlan> {
    const { gpu, config, parameters, layout, variant, options } = this;
    const current = this.training;
    const capacity = planCapacity(gpu, config, layout, variant, options, wish, current?.capacity ?? null);
    if (current?.capacity !== capacity) {
      this.rollouts.forgetPrefix();
      current?.dispose();
      this.training = new TrainingPlan(gpu, config, parameters, this.variant, capacity, this.rope);
    }
    const plan = this.training;
    if (!plan) throw new Error('no training plan');
    await plan.prepare(work);
    gpu.check();
    return plan;
  }

  private uploadNoise(values: Float32Array<ArrayBuffer>): BufferSlice {
    const buffer = this.pool.storage('noise', 'sampling noise', values.length);
    this.gpu.device.queue.writeBuffer(buffer, 0, values);
    return { buffer };
  }

  private checkLength(tokens: number): void {
    if (tokens > this.contextLength)
      throw new InputError('sequence length', tokens, `at most ${this.contextLength} tokens (the model's context)`);
  }
}

/** Tokens without any weight never reach the head; sequences without any such token are left out. */
function weightedInput(sequence: WeightedSequence): PackInput {
  const wanted = Array.from(sequence.policyWeight, (weight, t) => {
    const policy = weight !== 0 && at(sequence.advantage, t) !== 0;
    return policy || at(sequence.entropyWeight, t) !== 0 || at(sequence.klWeight, t) !== 0;
  });
  return { prompt: sequence.prompt, completion: sequence.completion, wanted };
}
