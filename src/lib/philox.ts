/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC11).
 * A block of four uint32 is a pure function of (counter, key), so that any draw can be computed anywhere, in any order:
 * the sampling kernel on the GPU uses the same function. Checked against Random123's known answers (kat_vectors).
 */

export type PhiloxCounter = readonly [number, number, number, number];
export type PhiloxKey = readonly [number, number];
export type PhiloxBlock = [number, number, number, number];

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
/** Weyl increments: golden ratio and sqrt(3) - 1. */
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;

/** High 32 bits of the 64-bit product of two uint32. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Every intermediate stays below 2^34, exact in float64.
  const carry = Math.floor((aLow * bLow) / 0x10000) + ((aHigh * bLow) & 0xffff) + ((aLow * bHigh) & 0xffff);
  return (aHigh * bHigh + ((aHigh * bLow) >>> 16) + ((aLow * bHigh) >>> 16) + (carry >>> 16)) >>> 0;
}

/** One block: four uint32 from a counter of four uint32 and a key of two. */
export function philox4x32(counter: PhiloxCounter, key: PhiloxKey): PhiloxBlock {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, c0 >>> 0);
    const low0 = Math.imul(multiplier0, c0) >>> 0;
    const high1 = multiplyHigh(multiplier1, c2 >>> 0);
    const low1 = Math.imul(multiplier1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c1 = low1;
    c3 = low0;
    k0 = (k0 + weyl0) >>> 0;
    k1 = (k1 + weyl1) >>> 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}
