/** Float64 reference of sample.wgsl: the distribution, what may be drawn, and the Gumbel-max draw from Philox numbers. */
import { philox4x32 } from '../lib/philox';
import { entropyNats, softmax } from '../lib/numeric';

export interface Distribution {
  readonly logp: Float64Array;
  readonly entropy: number;
}

export function distribution(logits: ArrayLike<number>, temperature: number): Distribution {
  const p = softmax(logits, temperature);
  return { logp: p.map(Math.log), entropy: entropyNats(p) };
}

/** Which tokens may be drawn: the k largest, of those the fewest that hold the mass `topP`; ties at the limit stay in. */
export function allowed(logits: ArrayLike<number>, temperature: number, topK: number, topP: number): boolean[] {
  const values = Array.from(logits);
  const sorted = [...values].sort((a, b) => b - a);
  const kth = topK > 0 ? (sorted[Math.min(topK, sorted.length) - 1] ?? -Infinity) : -Infinity;
  const kept = sorted.filter((value) => value >= kth);
  const most = sorted[0] ?? 0;
  const mass = (value: number) => Math.exp((value - most) / temperature);
  const wanted = topP * kept.reduce((total, value) => total + mass(value), 0);
  let total = 0;
  const limit = topP < 1 ? (kept.find((value) => (total += mass(value)) >= wanted) ?? -Infinity) : -Infinity;
  return values.map((value) => value >= kth && value >= limit);
}

/** Scaled logits plus Gumbel noise of (sample, position); the largest allowed one is drawn. */
export function gumbelScores(
  logits: ArrayLike<number>,
  temperature: number,
  sample: number,
  position: number,
  key: readonly [number, number],
): Float64Array {
  return Float64Array.from(logits, (logit, v) => {
    const bits = philox4x32([sample, position, Math.floor(v / 4), 0], key)[(v % 4) as 0 | 1 | 2 | 3];
    const uniform = ((bits >>> 9) + 0.5) / 2 ** 23;
    return logit / temperature - Math.log(-Math.log(uniform));
  });
}
