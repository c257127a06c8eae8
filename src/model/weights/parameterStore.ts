/** A model's weights, moments and count of steps between checkpoints and the GPU. */
import type { Gpu } from '../../gpu/device';
import type { ReadbackRing } from '../../gpu/readback';
import type { ParameterTensor, PolicyCheckpoint } from '../policy';
import type { DecoderWeights } from './decoderWeights';
import type { Shards } from './shards';
import { packTensors, readTensors } from './tensorImage';
import type { TrainableState } from './trainableState';

export class ParameterStore {
  /** Optimiser steps taken so far. */
  optimizerStep = 0;

  /** `trainable`: makes the moments on first use. */
  constructor(
    private readonly gpu: Gpu,
    private readonly ring: ReadbackRing,
    private readonly weights: DecoderWeights,
    private readonly trainable: () => Promise<TrainableState>,
  ) {}

  async save(): Promise<PolicyCheckpoint> {
    const { optimizerStep } = this;
    const parameters = await this.read(this.weights.weights);
    if (optimizerStep === 0) return { optimizerStep, parameters, firstMoments: [], secondMoments: [] };
    const { firstMoment, secondMoment } = (await this.trainable()).buffers;
    const firstMoments = await this.read(firstMoment);
    return { optimizerStep, parameters, firstMoments, secondMoments: await this.read(secondMoment) };
  }

  /** Everything that `save` gave: what comes after has the same bits. */
  async load({ optimizerStep, parameters, firstMoments, secondMoments }: PolicyCheckpoint): Promise<void> {
    await this.weights.upload(byName(parameters));
    const { buffers } = await this.trainable();
    const places = this.weights.layout.tensors;
    packTensors(this.gpu, buffers.firstMoment, places, byName(firstMoments));
    packTensors(this.gpu, buffers.secondMoment, places, byName(secondMoments));
    this.optimizerStep = optimizerStep;
  }

  /** The tensors of weights, a moment or the gradients. */
  read(shards: Shards): Promise<ParameterTensor[]> {
    return readTensors(this.gpu, this.ring, shards, this.weights.layout.tensors);
  }
}

const byName = (tensors: readonly ParameterTensor[]) => new Map(tensors.map((tensor) => [tensor.name, tensor]));
