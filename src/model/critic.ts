/** The second model of PPO: what the trainer asks of the engine. Values stand before each completion token (the state in which that token was sampled). */
import type { OptimizerOptions, PolicyCheckpoint, Watch } from './policy';

export interface CriticSequence {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/** Per completion token: adds `weight * clippedValueLoss(V, oldValue, target, clip)` of algorithms/parts/gae.ts to the loss. */
export interface CriticTarget extends CriticSequence {
  readonly target: Float32Array;
  readonly oldValue: Float32Array;
  readonly weight: Float32Array;
}

export interface CriticUpdate {
  readonly loss: number;
  /** Global norm before clipping. */
  readonly gradNorm: number;
  /** Something was not finite; nothing changed. */
  readonly skipped: boolean;
}

export interface Critic {
  /** One value per completion token of each sequence. */
  values(sequences: readonly CriticSequence[], watch?: Watch): Promise<Float32Array[]>;
  /** One optimiser step. The result does not depend on a split into micro-batches. */
  update(
    batch: readonly CriticTarget[],
    valueClip: number,
    optimizer: OptimizerOptions,
    watch?: Watch,
  ): Promise<CriticUpdate>;
  save(): Promise<PolicyCheckpoint>;
  load(checkpoint: PolicyCheckpoint): Promise<void>;
  dispose(): void;
}
