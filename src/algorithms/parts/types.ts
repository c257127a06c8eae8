import type { AlgorithmEntry } from '../../experiment/catalogue';
import type { Objective } from '../../experiment/types';

/** What an algorithm may look at of one rollout. Per-token arrays have one entry per completion token, EOS included. */
export interface RolloutSample {
  /** Rollouts of one prompt share a group. */
  readonly group: number;
  /** The verifier's verdict. */
  readonly reward: 0 | 1;
  /** log pi_old, nats. */
  readonly oldLogp: ArrayLike<number>;
  /** log pi_ref, nats; given where the algorithm needs a reference. */
  readonly refLogp: ArrayLike<number> | null;
  /** Critic's values before each token; given where the algorithm needs a critic. */
  readonly values: ArrayLike<number> | null;
}

export interface AlgorithmInput {
  readonly samples: readonly RolloutSample[];
  /** lambda(t) and beta(t) at this rollout step. */
  readonly positiveWeight: number;
  readonly negativeWeight: number;
  /** Penalty weight of each token of each sample (1 for right answers). */
  readonly tokenWeight: readonly ArrayLike<number>[];
  readonly virtualMaxReward: boolean;
  readonly params: Objective['params'];
  /** Longest completion that sampling allows, tokens. */
  readonly maxNewTokens: number;
}

export interface AlgorithmOutput {
  /** Advantage of each token of each sample. */
  readonly advantage: readonly Float32Array[];
  /** Targets of the critic's values, same shape; null without a critic. */
  readonly returns: readonly Float32Array[] | null;
}

/** How the critic of an actor-critic algorithm is trained. */
export interface CriticSettings {
  /** How far a value may move in one rollout step before its gradient stops. */
  readonly valueClip: number;
  /** Multiple of the policy's learning rate. */
  readonly rateFactor: number;
}

/** One group of answers and the advantage of its first tokens, to 4 decimals, under the algorithm's defaults, lambda = beta = 1
 * and penalty weights of 1 (tested, and shown in docs/catalogue.md). Null: there is no such answer in it. */
export interface AlgorithmExample {
  readonly groupSize: number;
  readonly right: number;
  readonly advantageOfRight: number | null;
  readonly advantageOfWrong: number | null;
}

/** What holds for any rewards of a group; the tests try it. */
export type AlgorithmLaw = 'equal rewards give nothing' | 'a group sums to zero';

/** An algorithm's entry in the catalogue, and what it computes. `id` is the stem of its file. */
export interface AlgorithmDefinition extends AlgorithmEntry {
  /** At least one, but for an algorithm whose advantages hang on a critic. */
  readonly examples: readonly AlgorithmExample[];
  readonly laws: readonly AlgorithmLaw[];
  /** Null where the advantages are made without a critic's values. */
  readonly critic: ((params: Objective['params']) => CriticSettings) | null;
  /** Whether rollouts must be scored by the starting model for the advantage (a KL term of the loss is another matter). */
  needsReference(params: Objective['params']): boolean;
  /** How many rollout batches may be generated to fill one with groups that are not dropped; 1 = no refill. */
  generationCap(params: Objective['params']): number;
  /** Pure; equivariant under permutations of the samples; never NaN. */
  advantages(input: AlgorithmInput): AlgorithmOutput;
}
