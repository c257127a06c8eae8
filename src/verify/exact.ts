import type { Expression } from './expression';
import { LimitError, maxExactWork, maxFactorial, maxTrialDivisor, type Work } from './limits';
import * as polynomial from './polynomial';
import type { Polynomial } from './polynomial';
import * as rational from './rational';
import type { Rational } from './rational';

/** A quotient of polynomials in normal form. `atoms`: parts stood in the way that are only known by their text, so that
 * two forms that differ may still have one value. */
export interface ExactForm {
  readonly over: Polynomial;
  readonly under: Polynomial;
  readonly atoms: boolean;
}

/** Thrown on 1/0 and the like, caught by `exactForm`. */
class Undefined extends Error {}

export type ExactResult = ExactForm | 'undefined' | 'unknown';

const one = polynomial.constant(rational.one);

/** The normal form of an expression: 'undefined' for a division by 0, 'unknown' where it has none or it would be too
 * large (sampling then decides). Throws `LimitError` only when the work of the whole grading is used up. */
export function exactForm(node: Expression, work: Work): ExactResult {
  try {
    return form(node, work.share(maxExactWork));
  } catch (error) {
    if (error instanceof Undefined) return 'undefined';
    if (error instanceof LimitError && error.message !== 'work') return 'unknown';
    throw error;
  }
}

/** Whether two forms are the same function: a/b = c/d where ad = bc. 'unknown' where that would be too large. */
export function sameForm(a: ExactForm, b: ExactForm, work: Work): boolean | 'unknown' {
  if (polynomial.equal(a.under, b.under)) return polynomial.equal(a.over, b.over);
  try {
    const share = work.share(maxExactWork);
    return polynomial.equal(polynomial.multiply(a.over, b.under, share), polynomial.multiply(b.over, a.under, share));
  } catch (error) {
    if (error instanceof LimitError && error.message !== 'work') return 'unknown';
    throw error;
  }
}

/** The value of a form that is a plain fraction, null otherwise. */
export function rationalValue({ over, under }: ExactForm): Rational | null {
  const above = polynomial.constantValue(over);
  const below = polynomial.constantValue(under);
  if (above === null || below === null) return null;
  const inverse = rational.invert(below);
  return inverse === null ? null : rational.multiply(above, inverse);
}

function whole(over: Polynomial, atoms = false): ExactForm {
  return { over, under: one, atoms };
}

function form(node: Expression, work: Work): ExactForm {
  work.spend(1);
  switch (node.kind) {
    case 'number':
      return whole(polynomial.constant(node.value));
    case 'constant':
      if (node.name === 'infinity') throw new LimitError('infinity');
      return whole(polynomial.generator(node.name));
    case 'symbol':
      return whole(polynomial.generator(`x:${node.name}`));
    case 'sum':
      return node.terms.map((term) => form(term, work)).reduce((a, b) => add(a, b, work));
    case 'product':
      return node.factors.map((factor) => form(factor, work)).reduce((a, b) => multiply(a, b, work));
    case 'quotient':
      return multiply(form(node.over, work), invert(form(node.under, work), work), work);
    case 'negative': {
      const { over, under, atoms } = form(node.of, work);
      return { over: polynomial.negate(over), under, atoms };
    }
    case 'power':
      return raise(form(node.base, work), form(node.exponent, work), work);
    case 'root':
      return root(form(node.of, work), node.degree, work);
    case 'degrees':
      return form(node.of, work);
    case 'percent':
      return multiply(form(node.of, work), whole(polynomial.constant(rational.fraction(1n, 100n))), work);
    case 'call':
      return call(node.name, node.args, work);
    default:
      throw new LimitError(node.kind);
  }
}

function add(a: ExactForm, b: ExactForm, work: Work): ExactForm {
  const atoms = a.atoms || b.atoms;
  if (polynomial.equal(a.under, b.under)) return { over: polynomial.add(a.over, b.over, work), under: a.under, atoms };
  const over = polynomial.add(
    polynomial.multiply(a.over, b.under, work),
    polynomial.multiply(b.over, a.under, work),
    work,
  );
  return { over, under: polynomial.multiply(a.under, b.under, work), atoms };
}

