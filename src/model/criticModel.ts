/**
 * PPO's critic: a second decoder of the policy's architecture with weights of its own and a value head in place of the
 * vocabulary's. V_t = score . norm(h), read at the row that predicts completion token t.
 *
 * It begins at the policy's weights with a value head of zeros, so that every first value is 0 without a seed (verl and
 * TRL draw the head at random). The same plans and kernels as the policy's compute it; only head and loss differ.
 */
import type { Gpu } from '../gpu/device';
import { noLoss, type RowLossOptions } from '../kernels/batchUniform';
import { at } from '../lib/invariant';
import { sum } from '../lib/numeric';
import { valueTable } from './batch/headTable';
import type { MicroBatch, PackInput } from './batch/packing';
import type { ModelConfig } from './config';
import type { Critic, CriticSequence, CriticTarget, CriticUpdate } from './critic';
import { DecoderCore, type DecoderOptions } from './decoderCore';
import type { OptimizerOptions, ParameterTensor, PolicyCheckpoint, Watch } from './policy';
import type { NamedWeights } from './weights/tensorImage';

/** A critic that begins at `tensors`, the policy's base weights; a `score.weight` [1, d] among them is its value head. */
export async function createCritic(
  gpu: Gpu,
  config: ModelConfig,
  tensors: ReadonlyMap<string, NamedWeights>,
  options: DecoderOptions = {},
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
  private readonly core: DecoderCore;

  constructor(gpu: Gpu, config: ModelConfig, options: DecoderOptions) {
    this.core = new DecoderCore(gpu, config, 'value', options, 'critic');
  }

  loadTensors(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    return this.core.loadTensors(tensors);
  }

  async values(sequences: readonly CriticSequence[], watch?: Watch): Promise<Float32Array[]> {
    const inputs = sequences.map(({ prompt, completion }) => ({ prompt, completion, wanted: null }));
    const work = this.core.pack(inputs);
    const rows = await this.core.score(work, (batch) => valueTable(batch, null), 1, false, watch);
    return collect(inputs, work.batches, rows).values;
  }

  async update(
    batch: readonly CriticTarget[],
    valueClip: number,
    optimizer: OptimizerOptions,
    watch?: Watch,
  ): Promise<CriticUpdate> {
    const inputs = batch.map(weightedInput);
    if (!inputs.some(({ wanted }) => wanted?.includes(true))) return { loss: 0, gradNorm: 0, skipped: false };
    const work = await this.core.packTraining(inputs);
    const { rows, ...step } = await this.core.step(work, tableOf(batch), valueLoss(valueClip), optimizer, watch);
    return { loss: lossOf(inputs, work.batches, rows), ...step };
  }

  /** Loss and gradient of one mini-batch without a step, for tests. */
  async gradients(
    batch: readonly CriticTarget[],
    valueClip: number,
  ): Promise<{ readonly loss: number; readonly gradients: readonly ParameterTensor[] }> {
    const inputs = batch.map(weightedInput);
    const work = await this.core.packTraining(inputs);
    const { rows, gradients } = await this.core.gradients(work, tableOf(batch), valueLoss(valueClip));
    return { loss: lossOf(inputs, work.batches, rows), gradients };
  }

  save(): Promise<PolicyCheckpoint> {
    return this.core.store.save();
  }

  load(checkpoint: PolicyCheckpoint): Promise<void> {
    return this.core.store.load(checkpoint);
  }

  dispose(): void {
    this.core.dispose();
  }
}

const tableOf = (targets: readonly CriticTarget[]) => (batch: MicroBatch) => valueTable(batch, targets);

const valueLoss = (valueClip: number): RowLossOptions => ({ ...noLoss, valueClip });

/** Tokens without weight never reach the head. */
function weightedInput({ prompt, completion, weight }: CriticTarget): PackInput {
  return { prompt, completion, wanted: Array.from(weight, (value) => value !== 0) };
}

const lossOf = (inputs: readonly PackInput[], batches: readonly MicroBatch[], words: Float32Array): number =>
  sum(collect(inputs, batches, words).losses.map(sum));

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
