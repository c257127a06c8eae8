/** `value` moved into [low, high]; NaN stays NaN. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index] ?? 0;
  return total;
}

/** log sum exp, without overflow. Empty: -Infinity. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let index = 0; index < values.length; index++) largest = Math.max(largest, values[index] ?? 0);
  if (!Number.isFinite(largest)) return largest;
  let total = 0;
  for (let index = 0; index < values.length; index++) total += Math.exp((values[index] ?? 0) - largest);
  return largest + Math.log(total);
}

/** Softmax of `logits` divided by `temperature`, float64. */
export function softmax(logits: ArrayLike<number>, temperature = 1): Float64Array {
  const scaled = Float64Array.from(logits, (logit) => logit / temperature);
  const normalizer = logSumExp(scaled);
  return scaled.map((logit) => Math.exp(logit - normalizer));
}

/** Entropy in nats of a distribution; 0 log 0 = 0. */
export function entropyNats(probabilities: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < probabilities.length; index++) {
    const probability = probabilities[index] ?? 0;
    if (probability > 0) total -= probability * Math.log(probability);
  }
  return total;
}

/** ||actual - expected|| / ||expected||; the plain norm of `actual` where `expected` is all zero. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let index = 0; index < Math.max(actual.length, expected.length); index++) {
    const right = expected[index] ?? 0;
    difference += ((actual[index] ?? 0) - right) ** 2;
    norm += right ** 2;
  }
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
}

/** The middle value, or the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}