function multiply(a: ExactForm, b: ExactForm, work: Work): ExactForm {
  return {
    over: polynomial.multiply(a.over, b.over, work),
    under: polynomial.multiply(a.under, b.under, work),
    atoms: a.atoms || b.atoms,
  };
}

/** 1 / a. A denominator of one term goes above at once, with negative powers. */
function invert({ over, under, atoms }: ExactForm, work: Work): ExactForm {
  if (over.size === 0) throw new Undefined();
  const [term] = over.values();
  if (over.size > 1 || term === undefined) return { over: under, under: over, atoms };
  const coefficient = rational.invert(term.coefficient) ?? rational.one;
  const inverse = polynomial.single(polynomial.termPower(term, rational.minusOne, coefficient));
  return { over: polynomial.multiply(under, inverse, work), under: one, atoms };
}

function raise(base: ExactForm, exponent: ExactForm, work: Work): ExactForm {
  const value = rationalValue(exponent);
  if (value === null) return atom(`(${keyOf(base)})^(${keyOf(exponent)})`);
  const n = rational.smallInteger(value);
  if (n === null) {
    if (value.under > 100n || rational.bitLength(value.over) > 40) return atom(`(${keyOf(base)})^(${keyOf(exponent)})`);
    const taken = root(base, Number(value.under), work);
    return raise(taken, whole(polynomial.constant(rational.integer(value.over))), work);
  }
  const from = n < 0 ? invert(base, work) : base;
  const times = Math.abs(n);
  if (times > 100_000) throw new LimitError('power');
  // 0^0 is left undefined.
  if (times === 0 && base.over.size === 0) throw new Undefined();
  return {
    over: polynomial.power(from.over, times, work),
    under: polynomial.power(from.under, times, work),
    atoms: base.atoms,
  };
}

/** The real root of odd degree, the principal one of even degree. Of more than one term, or of even powers of
 * variables (sqrt(x^2) is |x|), it is an atom. */
function root(of: ExactForm, degree: number, work: Work): ExactForm {
  if (of.over.size === 0) return of;
  const over = termRoot(of.over, degree, work);
  const under = termRoot(of.under, degree, work);
  if (over === null || under === null) return atom(`root${degree}(${keyOf(of)})`);
  return multiply(
    { over, under: one, atoms: of.atoms },
    invert({ over: under, under: one, atoms: of.atoms }, work),
    work,
  );
}

function termRoot(of: Polynomial, degree: number, work: Work): Polynomial | null {
  const [term] = of.values();
  if (of.size !== 1 || term === undefined) return null;
  for (const [name, exponent] of term.monomial.powers) {
    if (name === 'i' || name.startsWith('#') || (name.startsWith('x:') && exponent.over % 2n === 0n)) return null;
  }
  const exponent = rational.fraction(1n, BigInt(degree));
  let coefficient = term.coefficient;
  let sign = polynomial.constant(rational.one);
  if (coefficient.over < 0n) {
    // sqrt(-3 x) is left alone: its sign depends on x.
    if (degree % 2 === 0 && (degree !== 2 || [...term.monomial.powers.keys()].some((name) => name.startsWith('x:'))))
      return null;
    coefficient = rational.negate(coefficient);
    sign = degree % 2 === 0 ? polynomial.generator('i') : polynomial.constant(rational.minusOne);
  }
  const above = numberRoot(coefficient.over, exponent, work);
  const below = numberRoot(coefficient.under, rational.negate(exponent), work);
  if (above === null || below === null) return null;
  const rest = polynomial.single(polynomial.termPower(term, exponent, rational.one));
  return [above, below, sign].reduce((a, b) => polynomial.multiply(a, b, work), rest);
}

