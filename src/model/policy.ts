/** What the trainer asks of a model: the contract between `trainer/` and the engine in `model/`. Token ids are plain integers; every log-probability is in nats at the sampling temperature. */
import type { LossOptions, WeightedSequence } from '../records/weighted';

export interface RolloutRequest {
  /** One entry per prompt (token ids); each is sampled `groupSize` times. */
  readonly prompts: readonly (readonly number[])[];
  readonly groupSize: number;
  readonly maxNewTokens: number;
  readonly temperature: number;
  /** 0 = off. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
  readonly greedy: boolean;
  /** Philox key: (seed, stream) decide every draw. */
  readonly seed: number;
  readonly stream: number;
}

export interface SampledSequence {
  readonly promptIndex: number;
  /** Sampled ids, the EOS included when one came. */
  readonly completion: readonly number[];
  /** log pi_old(y_t), one per completion token, full softmax at the sampling temperature. */
  readonly logp: Float32Array;
  /** Entropy in nats of the full distribution at each completion token. */
  readonly entropy: Float32Array;
  /** No EOS within maxNewTokens. */
  readonly truncated: boolean;
}

/** Ordered by prompt, then by sample: index = promptIndex * groupSize + sample. */
export interface RolloutResult {
  readonly sequences: readonly SampledSequence[];
}

export interface OptimizerOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly maxGradNorm: number;
}

/** Per completion token of each sequence of the mini-batch, under the weights before the update; zeros at tokens that carry no weight at all (they never reach the head). */
export interface UpdateResult {
  readonly logp: readonly Float32Array[];
  readonly entropy: readonly Float32Array[];
  /** Weighted contribution of each token to the policy loss (policyWeight * surrogate). */
  readonly policyLoss: readonly Float32Array[];
  /** KL estimate per token, unweighted. */
  readonly kl: readonly Float32Array[];
  /** Global gradient norm before clipping. */
  readonly gradNorm: number;
  /** The step was skipped because something was not finite; parameters and moments are unchanged. */
  readonly skipped: boolean;
}

export interface ParameterTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface PolicyCheckpoint {
  readonly optimizerStep: number;
  readonly parameters: readonly ParameterTensor[];
  /** First and second moments, same names; empty before the first update. */
  readonly firstMoments: readonly ParameterTensor[];
  readonly secondMoments: readonly ParameterTensor[];
}

/** Told within a work, between submits, how much of it is done. May throw, which ends the work there and leaves the policy as it was
 * before, as if nobody had asked. */
export type Watch = (done: number, total: number) => void;

/** Of a rollout: tokens of all sequences, those that a sequence needed no more counted as done; `sampled`: without these. */
export type RolloutWatch = (done: number, total: number, sampled: number) => void;

export interface Policy {
  readonly vocabularySize: number;
  readonly parameterCount: number;
  readonly eosTokenId: number;
  rollout(request: RolloutRequest, watch?: RolloutWatch): Promise<RolloutResult>;
  /** One optimiser step on one mini-batch, split into micro-batches as memory demands; the result does not depend on the split. */
  update(
    batch: readonly WeightedSequence[],
    loss: LossOptions,
    optimizer: OptimizerOptions,
    watch?: Watch,
  ): Promise<UpdateResult>;
  /** Gradient of one mini-batch without a step (for `nsr grad`, the inspector and tests). */
  gradients(
    batch: readonly WeightedSequence[],
    loss: LossOptions,
  ): Promise<UpdateResult & { readonly gradients: readonly ParameterTensor[] }>;
  /** Full logits, one array of [length * vocabulary] per row. */
  logits(rows: readonly (readonly number[])[]): Promise<Float32Array[]>;
  /** Logits that each completion token was chosen from, one array of [completion * vocabulary] per sequence, not divided by a
   * temperature: neighbours with equal prompts share their rows. */
  completionLogits(
    sequences: readonly { readonly prompt: readonly number[]; readonly completion: readonly number[] }[],
  ): Promise<Float32Array[]>;
  /** logp and entropy of given completions (reference model, evaluation). `base`: with the adapter off, where there is one. */
  score(
    sequences: readonly { readonly prompt: readonly number[]; readonly completion: readonly number[] }[],
    temperature: number,
    base?: boolean,
    watch?: Watch,
  ): Promise<{ readonly logp: Float32Array[]; readonly entropy: Float32Array[] }>;
  save(): Promise<PolicyCheckpoint>;
  load(checkpoint: PolicyCheckpoint): Promise<void>;
  dispose(): void;
}
