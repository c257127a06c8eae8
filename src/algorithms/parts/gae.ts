/** Generalised advantage estimation, whitening and the clipped value loss of PPO, as pure float64 functions. */

/** A_t = sum_k (gamma lambda)^k delta_{t+k}, delta_t = r_t + gamma V_{t+1} - V_t, V = 0 after the last token
 * (Schulman et al., arXiv 1506.02438). With gamma = lambda = 1: the reward still to come minus V_t. */
export function generalizedAdvantage(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  gamma: number,
  lambda: number,
): Float64Array {
  const advantage = new Float64Array(rewards.length);
  let following = 0;
  for (let token = rewards.length - 1; token >= 0; token--) {
    const delta = (rewards[token] ?? 0) + gamma * (values[token + 1] ?? 0) - (values[token] ?? 0);
    following = delta + gamma * lambda * following;
    advantage[token] = following;
  }
  return advantage;
}

/** (A - mean) / sqrt(variance + 1e-8) over every token of the rollout batch, ddof 1 (verl's masked_whiten). Fewer than two tokens: 0. */
export function whiten(rows: readonly ArrayLike<number>[]): Float64Array[] {
  const count = rows.reduce((total, values) => total + values.length, 0);
  // Plain sums in row order would depend on the samples' order in the last bits; sorted ones do not.
  const sorted = Float64Array.from(rows.flatMap((values) => Array.from(values))).sort();
  const centre = count === 0 ? 0 : sorted.reduce((total, value) => total + value, 0) / count;
  const squares = sorted.reduce((total, value) => total + (value - centre) ** 2, 0);
  const scale = count < 2 ? 0 : 1 / Math.sqrt(squares / (count - 1) + 1e-8);
  return rows.map((values) => Float64Array.from(values, (value) => (value - centre) * scale));
}

/** Clipped value loss of one token: 0.5 max((V - R)^2, (clip(V, Vold +- clip) - R)^2), and its derivative by V (verl's compute_value_loss). */
export function clippedValueLoss(
  value: number,
  oldValue: number,
  target: number,
  clip: number,
): { readonly loss: number; readonly slope: number } {
  const clipped = Math.min(Math.max(value, oldValue - clip), oldValue + clip);
  const plain = (value - target) ** 2;
  const bounded = (clipped - target) ** 2;
  // The bounded branch is constant in V once the clip acts.
  if (bounded > plain) return { loss: bounded / 2, slope: clipped === value ? value - target : 0 };
  return { loss: plain / 2, slope: value - target };
}
