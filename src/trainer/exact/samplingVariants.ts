/** Probabilities of given sequences under any way of sampling from the same logits: temperature, top-k, nucleus. The filters are those
 * of shaders/sample.wgsl, ties at the limit included, in float64. */
import { at, invariant } from '../../lib/invariant';
import { exp } from '../../lib/transcendental';

export interface SamplingVariant {
  readonly temperature: number;
  /** 0 = off. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
}

/** Probability of drawing `completion`. `logits`: [completion, vocabulary], not divided by a temperature. */
export function sequenceProbability(
  logits: Float32Array,
  completion: readonly number[],
  variant: SamplingVariant,
): number {
  const vocabulary = logits.length / Math.max(1, completion.length);
  invariant(Number.isInteger(vocabulary), `${logits.length} logits for ${completion.length} tokens`);
  let probability = 1;
  completion.forEach((token, t) => {
    const row = logits.subarray(t * vocabulary, (t + 1) * vocabulary);
    probability *= drawProbability(row, token, variant);
  });
  return probability;
}

/** Probability of drawing one token from a row of logits. */
export function drawProbability(
  row: Float32Array,
  token: number,
  { temperature, topK, topP }: SamplingVariant,
): number {
  const most = row.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const weights = Float64Array.from(row, (value) => exp((value - most) / temperature));
  let threshold = -Infinity;
  const descending = () => Array.from(row).sort((a, b) => b - a);
  if (topK > 0 && topK < row.length) threshold = at(descending(), topK - 1);
  if (topP < 1) threshold = nucleusThreshold(row, weights, descending(), threshold, topP);
  let kept = 0;
  for (let v = 0; v < row.length; v++) if (at(row, v) >= threshold) kept += at(weights, v);
  return at(row, token) >= threshold ? at(weights, token) / kept : 0;
}

/** The largest logit such that those from it up hold `topP` of what top-k leaves. */
function nucleusThreshold(
  row: Float32Array,
  weights: Float64Array,
  descending: readonly number[],
  kThreshold: number,
  topP: number,
): number {
  const massFrom = (limit: number) => {
    let mass = 0;
    for (let v = 0; v < row.length; v++) if (at(row, v) >= limit) mass += at(weights, v);
    return mass;
  };
  const wanted = topP * massFrom(kThreshold);
  return descending.find((limit) => massFrom(Math.max(limit, kThreshold)) >= wanted) ?? kThreshold;
}