/** n^exponent over primes; null when n has a large factor that is no perfect power of that degree. */
function numberRoot(n: bigint, exponent: Rational, work: Work): Polynomial | null {
  let product = one;
  let rest = n;
  if (rational.bitLength(n) > 4000) return null;
  const take = (prime: bigint, count: number) => {
    const power = rational.multiply(exponent, rational.integer(count));
    product = polynomial.multiply(product, polynomial.generator(String(prime), power), work);
  };
  for (
    let divisor = 2n;
    divisor * divisor <= rest && divisor <= BigInt(maxTrialDivisor);
    divisor += divisor === 2n ? 1n : 2n
  ) {
    work.spend(0.2);
    let count = 0;
    for (; rest % divisor === 0n; rest /= divisor) count++;
    if (count > 0) take(divisor, count);
  }
  if (rest === 1n) return product;
  // Free of small divisors and below their square's bound: a prime.
  if (rest < BigInt(maxTrialDivisor) ** 2n) {
    take(rest, 1);
    return product;
  }
  const whole = integerRoot(rest, Number(exponent.under));
  if (whole === null) return null;
  const value = rational.power(rational.integer(whole), Number(exponent.over));
  return value === null ? null : polynomial.multiply(product, polynomial.constant(value), work);
}

/** The whole root of a number, null when there is none. */
function integerRoot(n: bigint, degree: number): bigint | null {
  if (rational.bitLength(n) > 1000) return null;
  const guess = BigInt(Math.round(Number(n) ** (1 / degree)));
  for (const candidate of [guess, guess - 1n, guess + 1n])
    if (candidate > 0n && candidate ** BigInt(degree) === n) return candidate;
  return null;
}

function call(name: string, args: readonly Expression[], work: Work): ExactForm {
  const forms = args.map((arg) => form(arg, work));
  const values = forms.map(rationalValue).filter((value) => value !== null);
  if (values.length === forms.length) {
    const known = integerFunction(name, values, work);
    if (known !== null) return whole(polynomial.constant(known));
  }
  return atom(`${name}(${forms.map(keyOf).join(';')})`);
}

/** Functions whose value at these fractions is a fraction, null otherwise. */
function integerFunction(name: string, values: readonly Rational[], work: Work): Rational | null {
  const [first = rational.zero, second = rational.one] = values;
  if (name === 'abs') return first.over < 0n ? rational.negate(first) : first;
  if (name === 'floor') return rational.integer(floorOf(first));
  if (name === 'ceil') return rational.integer(-floorOf(rational.negate(first)));
  if (name === 'max') return values.reduce((a, b) => (rational.compare(a, b) >= 0 ? a : b));
  if (name === 'min') return values.reduce((a, b) => (rational.compare(a, b) <= 0 ? a : b));
  const n = rational.smallInteger(first);
  if (n === null || n < 0) return null;
  if (name === 'factorial') return rational.integer(product(1, n, work));
  const k = rational.smallInteger(second);
  if (k === null || k < 0 || values.length !== 2) return null;
  if (name === 'binomial') {
    if (k > n) return rational.zero;
    const few = Math.min(k, n - k);
    return rational.integer(product(n - few + 1, n, work) / product(1, few, work));
  }
  if (name === 'gcd') return rational.integer(rational.greatestCommonDivisor(BigInt(n), BigInt(k)));
  if (name === 'lcm')
    return n === 0 || k === 0
      ? rational.zero
      : rational.fraction(BigInt(n) * BigInt(k), rational.greatestCommonDivisor(BigInt(n), BigInt(k)));
  return null;
}

/** from * (from + 1) * ... * to. Throws `LimitError` over `maxFactorial` factors. */
function product(from: number, to: number, work: Work): bigint {
  if (to - from > maxFactorial) throw new LimitError('factorial');
  work.spend((to - from) / 2);
  let value = 1n;
  for (let factor = from; factor <= to; factor++) value *= BigInt(factor);
  return value;
}

function floorOf({ over, under }: Rational): bigint {
  return over >= 0n ? over / under : -((-over + under - 1n) / under);
}

/** Something that is only known by its text. */
function atom(key: string): ExactForm {
  if (key.length > 2000) throw new LimitError('atom');
  return whole(polynomial.generator(`#${key}`), true);
}

function keyOf({ over, under }: ExactForm): string {
  return `${polynomial.keyOf(over)}|${polynomial.keyOf(under)}`;
}
