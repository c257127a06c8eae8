/** The types of an experiment: the one JSON object that a link carries and a run is decided by. */

/** A curve over rollout steps as data; `kind` names a file in `src/schedules/`. */
export interface ScheduleSpec {
  readonly kind: string;
  readonly [parameter: string]: unknown;
}
export type Scheduled = number | ScheduleSpec;

/** A mapping confidence -> penalty weight as data; `kind` names a file in `src/confidence/`. */
export interface ConfidenceSpec {
  readonly kind: string;
  /** `sequence`: exp(mean log-probability) of the whole answer; `token`: each token's own probability. */
  readonly scope?: 'sequence' | 'token';
  /** Equal budget: divide by the mean weight over the wrong samples of the batch. */
  readonly normalize?: boolean;
  readonly [parameter: string]: unknown;
}

export type Aggregation = 'token-mean' | 'seq-mean-token-mean' | 'seq-mean-token-sum' | 'constant';
export type Normalizer = 'all' | 'kept';
export type DropGroups = 'none' | 'homogeneous' | 'all-correct';

/** What is optimised. The shared options hold for any algorithm; `algorithm` names a file in `src/algorithms/`. */
export interface Objective {
  /** Label of the preset it came from, e.g. `nsr`; free text for people, decides nothing. */
  readonly name: string;
  readonly algorithm: string;
  /** lambda(t): advantage of a right answer (signed family). */
  readonly positiveWeight: Scheduled;
  /** beta(t): penalty of a wrong answer (signed family). */
  readonly negativeWeight: Scheduled;
  readonly confidence: ConfidenceSpec | null;
  /** Add one virtual reward of 1 to the group's mean and deviation (NGRPO). */
  readonly virtualMaxReward: boolean;
  readonly dropGroups: DropGroups;
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly clip: boolean;
  readonly dualClip: number | null;
  readonly normalizer: Normalizer;
  readonly aggregation: Aggregation;
  /** Length constant of the `constant` aggregation, tokens. */
  readonly maxLength: number | null;
  readonly entropyCoef: Scheduled;
  readonly klCoef: Scheduled;
  readonly klEstimator: 'k1' | 'k3';
  /** Parameters of one algorithm only (its own specs), e.g. PPO's gae lambda. */
  readonly params: Readonly<Record<string, number | string | boolean>>;
}

export interface ExperimentEdit {
  /** Rollout step (0-based) from which the value holds. */
  readonly step: number;
  /** Dotted path into the experiment, e.g. `objective.negativeWeight`. */
  readonly path: string;
  readonly value: unknown;
}

export interface AdapterSpec {
  /** 0: none, all weights train. */
  readonly rank: number;
  /** The factors' product counts alpha / rank. */
  readonly alpha: number;
  readonly targets: AdapterTargets;
  /** How the weights beside it are held: as the model's files have them, or quantised when they are read. */
  readonly base: 'stored' | 'q8' | 'q4';
}

/** All maps of a layer, those of its attention or of its feed-forward block, or q and v alone (PEFT's choice where none is said). */
export type AdapterTargets = 'all' | 'attention' | 'mlp' | 'q-v';

/** How a problem is put to the model (`src/text/promptFormat.ts`). */
export type PromptFormat = 'plain' | 'boxed' | 'chat' | 'qwen-math' | 'qwen3';

export interface PromptSpec {
  readonly format: PromptFormat;
  /** Follows the problem, after a space; acts in `plain` and `chat`. */
  readonly instruction: string;
  /** System text of a chat; empty: none is given, and the model's template decides. */
  readonly system: string;
}

export interface Experiment {
  readonly version: 1;
  /** Shipped base (folder in public/models) or Hugging Face id `org/name`. */
  readonly model: string;
  /** What trains: factors of low rank beside the model's maps (LoRA), or with rank 0 all of its weights. */
  readonly adapter: AdapterSpec;
  readonly task: { readonly name: string; readonly params: Readonly<Record<string, number | string | boolean>> };
  readonly prompt: PromptSpec;
  readonly sampling: {
    readonly temperature: Scheduled;
    /** 0 = off. */
    readonly topK: number;
    /** 1 = off. */
    readonly topP: number;
    readonly maxNewTokens: number;
  };
  readonly batch: {
    readonly promptsPerStep: number;
    readonly groupSize: number;
    /** Disjoint mini-batches per rollout batch, one optimiser step each. */
    readonly updatesPerRollout: number;
    /** Passes over the same rollout batch. */
    readonly innerEpochs: number;
  };
  readonly objective: Objective;
  readonly optimizer: {
    readonly learningRate: Scheduled;
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly weightDecay: number;
    readonly maxGradNorm: number;
  };
  readonly evaluation: {
    /** `exact`: pass@k from the probability of every right answer, where the task lists them and the tokenizer spells characters,
     * else sampled all the same; the rows say which. */
    readonly method: 'exact' | 'sampled';
    /** Evaluate every so many rollout steps (and always at step 0 and at the end); 0 = only at start and end. */
    readonly every: number;
    readonly problems: number;
    readonly samples: number;
    readonly temperature: number;
    /** 1 = off. */
    readonly topP: number;
    readonly seed: number;
    /** Measure the forces every so many rollout steps; 0 = never. Changes no number of the run. */
    readonly forcesEvery: number;
  };
  /** Planned rollout steps T. */
  readonly steps: number;
  readonly seed: number;
  readonly edits: readonly ExperimentEdit[];
}
