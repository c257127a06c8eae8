/** What an optimiser steps: all weights of a decoder, or an adapter's. */
import type { BufferPool } from '../../gpu/buffers';
import type { KernelCall } from '../../gpu/plan';
import type { KernelVariant } from '../../kernels/variant';
import type { Region, TensorPlace } from './layout';
import type { Shards } from './shards';
import type { NamedWeights } from './tensorImage';

export interface TrainedTensors {
  readonly values: Shards;
  /** Names and places by which they are saved. */
  readonly tensors: readonly TensorPlace[];
  /** Norm gains and biases lie from this address on. */
  readonly vectorsAt: number;
  /** The gradients' runs of addresses: those of the values, and what training needs besides behind them. */
  gradientRuns(): readonly Region[];
  /** From the gradients that the backward pass leaves to those of the tensors. */
  finish(pool: BufferPool, gradients: Shards, variant: KernelVariant): readonly KernelCall[];
  /** What follows from a change of the values. */
  refresh(): readonly KernelCall[];
  /** Replaces all values by these tensors. Throws `InputError` naming a tensor that is missing. */
  upload(tensors: ReadonlyMap<string, NamedWeights>): Promise<void>;
}
