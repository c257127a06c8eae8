/** Weights and moments between Hugging Face's tensors and the arenas on the GPU. */
import type { Gpu } from '../gpu/device';
import type { ReadbackRing } from '../gpu/readback';
import { InputError } from '../lib/errors';
import { packTensor, unpackTensor } from './layout';
import type { ParameterBuffers } from './parameterBuffers';
import type { ParameterTensor, PolicyCheckpoint } from './policy';

export interface NamedWeights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export class ParameterStore {
  /** Optimiser steps taken so far. */
  optimizerStep = 0;

  constructor(
    private readonly gpu: Gpu,
    private readonly ring: ReadbackRing,
    private readonly parameters: ParameterBuffers,
  ) {}

  /** Replaces all weights. Throws `InputError` naming a tensor that is missing. */
  async upload(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    const { layout } = this.parameters;
    const image = new Float32Array(layout.count);
    for (const place of layout.tensors) {
      const tensor = tensors.get(place.name);
      if (!tensor) throw new InputError(place.name, 'missing', `a tensor of shape [${place.shape.join(', ')}]`);
      packTensor(place, tensor.data, image);
    }
    await this.parameters.upload(image);
  }

  async save(): Promise<PolicyCheckpoint> {
    const { weights, firstMoment, secondMoment } = this.parameters;
    const moments = async (buffer: GPUBuffer | null) =>
      buffer && this.optimizerStep > 0 ? await this.read(buffer) : [];
    return {
      optimizerStep: this.optimizerStep,
      parameters: await this.read(weights),
      firstMoments: await moments(firstMoment),
      secondMoments: await moments(secondMoment),
    };
  }

  /** Everything that `save` gave: what comes after has the same bits. */
  async load(checkpoint: PolicyCheckpoint): Promise<void> {
    await this.upload(new Map(checkpoint.parameters.map((tensor) => [tensor.name, tensor])));
    await this.parameters.prepareTraining();
    this.writeMoments(this.parameters.firstMoment, checkpoint.firstMoments);
    this.writeMoments(this.parameters.secondMoment, checkpoint.secondMoments);
    this.optimizerStep = checkpoint.optimizerStep;
  }

  /** The tensors of an arena (weights, a moment, the first slab of the gradients). */
  async read(arena: GPUBuffer): Promise<ParameterTensor[]> {
    const { layout } = this.parameters;
    const encoder = this.gpu.device.createCommandEncoder({ label: 'read' });
    const readback = this.ring.reserve(layout.count * 4);
    readback.copy(encoder, arena, 0, 0, layout.count * 4);
    this.gpu.device.queue.submit([encoder.finish()]);
    const image = new Float32Array(await readback.read());
    return layout.tensors.map((place) => ({
      name: place.name,
      shape: place.shape,
      data: unpackTensor(place, image),
    }));
  }

  private writeMoments(buffer: GPUBuffer | null, tensors: readonly ParameterTensor[]): void {
    if (!buffer) return;
    const { layout } = this.parameters;
    const image = new Float32Array(layout.count);
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    for (const place of layout.tensors) {
      const tensor = byName.get(place.name);
      if (tensor) packTensor(place, tensor.data, image);
    }
    this.gpu.device.queue.writeBuffer(buffer, 0, image);
  }
}
