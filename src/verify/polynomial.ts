import { LimitError, maxTerms, type Work } from './limits';
import * as rational from './rational';
import type { Rational } from './rational';

/**
 * Sums of products in normal form. A generator is a prime under a root ("2"), pi, e, i, a variable, or an expression
 * that is not taken apart; exponents are fractions. Products of different fractional powers of primes are linearly
 * independent over the rationals (Besicovitch 1940), and pi and e are treated as independent of them and each other:
 * two polynomials over the same generators are equal when, and for numbers only when, their normal forms are the same.
 */
export interface Monomial {
  /** "2^1/2*x^3": decides equality and the order. */
  readonly key: string;
  readonly powers: ReadonlyMap<string, Rational>;
}

export interface Term {
  readonly coefficient: Rational;
  readonly monomial: Monomial;
}

export type Polynomial = ReadonlyMap<string, Term>;

const unit: Monomial = { key: '', powers: new Map() };

export function constant(value: Rational): Polynomial {
  return value.over === 0n ? new Map() : new Map([['', { coefficient: value, monomial: unit }]]);
}

/** generator^exponent. */
export function generator(name: string, exponent: Rational = rational.one): Polynomial {
  return single(normalize(new Map([[name, exponent]]), rational.one));
}

/** Throws `LimitError` over `maxTerms`. */
export function add(a: Polynomial, b: Polynomial, work: Work): Polynomial {
  if (a.size === 0) return b;
  const sum = new Map(a);
  work.spend(a.size / 20);
  for (const term of b.values()) {
    work.spend(cost(term.coefficient));
    accumulate(sum, term);
  }
  return sum;
}

export function scale(a: Polynomial, factor: Rational): Polynomial {
  if (rational.isZero(factor)) return new Map();
  if (rational.isOne(factor)) return a;
  return new Map(
    [...a].map(([key, { coefficient, monomial }]) => [
      key,
      { coefficient: rational.multiply(coefficient, factor), monomial },
    ]),
  );
}

/** Throws `LimitError` over `maxTerms` or when the work is used up. */
export function multiply(a: Polynomial, b: Polynomial, work: Work): Polynomial {
  const product = new Map<string, Term>();
  for (const left of a.values()) {
    for (const right of b.values()) {
      const coefficient = rational.multiply(left.coefficient, right.coefficient);
      work.spend(cost(coefficient));
      if (left.monomial.key === '' || right.monomial.key === '') {
        accumulate(product, { coefficient, monomial: left.monomial.key === '' ? right.monomial : left.monomial });
        continue;
      }
      work.spend(left.monomial.powers.size);
      const powers = new Map(left.monomial.powers);
      for (const [name, exponent] of right.monomial.powers) {
        powers.set(name, rational.add(powers.get(name) ?? rational.zero, exponent));
      }
      accumulate(product, normalize(powers, coefficient));
    }
  }
  return product;
}

/** a^n for a whole n >= 0, by squaring. Throws `LimitError`. */
export function power(a: Polynomial, n: number, work: Work): Polynomial {
  const value = constantValue(a);
  if (value !== null) return constant(rational.power(value, n) ?? rational.zero);
  const [term] = a.values();
  if (a.size === 1 && term !== undefined)
    return single(termPower(term, rational.integer(n), rational.power(term.coefficient, n) ?? rational.one));
  if (n > 64) throw new LimitError('power');
  let result = constant(rational.one);
  let square = a;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square, work);
    if (rest > 1) square = multiply(square, square, work);
  }
  return result;
}

/** The monomial of a term to a fractional power, with the coefficient given. */
export function termPower(term: Term, exponent: Rational, coefficient: Rational): Term {
  const powers = new Map([...term.monomial.powers].map(([name, power]) => [name, rational.multiply(power, exponent)]));
  return normalize(powers, coefficient);
}

export function single(term: Term): Polynomial {
  return rational.isZero(term.coefficient) ? new Map() : new Map([[term.monomial.key, term]]);
}

export function negate(a: Polynomial): Polynomial {
  return scale(a, rational.minusOne);
}

export function equal(a: Polynomial, b: Polynomial): boolean {
  if (a.size !== b.size) return false;
  for (const [key, { coefficient }] of a) {
    const other = b.get(key);
    if (other === undefined || !rational.equal(coefficient, other.coefficient)) return false;
  }
  return true;
}

/** The c with a = c b, null when there is none. Both must not be 0. */
export function proportion(a: Polynomial, b: Polynomial): Rational | null {
  const [first] = a.values();
  const other = first === undefined ? undefined : b.get(first.monomial.key);
  const inverse = other === undefined ? null : rational.invert(other.coefficient);
  if (first === undefined || inverse === null) return null;
  const factor = rational.multiply(first.coefficient, inverse);
  return equal(a, scale(b, factor)) ? factor : null;
}

/** The value of a polynomial without generators, null otherwise. */
export function constantValue(a: Polynomial): Rational | null {
  if (a.size === 0) return rational.zero;
  const term = a.get('');
  return a.size === 1 && term !== undefined ? term.coefficient : null;
}

/** Text that two polynomials share exactly when they are equal. */
export function keyOf(a: Polynomial): string {
  return [...a.values()]
    .map(({ coefficient, monomial }) => `${coefficient.over}/${coefficient.under}*${monomial.key}`)
    .sort()
    .join('+');
}

function accumulate(sum: Map<string, Term>, term: Term): void {
  const { key } = term.monomial;
  const before = sum.get(key);
  const coefficient = before === undefined ? term.coefficient : rational.add(before.coefficient, term.coefficient);
  if (rational.isZero(coefficient)) sum.delete(key);
  else sum.set(key, { coefficient, monomial: term.monomial });
  if (sum.size > maxTerms) throw new LimitError('terms');
}

/** Whole powers of primes go into the coefficient, i^2 = -1, powers of 0 vanish. */
function normalize(powers: ReadonlyMap<string, Rational>, factor: Rational): Term {
  let coefficient = factor;
  const kept: [string, Rational][] = [];
  for (const [name, exponent] of powers) {
    if (rational.isZero(exponent)) continue;
    const isPrime = /^\d/.test(name);
    const cycle = name === 'i';
    if (!isPrime && !cycle) {
      kept.push([name, exponent]);
      continue;
    }
    const whole = floor(exponent);
    const rest = rational.add(exponent, rational.integer(-whole));
    if (isPrime) {
      const step = rational.power(rational.integer(BigInt(name)), Number(whole));
      if (step !== null) coefficient = rational.multiply(coefficient, step);
      if (!rational.isZero(rest)) kept.push([name, rest]);
    } else {
      const quarter = Number(((whole % 4n) + 4n) % 4n);
      if (quarter >= 2) coefficient = rational.negate(coefficient);
      const left = rational.add(rest, rational.integer(quarter % 2));
      if (!rational.isZero(left)) kept.push([name, left]);
    }
  }
  kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const key = kept.map(([name, { over, under }]) => `${name}^${over}${under === 1n ? '' : `/${under}`}`).join('*');
  return { coefficient, monomial: { key, powers: new Map(kept) } };
}

function floor({ over, under }: Rational): bigint {
  const quotient = over / under;
  return over % under !== 0n && over < 0n ? quotient - 1n : quotient;
}

/** Work of computing with a number of this size: a common divisor is quadratic in the bits. */
function cost({ over, under }: Rational): number {
  const [above, below] = [rational.bitLength(over), rational.bitLength(under)];
  return 1 + (above + below) / 500 + Math.min(above, below) ** 2 / 20_000;
}
