/** Sums over the updates of one rollout step, for its metrics row. */
import { clipRange, probabilityRatio } from '../objective/surrogate';
import type { UpdateResult } from '../model/policy';
import type { LossOptions, WeightedSequence } from '../records/weighted';
import type { MetricsRow } from '../records/metrics';
import { log } from '../lib/transcendental';

type UpdateMetrics = Pick<
  MetricsRow,
  | 'clipLowNegative'
  | 'clipHighNegative'
  | 'clipLowPositive'
  | 'clipHighPositive'
  | 'samplerGapMean'
  | 'samplerGapMax'
  | 'approximateKl'
  | 'referenceKl'
  | 'gradNorm'
  | 'policyLoss'
  | 'updates'
  | 'emptyUpdates'
  | 'skippedUpdates'
>;

export interface UpdateStatistics {
  add(batch: readonly WeightedSequence[], result: UpdateResult, options: LossOptions): void;
  /** A mini-batch that asked for nothing. */
  addEmpty(): void;
  metrics(): UpdateMetrics;
}

interface SignCounts {
  tokens: number;
  below: number;
  above: number;
}

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

/** Only tokens that carry some weight count: the engine reports zeros for the others. */
export function createUpdateStatistics(): UpdateStatistics {
  const positive: SignCounts = { tokens: 0, below: 0, above: 0 };
  const negative: SignCounts = { tokens: 0, below: 0, above: 0 };
  let gapTotal = 0;
  let gapTokens = 0;
  let gapMax = 0;
  let kl = 0;
  let tokens = 0;
  let referenceKl = 0;
  let referenceTokens = 0;
  let gradNorm = 0;
  let policyLoss = 0;
  let updates = 0;
  let emptyUpdates = 0;
  let skippedUpdates = 0;

  function addToken(
    sequence: WeightedSequence,
    token: number,
    logp: number,
    estimate: number,
    options: LossOptions,
    first: boolean,
  ): void {
    const policyWeight = sequence.policyWeight[token] ?? 0;
    const klWeight = sequence.klWeight[token] ?? 0;
    if (policyWeight === 0 && klWeight === 0 && (sequence.entropyWeight[token] ?? 0) === 0) return;
    const old = sequence.oldLogp[token] ?? 0;
    const ratio = probabilityRatio(logp, old);
    tokens++;
    kl += ratio - 1 - log(ratio);
    if (first) {
      gapTokens++;
      gapTotal += Math.abs(logp - old);
      gapMax = Math.max(gapMax, Math.abs(logp - old));
    }
    if (klWeight !== 0) {
      referenceTokens++;
      referenceKl += estimate;
    }
    if (policyWeight === 0) return;
    const counts = (sequence.advantage[token] ?? 0) > 0 ? positive : negative;
    counts.tokens++;
    const { least, most } = clipRange(options);
    if (ratio < least) counts.below++;
    if (ratio > most) counts.above++;
  }

  return {
    add(batch, result, options) {
      if (result.skipped) {
        skippedUpdates++;
        return;
      }
      // Before the first update the policy is still the one that sampled.
      const first = updates === 0;
      updates++;
      gradNorm += result.gradNorm;
      batch.forEach((sequence, index) => {
        const logp = result.logp[index];
        for (let token = 0; token < sequence.completion.length; token++) {
          addToken(sequence, token, logp?.[token] ?? 0, result.kl[index]?.[token] ?? 0, options, first);
          policyLoss += result.policyLoss[index]?.[token] ?? 0;
        }
      });
    },
    addEmpty() {
      emptyUpdates++;
    },
    metrics: () => ({
      clipLowNegative: share(negative.below, negative.tokens),
      clipHighNegative: share(negative.above, negative.tokens),
      clipLowPositive: share(positive.below, positive.tokens),
      clipHighPositive: share(positive.above, positive.tokens),
      samplerGapMean: share(gapTotal, gapTokens),
      samplerGapMax: gapMax,
      approximateKl: share(kl, tokens),
      referenceKl: referenceTokens === 0 ? null : referenceKl / referenceTokens,
      gradNorm: updates === 0 ? null : gradNorm / updates,
      policyLoss: updates === 0 ? null : policyLoss / updates,
      updates,
      emptyUpdates,
      skippedUpdates,
    }),
  };
}
