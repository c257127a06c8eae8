import { invariant } from './invariant';
import { philox4x32, type PhiloxBlock, type PhiloxKey } from './philox';

/** A seeded stream of random numbers. The same seed and streams give the same numbers on every machine. */
export interface Rng {
  nextUint32(): number;
  /** Uniform in [0, 1), 32 bits of resolution. */
  nextFloat(): number;
  /** Uniform integer in [0, n), without modulo bias. */
  int(n: number): number;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T>(values: T[]): T[];
  /** Standard normal (Box-Muller). */
  nextGaussian(): number;
}

/** Name or number of a stream: one purpose of one seed ("data", step 12). */
export type Stream = string | number;

/** The Philox key of (seed, streams), by feeding each stream through the generator: streams that differ anywhere are independent. */
function deriveKey(seed: number, streams: readonly Stream[]): PhiloxKey {
  invariant(Number.isSafeInteger(seed) && seed >= 0, `seed ${seed} must be a safe integer of at least 0`);
  let key: PhiloxKey = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  streams.forEach((stream, index) => {
    const [low, high] = streamWords(stream);
    const [k0, k1] = philox4x32([low, high, index, 0x5eed], key);
    key = [k0, k1];
  });
  return key;
}

function streamWords(stream: Stream): readonly [number, number] {
  if (typeof stream === 'string') return [fnv1a(stream), 1 + stream.length];
  invariant(Number.isSafeInteger(stream) && stream >= 0, `stream ${stream} must be a safe integer of at least 0`);
  // The top bit keeps numbers and names apart.
  return [stream >>> 0, (Math.floor(stream / 2 ** 32) | 0x80000000) >>> 0];
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** A uint32 decided by seed and streams, for consumers that take a plain number (the sampling kernel's key). */
export function deriveSeed(seed: number, ...streams: readonly Stream[]): number {
  return deriveKey(seed, streams)[0];
}

/** Numbers of `seed` for the purpose named by `streams`. Throws `InvariantError` on a negative or fractional seed. */
export function createRng(seed: number, ...streams: readonly Stream[]): Rng {
  const key = deriveKey(seed, streams);
  let blockIndex = 0;
  let used = 4;
  let block: PhiloxBlock = [0, 0, 0, 0];

  function nextUint32(): number {
    if (used === 4) {
      block = philox4x32([blockIndex >>> 0, Math.floor(blockIndex / 2 ** 32), 0, 0], key);
      blockIndex++;
      used = 0;
    }
    return block[used++ as 0 | 1 | 2 | 3];
  }

  const nextFloat = () => nextUint32() / 2 ** 32;

  function int(n: number): number {
    invariant(Number.isInteger(n) && n > 0 && n <= 2 ** 32, `int(${n}) needs an integer from 1 to 2^32`);
    const limit = 2 ** 32 - (2 ** 32 % n);
    let draw = nextUint32();
    while (draw >= limit) draw = nextUint32();
    return draw % n;
  }

  function shuffle<T>(values: T[]): T[] {
    for (let last = values.length - 1; last > 0; last--) {
      const other = int(last + 1);
      const moved = values[last] as T;
      values[last] = values[other] as T;
      values[other] = moved;
    }
    return values;
  }

  function nextGaussian(): number {
    // 1 - u lies in (0, 1], so that the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - nextFloat()));
    return radius * Math.cos(2 * Math.PI * nextFloat());
  }

  return { nextUint32, nextFloat, int, shuffle, nextGaussian };
}
