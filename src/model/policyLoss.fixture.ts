/** The whole loss in float64 from its definition (docs/algorithms.md section 1), over the reference decoder. */
import { at } from '../lib/invariant';
import { clamp, entropyNats, logSumExp, softmax, sum } from '../lib/numeric';
import type { ModelConfig } from './config';
import { hiddenStates, type Weights } from './decoder.fixture';
import type { LossOptions, WeightedSequence } from '../records/weighted';

/** [tokens][vocabulary]. */
export function referenceLogits(config: ModelConfig, weights: Weights, tokens: readonly number[]): number[][] {
  const head = Array.from(weights.get(config.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight') ?? []);
  const d = config.hiddenSize;
  return hiddenStates(config, weights, tokens).map((state) =>
    Array.from({ length: config.vocabularySize }, (_, v) => sum(state.map((value, i) => value * at(head, v * d + i)))),
  );
}

export interface ReferenceToken {
  readonly logp: number;
  readonly entropy: number;
  readonly surrogate: number;
  readonly kl: number;
}

function tokenTerms(
  logits: readonly number[],
  sequence: WeightedSequence,
  t: number,
  loss: LossOptions,
): ReferenceToken {
  const scaled = logits.map((logit) => logit / loss.temperature);
  const logp = at(scaled, at(sequence.completion, t)) - logSumExp(scaled);
  const advantage = at(sequence.advantage, t);
  const ratio = Math.exp(clamp(logp - at(sequence.oldLogp, t), -20, 20));
  const clipped = clamp(ratio, 1 - loss.clipLow, 1 + loss.clipHigh);
  let surrogate = Math.max(-advantage * ratio, -advantage * clipped);
  if (loss.dualClip !== null && advantage < 0) surrogate = Math.min(surrogate, -advantage * loss.dualClip);
  const difference = clamp((sequence.refLogp ? at(sequence.refLogp, t) : 0) - logp, -20, 20);
  const k3 = clamp(Math.exp(difference) - difference - 1, -10, 10);
  return { logp, entropy: entropyNats(softmax(scaled)), surrogate, kl: loss.klEstimator === 'k1' ? -difference : k3 };
}

/** Terms of every completion token. */
export function referenceTokens(
  config: ModelConfig,
  weights: Weights,
  sequence: WeightedSequence,
  loss: LossOptions,
): ReferenceToken[] {
  const logits = referenceLogits(config, weights, [...sequence.prompt, ...sequence.completion.slice(0, -1)]);
  return sequence.completion.map((_, t) => tokenTerms(at(logits, sequence.prompt.length - 1 + t), sequence, t, loss));
}

/** sum of policyWeight * surrogate - entropyWeight * H + klWeight * KL. */
export function referenceLoss(
  config: ModelConfig,
  weights: Weights,
  batch: readonly WeightedSequence[],
  loss: LossOptions,
): number {
  return sum(
    batch.flatMap((sequence) =>
      referenceTokens(config, weights, sequence, loss).map(
        ({ surrogate, entropy, kl }, t) =>
          at(sequence.policyWeight, t) * surrogate -
          at(sequence.entropyWeight, t) * entropy +
          at(sequence.klWeight, t) * kl,
      ),
    ),
  );
}
