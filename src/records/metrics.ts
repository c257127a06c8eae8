/** What one rollout step leaves behind. Everything here but `StepTiming` is decided by experiment, seed, build and adapter, bit for bit. */
import type { Interval } from '../lib/stats';

export interface MetricsRow {
  /** Rollout step t, 0-based. */
  readonly step: number;
  /** Completion tokens sampled for training so far, this step included. */
  readonly tokens: number;
  /** Values in force at this step. */
  readonly positiveWeight: number;
  readonly negativeWeight: number;
  readonly learningRate: number;
  readonly temperature: number;
  readonly entropyCoef: number;
  readonly klCoef: number;
  /** Share of right answers among all rollouts generated in this step; with 0/1 rewards also the mean reward. */
  readonly correctRatio: number;
  /** Shares of groups that are all right, all wrong, and neither. */
  readonly solvedGroups: number;
  readonly unsolvedGroups: number;
  readonly mixedGroups: number;
  /** Mean entropy of the policy at the sampled tokens, nats. */
  readonly entropyNats: number;
  /** Of the tokens with A < 0, the share whose ratio is below 1 - clipLow (their gradient is off) and above 1 + clipHigh (still live). */
  readonly clipLowNegative: number;
  readonly clipHighNegative: number;
  /** Of the tokens with A > 0, the share whose ratio is below 1 - clipLow (still live) and above 1 + clipHigh (their gradient is off). */
  readonly clipLowPositive: number;
  readonly clipHighPositive: number;
  /** |log p(training pass) - log p(sampler)| over the first mini-batch, before any update: numerics only. */
  readonly samplerGapMean: number;
  readonly samplerGapMax: number;
  /** Mean of rho - 1 - log rho over all updates of this step (k3 of old against current policy), nats. */
  readonly approximateKl: number;
  /** Mean KL estimate to the reference over weighted tokens; null where no KL is asked for. */
  readonly referenceKl: number | null;
  /** Mean over this step's updates, before clipping. Null where none was made. */
  readonly gradNorm: number | null;
  /** Mean over this step's updates. No signal of progress: GRPO's is 0 at rho = 1. */
  readonly policyLoss: number | null;
  /** Mean completion length, tokens, EOS included. */
  readonly responseLength: number;
  readonly truncatedShare: number;
  /** Different right answers per prompt, mean. */
  readonly distinctCorrect: number;
  /** Optimiser steps made, left out for want of any weight, and skipped because a number was not finite. */
  readonly updates: number;
  readonly emptyUpdates: number;
  readonly skippedUpdates: number;
  /** Rollout batches generated (more than 1 only where dropped groups are refilled) and groups trained on. */
  readonly generations: number;
  readonly trainedGroups: number;
  /** Critic: mean value loss and gradient norm; null without one. */
  readonly valueLoss: number | null;
  readonly criticGradNorm: number | null;
  /** Of every rollout trained on, in order: verdict, confidence, penalty weight, mean advantage over its tokens (5 digits). */
  readonly rollouts: {
    readonly reward: readonly number[];
    readonly confidence: readonly number[];
    readonly weight: readonly number[];
    readonly advantage: readonly number[];
  };
}

/** Durations of one step, milliseconds: kept apart, since they never repeat. */
export interface StepTiming {
  readonly step: number;
  readonly rolloutMs: number;
  readonly scoreMs: number;
  readonly updateMs: number;
  readonly totalMs: number;
  readonly tokensPerSecond: number;
}

export interface PassAtK extends Interval {
  readonly k: number;
}

interface EvaluationShared {
  readonly step: number;
  /** Answers per problem: the n of sampled pass@k, and the draws among which `distinctCorrect` counts. */
  readonly samples: number;
  readonly temperature: number;
  readonly problemIds: readonly string[];
  /** Means over problems with 95 % bootstrap bands over problems. */
  readonly passAtK: readonly PassAtK[];
  readonly greedyAccuracy: number;
  /** Mean over sampled held-out tokens, nats. */
  readonly entropyNats: number;
  /** Different right answers among `samples` answers of a problem, mean over problems. */
  readonly distinctCorrect: number;
  readonly truncatedShare: number;
  /** Smallest k at which the starting model's pass@k is above this one's; null where it never is, and for the start itself. */
  readonly crossoverK: number | null;
}

/** By sampling, with the unbiased estimator. */
export interface SampledEvaluation extends EvaluationShared {
  /** Right answers of the n, per problem. */
  readonly correct: readonly number[];
}

/** By the probability of every right answer: pass@k for any k, `distinctCorrect` the expectation. Greedy accuracy, entropy and the
 * shares are still of a few samples. */
export interface ExactEvaluation extends EvaluationShared {
  /** p(right) per problem, six digits: pass@k = mean of 1 - (1 - p)^k. */
  readonly rightProbability: readonly number[];
  /** exp of the entropy of a problem's right answers among themselves, mean over problems. */
  readonly effectiveSolutions: number;
  /** What is sampled: how many problems (the first ones), answers of each, and the shares of all answers that are wrong in the form
   * asked for and that lack it. */
  readonly sampled: {
    readonly problems: number;
    readonly samples: number;
    readonly wrongShare: number;
    readonly malformedShare: number;
  };
}

/** One evaluation on the run's fixed held-out problems, before the update of rollout step `step`. */
export type EvaluationRow = SampledEvaluation | ExactEvaluation;
