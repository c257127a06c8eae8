/** Stage two: one mini-batch -> how much each token adds to the loss (docs/algorithms.md, fixtures/oracle/README.md). */
import type { Aggregation, Normalizer } from '../experiment/types';

export interface AggregationOptions {
  readonly aggregation: Aggregation;
  readonly normalizer: Normalizer;
  /** Length constant of the `constant` aggregation, tokens. */
  readonly maxLength: number;
  /** Values of the scheduled coefficients at this step. */
  readonly entropyCoef: number;
  readonly klCoef: number;
}

export interface TokenWeights {
  /** Zero where the advantage is zero: such a token adds nothing, and need not reach the head on this account. */
  readonly policyWeight: Float32Array;
  readonly entropyWeight: Float32Array;
  readonly klWeight: Float32Array;
}

/**
 * Weights of every token of one mini-batch. `advantages`: one array per sequence, an entry per completion token.
 * The sums run over the whole mini-batch, so the result does not depend on how it is split into micro-batches.
 * `kept`: sequences whose advantages are all 0 (a class without weight, a dropped group) leave every sum, those of entropy
 * and KL included; with none left all weights are 0.
 */
export function tokenWeights(advantages: readonly Float32Array[], options: AggregationOptions): TokenWeights[] {
  const counts = advantages.map((advantage) => options.normalizer === 'all' || advantage.some((value) => value !== 0));
  const counted = advantages.filter((advantage, index) => counts[index] === true && advantage.length > 0);
  const tokens = counted.reduce((total, advantage) => total + advantage.length, 0);
  return advantages.map((advantage, index) => {
    const weight = counts[index] === true ? weightOfToken(options, advantage.length, counted.length, tokens) : 0;
    return {
      policyWeight: advantage.map((value) => (value === 0 ? 0 : weight)),
      entropyWeight: new Float32Array(advantage.length).fill(weight * options.entropyCoef),
      klWeight: new Float32Array(advantage.length).fill(weight * options.klCoef),
    };
  });
}

/** Weight of one token of a sequence of `length` tokens among `sequences` sequences of `tokens` tokens together. */
export function weightOfToken(
  { aggregation, maxLength }: Pick<AggregationOptions, 'aggregation' | 'maxLength'>,
  length: number,
  sequences: number,
  tokens: number,
): number {
  if (length === 0) return 0;
  switch (aggregation) {
    case 'token-mean':
      return 1 / tokens;
    case 'seq-mean-token-mean':
      return 1 / (sequences * length);
    case 'seq-mean-token-sum':
      return 1 / sequences;
    case 'constant':
      return 1 / (sequences * maxLength);
    default:
      return aggregation satisfies never;
  }
}

/** Whether a mini-batch asks for anything at all: without it there is no update, not even one of momentum or weight decay. */
export function carriesWeight(weights: readonly TokenWeights[]): boolean {
  return weights.some(({ policyWeight, entropyWeight, klWeight }) =>
    [policyWeight, entropyWeight, klWeight].some((values) => values.some((value) => value !== 0)),
  );
}
