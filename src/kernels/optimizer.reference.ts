/** Float64 references of finish_grads, gain_grad, grad_norm, adamw and fold_weights. */

const get = (values: ArrayLike<number>, i: number): number => values[i] ?? NaN;

/** From the gradient G of the gain-folded weight W diag(g), [n,k]: dW = G diag(g), dg_k = sum_n W[n,k] G[n,k]. */
export function unfoldGradient(
  folded: ArrayLike<number>,
  weights: ArrayLike<number>,
  gain: ArrayLike<number>,
): { weight: Float64Array; gain: Float64Array } {
  const k = gain.length;
  const dGain = new Float64Array(k);
  const weight = Float64Array.from({ length: folded.length }, (_, i) => {
    dGain[i % k] = get(dGain, i % k) + get(weights, i) * get(folded, i);
    return get(folded, i) * get(gain, i % k);
  });
  return { weight, gain: dGain };
}

export function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += get(values, i) ** 2;
  return Math.sqrt(squares);
}

export interface AdamState {
  readonly weights: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decay of element i. */
  readonly decay: (i: number) => number;
  readonly maxNorm: number;
  /** 1-based. */
  readonly step: number;
}

/** One AdamW step as PyTorch takes it, the gradient first clipped to `maxNorm` (coefficient min(1, max / (norm + 1e-6))). */
export function adamStep(state: AdamState, gradient: ArrayLike<number>, options: AdamOptions): AdamState {
  const { learningRate, beta1, beta2, epsilon, decay, step } = options;
  const clip = Math.min(1, options.maxNorm / (norm(gradient) + 1e-6));
  const first = state.first.map((m, i) => beta1 * m + (1 - beta1) * clip * get(gradient, i));
  const second = state.second.map((v, i) => beta2 * v + (1 - beta2) * (clip * get(gradient, i)) ** 2);
  const weights = state.weights.map((weight, i) => {
    const mean = get(first, i) / (1 - beta1 ** step);
    const deviation = Math.sqrt(get(second, i) / (1 - beta2 ** step)) + epsilon;
    return weight * (1 - learningRate * decay(i)) - (learningRate * mean) / deviation;
  });
  return { weights, first, second };
}

/** to[k,n] = gain_k W[n,k]. */
export function foldTranspose(
  weights: ArrayLike<number>,
  n: number,
  k: number,
  gain: ArrayLike<number> | null,
): Float64Array {
  return Float64Array.from(
    { length: n * k },
    (_, i) => get(weights, (i % n) * k + Math.floor(i / n)) * (gain ? get(gain, Math.floor(i / n)) : 1),
  );
}
