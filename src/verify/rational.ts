import { LimitError, maxBits } from './limits';

/** An exact fraction in lowest terms with a positive denominator. At most `maxBits` bits above and below. */
export interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

export const zero: Rational = { over: 0n, under: 1n };
export const one: Rational = { over: 1n, under: 1n };
export const minusOne: Rational = { over: -1n, under: 1n };

const small = 1n << 53n;
const largest = 1n << BigInt(maxBits);

export function integer(value: number | bigint): Rational {
  return { over: BigInt(value), under: 1n };
}

/** over / under in lowest terms. Throws `LimitError` when too large; `under` must not be 0. */
export function fraction(over: bigint, under: bigint): Rational {
  const divisor = greatestCommonDivisor(over, under);
  const sign = under < 0n ? -1n : 1n;
  const result =
    divisor === 1n
      ? { over: sign * over, under: sign * under }
      : { over: (sign * over) / divisor, under: (sign * under) / divisor };
  if (result.over >= largest || result.over <= -largest || result.under >= largest) throw new LimitError('digits');
  return result;
}

/** A decimal as written, "12.50" or ".5", exactly; null for text that is no plain decimal. */
export function parseDecimal(text: string): Rational | null {
  if (!/^(?:\d+\.?\d*|\.\d+)$/.test(text)) return null;
  const point = text.indexOf('.');
  if (point < 0) return fraction(BigInt(text), 1n);
  const decimals = text.length - point - 1;
  return fraction(BigInt(text.slice(0, point) + text.slice(point + 1)), 10n ** BigInt(decimals));
}

export function add(a: Rational, b: Rational): Rational {
  if (a.under === 1n && b.under === 1n) return fraction(a.over + b.over, 1n);
  return fraction(a.over * b.under + b.over * a.under, a.under * b.under);
}

export function negate(a: Rational): Rational {
  return { over: -a.over, under: a.under };
}

export function multiply(a: Rational, b: Rational): Rational {
  if (isOne(a)) return b;
  if (isOne(b)) return a;
  return fraction(a.over * b.over, a.under * b.under);
}

/** 1 / a, null for 0. */
export function invert(a: Rational): Rational | null {
  if (a.over === 0n) return null;
  return a.over < 0n ? { over: -a.under, under: -a.over } : { over: a.under, under: a.over };
}

/** a^n for a whole n; null for 0 to a negative power. Throws `LimitError` before it would compute something huge. */
export function power(a: Rational, n: number): Rational | null {
  const base = n < 0 ? invert(a) : a;
  if (base === null) return null;
  const times = Math.abs(n);
  if (isOne(base) || times === 0) return one;
  if (isOne(negate(base)) || base.over === 0n) return times % 2 === 0 ? multiply(base, base) : base;
  const bits = Math.max(bitLength(base.over), bitLength(base.under));
  if ((bits - 1) * times > maxBits) throw new LimitError('power');
  return { over: checked(base.over ** BigInt(times)), under: checked(base.under ** BigInt(times)) };
}

export function equal(a: Rational, b: Rational): boolean {
  return a.over === b.over && a.under === b.under;
}

/** Negative, 0 or positive as a is below, at or above b. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.over * b.under - b.over * a.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isZero(a: Rational): boolean {
  return a.over === 0n;
}

export function isOne(a: Rational): boolean {
  return a.over === 1n && a.under === 1n;
}

/** The whole number as a double, or null when it is a fraction or beyond 2^53. */
export function smallInteger(a: Rational): number | null {
  return a.under === 1n && isSmall(a.over) ? Number(a.over) : null;
}

/** The nearest double, also where above and below are each beyond a double's range. */
export function toNumber(a: Rational): number {
  if (isSmall(a.over) && isSmall(a.under)) return Number(a.over) / Number(a.under);
  const shift = bitLength(a.under) - bitLength(a.over) + 70;
  const scaled = shift >= 0 ? (a.over << BigInt(shift)) / a.under : a.over / (a.under << BigInt(-shift));
  // Two steps, because 2^-shift alone may underflow where the product does not.
  const half = Math.trunc(shift / 2);
  return Number(scaled) * 2 ** -half * 2 ** (half - shift);
}

/** The digits after the point of the finite decimal that equals a, or null when its decimals never end. */
export function decimalLength(a: Rational): number | null {
  let rest = a.under;
  let twos = 0;
  let fives = 0;
  if (bitLength(rest) > 200) return null;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  return rest === 1n ? Math.max(twos, fives) : null;
}

/** Bits times steps of one common divisor: some tenths of a millisecond. Two coprime numbers of 2,500 bits need as much. */
const maxDivisorCost = 2_000_000;

export function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  return magnitude < small ? Math.ceil(Math.log2(Number(magnitude) + 1)) : magnitude.toString(16).length * 4;
}

/** Euclid; the small case in doubles, which is most of them. Throws `LimitError` where it would take long. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  if (x === 1n || y === 1n) return 1n;
  let cost = 0;
  for (let step = 0; y !== 0n; step++) {
    if (x < small && y < small) return BigInt(smallDivisor(Number(x), Number(y)));
    if (step % 16 === 0) cost += bitLength(x) * 16;
    if (cost > maxDivisorCost) throw new LimitError('divisor');
    [x, y] = [y, x % y];
  }
  return x;
}

function smallDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

function checked(value: bigint): bigint {
  if (value >= largest || value <= -largest) throw new LimitError('digits');
  return value;
}

function isSmall(value: bigint): boolean {
  return value < small && value > -small;
}
