import * as c from './complex';
import type { Complex } from './complex';
import type { Expression } from './expression';
import type { Work } from './limits';
import { toNumber } from './rational';

const undefinedValue: Complex = { re: NaN, im: 0, error: 0 };
const two = c.complex(2);
const one = c.complex(1);

/** The value of an expression with its variables at `point`; not finite where it has none. Infinity is infinite. */
export function evaluate(node: Expression, point: ReadonlyMap<string, number>, work: Work): Complex {
  work.spend(0.5);
  const of = (part: Expression) => evaluate(part, point, work);
  switch (node.kind) {
    case 'number':
      return c.complex(toNumber(node.value));
    case 'constant':
      return constants[node.name];
    case 'symbol':
      return c.complex(point.get(node.name) ?? NaN);
    case 'sum':
      return node.terms.map(of).reduce(c.add);
    case 'product':
      return node.factors.map(of).reduce(c.multiply);
    case 'quotient':
      return c.divide(of(node.over), of(node.under));
    case 'negative':
      return c.negate(of(node.of));
    case 'power':
      return raise(node.exponent, of(node.base), of(node.exponent));
    case 'root':
      return root(of(node.of), node.degree);
    case 'degrees':
      return of(node.of);
    case 'percent':
      return c.divide(of(node.of), c.complex(100));
    case 'call':
      return call(node.name, node.args.map(of));
    default:
      return undefinedValue;
  }
}

const constants = {
  pi: c.complex(Math.PI),
  e: c.complex(Math.E),
  i: c.complex(0, 1),
  infinity: { re: Infinity, im: 0, error: 0 },
} as const satisfies Record<string, Complex>;

/** A fraction with an odd denominator takes the real root of a negative number, as roots do: (-8)^{1/3} = -2. */
function raise(written: Expression, base: Complex, exponent: Complex): Complex {
  if (
    base.im === 0 &&
    base.re < 0 &&
    exponent.im === 0 &&
    written.kind === 'quotient' &&
    written.under.kind === 'number'
  ) {
    const degree = toNumber(written.under.value);
    const over = Math.round(exponent.re * degree);
    if (degree % 2 === 1 && Math.abs(over - exponent.re * degree) < 1e-9)
      return c.power(root(base, degree), c.complex(over));
  }
  return c.power(base, exponent);
}

function root(of: Complex, degree: number): Complex {
  if (degree === 2 && of.im === 0) {
    const value = Math.sqrt(Math.abs(of.re));
    const error = value === 0 ? 0 : of.error / (2 * value);
    return of.re >= 0 ? c.complex(value, 0, error) : c.complex(0, value, error);
  }
  if (of.re === 0 && of.im === 0) return of;
  if (degree % 2 === 1 && of.im === 0 && of.re < 0) return c.negate(root(c.negate(of), degree));
  return c.power(of, c.complex(1 / degree));
}

function call(name: string, args: readonly Complex[]): Complex {
  const [x = undefinedValue, y = undefinedValue] = args;
  switch (name) {
    case 'sin':
      return c.sine(x);
    case 'cos':
      return c.cosine(x);
    case 'tan':
      return c.divide(c.sine(x), c.cosine(x));
    case 'cot':
      return c.divide(c.cosine(x), c.sine(x));
    case 'sec':
      return c.divide(one, c.cosine(x));
    case 'csc':
      return c.divide(one, c.sine(x));
    case 'sinh':
      return hyperbolic(x, -1);
    case 'cosh':
      return hyperbolic(x, 1);
    case 'tanh':
      return c.divide(hyperbolic(x, -1), hyperbolic(x, 1));
    case 'coth':
      return c.divide(hyperbolic(x, 1), hyperbolic(x, -1));
    case 'ln':
      return c.logarithm(x);
    case 'log':
      return c.divide(c.logarithm(x), c.logarithm(y));
    case 'abs':
      return c.complex(c.magnitude(x), 0, x.error);
    case 're':
      return c.complex(x.re, 0, x.error);
    case 'im':
      return c.complex(x.im, 0, x.error);
    case 'arg':
      return c.complex(Math.atan2(x.im, x.re), 0, x.error);
    default:
      return x.im === 0
        ? realCall(
            name,
            args.map(({ re }) => re),
            x,
          )
        : undefinedValue;
  }
}

function hyperbolic(x: Complex, sign: 1 | -1): Complex {
  const back = c.exponential(c.negate(x));
  return c.divide(c.add(c.exponential(x), sign === 1 ? back : c.negate(back)), two);
}

/** Functions that are only read for real arguments. An unknown one (f) is some smooth function of its own. */
function realCall(name: string, args: readonly number[], { error }: Complex): Complex {
  const [x = NaN, y = NaN] = args;
  switch (name) {
    case 'arcsin':
      return c.complex(Math.asin(x), 0, error);
    case 'arccos':
      return c.complex(Math.acos(x), 0, error);
    case 'arctan':
      return c.complex(Math.atan(x), 0, error);
    case 'arccot':
      return c.complex(Math.PI / 2 - Math.atan(x), 0, error);
    case 'arcsec':
      return c.complex(Math.acos(1 / x), 0, error);
    case 'arccsc':
      return c.complex(Math.asin(1 / x), 0, error);
    case 'floor':
      return c.complex(Math.floor(x + 1e-12));
    case 'ceil':
      return c.complex(Math.ceil(x - 1e-12));
    case 'max':
      return c.complex(Math.max(...args), 0, error);
    case 'min':
      return c.complex(Math.min(...args), 0, error);
    case 'factorial':
      return c.complex(factorial(x));
    case 'binomial':
      return c.complex(factorial(x) / factorial(y) / factorial(x - y), 0, 1e-13 * Math.abs(factorial(x)));
    case 'gcd':
    case 'lcm':
    case 'det':
      return undefinedValue;
    default:
      return c.complex(
        args.reduce((sum, arg, index) => sum + Math.sin((index + 1) * arg + hash(name)) + arg / 7, 0),
        0,
        error,
      );
  }
}

/** n! in doubles, NaN where n is no whole number from 0. */
function factorial(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 170) return NaN;
  let value = 1;
  for (let factor = 2; factor <= n; factor++) value *= factor;
  return value;
}

function hash(name: string): number {
  let value = 0;
  for (let index = 0; index < name.length; index++) value = (value * 31 + name.charCodeAt(index)) % 9973;
  return value / 100;
}
