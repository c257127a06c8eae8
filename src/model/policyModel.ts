/** A decoder on the GPU behind the `Policy` contract: rollout, update, gradients, scores, logits, checkpoints. A rollout is a
 * submit for up to 64 tokens; see decoderCore.ts for the rest. */
import type { Gpu } from '../gpu/device';
import type { BufferSlice } from '../gpu/plan';
import { noLoss, type RowLossOptions } from '../kernels/batchUniform';
import type { KernelVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import { at, invariant } from '../lib/invariant';
import type { LossOptions, WeightedSequence } from '../records/weighted';
import { headTable } from './batch/headTable';
import type { MicroBatch, PackInput } from './batch/packing';
import { collectResults, emptyResults } from './batch/results';
import type { ModelConfig } from './config';
import { DecoderCore, type DecoderOptions, type PackedTraining } from './decoderCore';
import { usualLogitBytes } from './decoder/headWindows';
import type { PackedPlan } from './decoder/packedPlan';
import { checkAdapter } from './adapter/adapterConfig';
import type { Adapter } from './adapter/adapterFolder';
import { checkMemory, type Tuning } from './memoryPlan';
import { countParameters } from './parameters';
import type { OptimizerOptions, ParameterTensor, Policy, PolicyCheckpoint, RolloutRequest, RolloutResult, RolloutWatch, UpdateResult, Watch } from './policy'; // prettier-ignore
import { Rollouts } from './sampling/rollouts';
import { shardLimits } from './weights/decoderWeights';
import { storageOf, type BaseStorage } from './weights/baseStorage';
import type { ParameterLayout } from './weights/layout';
import type { NamedWeights } from './weights/tensorImage';

export interface PolicyOptions extends DecoderOptions {
  /** Sequences sampled at once. */
  readonly maxSequences?: number;
  /** Bytes of a layer's keys and values at most, below what the device binds; for tests of a rollout in parts. */
  readonly maxCacheBytes?: number;
  /** Only ids below this are sampled: those that the tokenizer knows, where the model's tables have more rows. By default all. */
  readonly sampledVocabulary?: number;
  /** What weights, gradients and moments may take in all; unknown by default. */
  readonly memoryBytes?: number;
  /** [sequences, new tokens, vocabulary]: added to the raw logits in place of random numbers, to compare samples with
   * other engines. Such a model makes rollouts of this one shape. */
  readonly samplingNoise?: Float32Array<ArrayBuffer>;
  /** Trains this beside the weights, which stay as they are stored. */
  readonly adapter?: Adapter | null;
  /** How those weights are stored: as the file has them by default, or quantised. Acts with an adapter only. */
  readonly base?: BaseStorage;
}

/** A mini-batch packed for the plan in use; serves any number of steps. */
export interface PackedUpdate extends PackedTraining {
  readonly inputs: readonly PackInput[];
  readonly sequences: readonly WeightedSequence[];
}

/** Uploads `tensors` (Hugging Face names and shapes, checked against `config` by the reader) to `gpu`. */
export async function createPolicy(
  gpu: Gpu,
  config: ModelConfig,
  tensors: ReadonlyMap<string, NamedWeights>,
  options: PolicyOptions = {},
): Promise<PolicyModel> {
  if (config.headDim % 2 !== 0) throw new InputError('head_dim', config.headDim, 'an even number (rotary embedding)');
  const { adapter = null, base = 'stored' } = options;
  if (adapter !== null) checkAdapter(adapter.config);
  checkMemory(gpu, config, options.memoryBytes ?? null, adapter && tuningOf(adapter, tensors, base));
  const typeOf = (layout: ParameterLayout) => storageOf(layout, tensors, base);
  const model = new PolicyModel(
    gpu,
    config,
    adapter ? { ...options, frozen: { adapter: adapter.config, typeOf } } : options,
  );
  try {
    await model.loadTensors(tensors);
    if (adapter) await model.loadTrained(adapter.tensors);
    gpu.check();
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** A base stored in 16 bits all through, or in float32 as soon as one of its matrices is: planned for the larger. */
function tuningOf({ config }: Adapter, tensors: ReadonlyMap<string, NamedWeights>, base: BaseStorage): Tuning {
  if (base !== 'stored') return { adapter: config, base };
  const matrices = [...tensors.values()].filter(({ shape }) => shape.length > 1);
  return { adapter: config, base: matrices.every(({ stored }) => stored) ? 'f16' : 'f32' };
}

export class PolicyModel implements Policy {
  readonly vocabularySize: number;
  readonly parameterCount: number;
  readonly eosTokenId: number;
  private readonly core: DecoderCore;
  private readonly rollouts: Rollouts;

  constructor(
    private readonly gpu: Gpu,
    readonly config: ModelConfig,
    options: PolicyOptions,
  ) {
    this.vocabularySize = config.vocabularySize;
    this.parameterCount = countParameters(config);
    this.eosTokenId = config.eosTokenIds[0] ?? 0;
    this.core = new DecoderCore(gpu, config, 'vocabulary', options, 'model');
    const { weights, adapter, variant, ring, rope } = this.core;
    this.rollouts = new Rollouts(gpu, ring, {
      config,
      weights,
      adapter,
      variant,
      rope,
      maxSequences: options.maxSequences ?? 1024,
      draw: {
        sampledVocabulary: checkSampled(options.sampledVocabulary ?? config.vocabularySize, config),
        logitBytes: options.logitBytes ?? usualLogitBytes(variant.software),
        noise: options.samplingNoise ? this.uploadNoise(options.samplingNoise) : null,
      },
      maxCacheBytes: 4 * shardLimits(gpu, options.maxCacheBytes).most,
    });
  }

  get variant(): KernelVariant {
    return this.core.variant;
  }

  loadTensors(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    return this.core.loadTensors(tensors);
  }

  /** Replaces what trains by these tensors: the adapter's factors, or all weights. Throws `InputError` naming one that is missing. */
  loadTrained(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    return this.core.loadTrained(tensors);
  }

  async rollout(request: RolloutRequest, watch?: RolloutWatch): Promise<RolloutResult> {
    const longest = Math.max(0, ...request.prompts.map((prompt) => prompt.length));
    this.core.checkLength(longest + request.maxNewTokens);
    return this.rollouts.run(request, watch);
  }

  async update(
    batch: readonly WeightedSequence[],
    loss: LossOptions,
    optimizer: OptimizerOptions,
    watch?: Watch,
  ): Promise<UpdateResult> {
    return this.submitUpdate(await this.packUpdate(batch), loss, optimizer, watch);
  }

  async packUpdate(sequences: readonly WeightedSequence[]): Promise<PackedUpdate> {
    const inputs = sequences.map(weightedInput);
    return { ...(await this.core.packTraining(inputs)), inputs, sequences };
  }

  /** Submits an optimiser step, unless two are in flight already, and resolves when its results are read back: the next
   * step can be submitted meanwhile. A step that the GPU skips does not count. */
  async submitUpdate(
    packed: PackedUpdate,
    loss: LossOptions,
    optimizer: OptimizerOptions,
    watch?: Watch,
  ): Promise<UpdateResult> {
    const { plan, batches, inputs, sequences } = packed;
    if (batches.length === 0) return { ...emptyResults(inputs), gradNorm: 0, skipped: false };
    invariant(plan === this.core.currentPlan(), 'the mini-batch was packed for another plan');
    const table = (own: MicroBatch) => headTable(own, sequences);
    const { rows, ...step } = await this.core.step(packed, table, rowLoss(loss), optimizer, watch);
    return { ...collectResults(inputs, batches, rows), ...step };
  }

  async gradients(
    batch: readonly WeightedSequence[],
    loss: LossOptions,
  ): Promise<UpdateResult & { readonly gradients: readonly ParameterTensor[] }> {
    const packed = await this.packUpdate(batch);
    const table = (own: MicroBatch) => headTable(own, batch);
    const { rows, gradients } = await this.core.gradients(packed, table, rowLoss(loss));
    let squares = 0;
    for (const { data } of gradients) for (const value of data) squares += value * value;
    const results = collectResults(packed.inputs, packed.batches, rows);
    return { ...results, gradNorm: Math.sqrt(squares), skipped: !Number.isFinite(squares), gradients };
  }

  async score(
    sequences: readonly { readonly prompt: readonly number[]; readonly completion: readonly number[] }[],
    temperature: number,
    base = false,
    watch?: Watch,
  ): Promise<{ logp: Float32Array[]; entropy: Float32Array[] }> {
    const inputs = sequences.map(({ prompt, completion }) => ({ prompt, completion, wanted: null }));
    const work = this.core.pack(inputs);
    const rows = await this.core.score(work, (batch) => headTable(batch, null), temperature, base, watch);
    const { logp, entropy } = collectResults(inputs, work.batches, rows);
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
    const { plan, batches } = this.core.pack(inputs);
    const forward = await plan.forward();
    const stages = await plan.logitStages();
    this.gpu.check();
    const output = sequences.map(({ completion }) => new Float32Array(completion.length * V));
    for (const batch of batches) {
      plan.upload(0, batch, headTable(batch, null), noLoss);
      for (const [w, { window, plan: head }] of stages.entries()) {
        const encoder = this.gpu.device.createCommandEncoder({ label: 'logits' });
        if (w === 0) plan.encodeUpload(encoder, 0, batch);
        for (const encode of plan.stretch(batch, w === 0 ? [forward, head] : [head]).pieces(1)) encode(encoder);
        const { first, count, stride } = window;
        const bytes = batch.headRows * stride * 4;
        const readback = this.core.ring.reserve(bytes);
        readback.copy(encoder, window.buffer, 0, 0, bytes);
        this.gpu.device.queue.submit([encoder.finish()]);
        const values = new Float32Array(await readback.read());
        batch.places.forEach(({ sequence, token }, row) => {
          at(output, sequence).set(values.subarray(row * stride, row * stride + count), token * V + first);
        });
      }
    }
    return output;
  }

  save(): Promise<PolicyCheckpoint> {
    return this.core.store.save();
  }

  /** What trains as it is: all weights, or the factors of the adapter. */
  trainedTensors(): Promise<ParameterTensor[]> {
    return this.core.store.values();
  }

  load(checkpoint: PolicyCheckpoint): Promise<void> {
    return this.core.store.load(checkpoint);
  }

  /** Bytes on the GPU by owner and role. */
  memory(): Readonly<Record<string, number>> {
    const bytes: Record<string, number> = {};
    for (const pool of [this.core.pool, this.packedPlan()?.pool, ...this.rollouts.pools()]) {
      for (const [role, size] of pool?.usage() ?? []) bytes[role] = (bytes[role] ?? 0) + size;
    }
    return bytes;
  }

  /** The plan in use, for benchmarks. */
  packedPlan(): PackedPlan | null {
    return this.core.currentPlan();
  }

  decodeDispatches(): number {
    return this.rollouts.dispatchesPerToken();
  }

  dispose(): void {
    this.rollouts.dispose();
    this.core.dispose();
  }

  private uploadNoise(values: Float32Array<ArrayBuffer>): BufferSlice {
    const buffer = this.core.pool.storage('noise', 'sampling noise', values.length);
    this.gpu.device.queue.writeBuffer(buffer, 0, values);
    return { buffer };
  }
}

function checkSampled(count: number, { vocabularySize }: ModelConfig): number {
  if (!Number.isInteger(count) || count < 1 || count > vocabularySize)
    throw new InputError('sampled vocabulary', count, `1 to ${vocabularySize} tokens, the model's`);
  return count;
}

const rowLoss = (loss: LossOptions): RowLossOptions => ({ ...noLoss, ...loss });

/** Tokens without any weight never reach the head; sequences without any such token are left out. */
function weightedInput(sequence: WeightedSequence): PackInput {
  const wanted = Array.from(sequence.policyWeight, (weight, t) => {
    const policy = weight !== 0 && at(sequence.advantage, t) !== 0;
    return policy || at(sequence.entropyWeight, t) !== 0 || at(sequence.klWeight, t) !== 0;
  });
  return { prompt: sequence.prompt, completion: sequence.completion, wanted };
}
