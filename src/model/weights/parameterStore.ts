/** The weights that train, their moments and count of steps between checkpoints and the GPU. */
import type { Gpu } from '../../gpu/device';
import type { ReadbackRing } from '../../gpu/readback';
import type { ParameterTensor, PolicyCheckpoint } from '../policy';
import type { Shards } from './shards';
import type { TrainedTensors } from './trainedTensors';
import { packTensors, readTensors } from './tensorImage';
import type { TrainableState } from './trainableState';

export class ParameterStore {
  /** Optimiser steps taken so far. */
  optimizerStep = 0;

  /** `trainable`: makes the moments on first use. */
  constructor(
    private readonly gpu: Gpu,
    private readonly ring: ReadbackRing,
    private readonly trained: TrainedTensors,
    private readonly trainable: () => Promise<TrainableState>,
  ) {}

  async save(): Promise<PolicyCheckpoint> {
    const { optimizerStep } = this;
    const parameters = await this.values();
    if (optimizerStep === 0) return { optimizerStep, parameters, firstMoments: [], secondMoments: [] };
    const { firstMoment, secondMoment } = (await this.trainable()).buffers;
    const firstMoments = await this.read(firstMoment);
    return { optimizerStep, parameters, firstMoments, secondMoments: await this.read(secondMoment) };
  }

  /** What trains, without its moments. */
  values(): Promise<ParameterTensor[]> {
    return this.read(this.trained.values);
  }

  /** Everything that `save` gave: what comes after has the same bits. */
  async load({ optimizerStep, parameters, firstMoments, secondMoments }: PolicyCheckpoint): Promise<void> {
    await this.trained.upload(byName(parameters));
    const { buffers } = await this.trainable();
    const places = this.trained.tensors;
    packTensors(this.gpu, buffers.firstMoment, places, byName(firstMoments));
    packTensors(this.gpu, buffers.secondMoment, places, byName(secondMoments));
    this.optimizerStep = optimizerStep;
  }

  /** The tensors of the values, a moment or the gradients. */
  read(shards: Shards): Promise<ParameterTensor[]> {
    return readTensors(this.gpu, this.ring, shards, this.trained.tensors);
  }
}

const byName = (tensors: readonly ParameterTensor[]) => new Map(tensors.map((tensor) => [tensor.name, tensor]));
