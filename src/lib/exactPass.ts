/** pass@k where the probability of a right answer is known: no estimate, any k. */
import { invariant } from './invariant';

/** 1 - (1 - p)^k for 0 <= p <= 1 and a whole k >= 1. Of k = a + b draws one is right with P(a) + P(b) (1 - P(a)), and k is put
 * together from its bits: no difference of near numbers (p may be 1e-12), and additions and products alone, so that every
 * JavaScript engine gives the same bits. */
export function passOfProbability(p: number, k: number): number {
  invariant(p >= 0 && p <= 1 && Number.isSafeInteger(k) && k >= 1, `pass@k of p ${p} and k ${k}`);
  let pass = 0;
  let block = p;
  for (let rest = k; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) pass += block * (1 - pass);
    block += block * (1 - block);
  }
  return Math.min(1, pass);
}

/** d pass@k / d p = k (1 - p)^(k - 1), same bits everywhere. */
export function passSlope(p: number, k: number): number {
  invariant(p >= 0 && p <= 1 && Number.isSafeInteger(k) && k >= 1, `slope of pass@k of p ${p} and k ${k}`);
  let power = 1;
  let block = 1 - p;
  for (let rest = k - 1; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= block;
    block *= block;
  }
  return k * power;
}

/** The k of an exact fan: 1, 2, 4, ..., 4096. */
export const exactKs: readonly number[] = Array.from({ length: 13 }, (_, power) => 2 ** power);
