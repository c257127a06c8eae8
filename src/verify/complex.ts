/** Complex doubles with a bound of what rounding may have added. */
export interface Complex {
  readonly re: number;
  readonly im: number;
  /** Absolute, a rough upper bound. */
  readonly error: number;
}

const epsilon = 2 ** -52;

export function complex(re: number, im = 0, error = 0): Complex {
  return { re, im, error: error + (Math.abs(re) + Math.abs(im)) * epsilon };
}

export function magnitude({ re, im }: Complex): number {
  return im === 0 ? Math.abs(re) : Math.hypot(re, im);
}

export function isFinite({ re, im }: Complex): boolean {
  return Number.isFinite(re) && Number.isFinite(im);
}

/** Whether the imaginary part is nothing but rounding. */
export function isReal(a: Complex): boolean {
  return Math.abs(a.im) <= 1e-12 * Math.abs(a.re) + 4 * a.error;
}

export function add(a: Complex, b: Complex): Complex {
  return complex(a.re + b.re, a.im + b.im, a.error + b.error);
}

export function negate({ re, im, error }: Complex): Complex {
  return { re: -re, im: -im, error };
}

export function multiply(a: Complex, b: Complex): Complex {
  const error = magnitude(a) * b.error + magnitude(b) * a.error;
  if (a.im === 0 && b.im === 0) return complex(a.re * b.re, 0, error);
  return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, error);
}

/** Not finite for a division by what may be 0. */
export function divide(a: Complex, b: Complex): Complex {
  const size = magnitude(b);
  if (size <= 2 * b.error || size === 0) return { re: NaN, im: 0, error: 0 };
  const error = (a.error + (magnitude(a) / size) * b.error) / size;
  if (a.im === 0 && b.im === 0) return complex(a.re / b.re, 0, error);
  const re = b.re / size;
  const im = -b.im / size;
  return complex((a.re * re - a.im * im) / size, (a.re * im + a.im * re) / size, error);
}

export function exponential(a: Complex): Complex {
  const size = Math.exp(a.re);
  return complex(a.im === 0 ? size : size * Math.cos(a.im), a.im === 0 ? 0 : size * Math.sin(a.im), size * a.error);
}

/** The principal branch. */
export function logarithm(a: Complex): Complex {
  const size = magnitude(a);
  if (size === 0) return { re: NaN, im: 0, error: 0 };
  return complex(Math.log(size), a.im === 0 && a.re > 0 ? 0 : Math.atan2(a.im, a.re), a.error / size);
}

/** The principal branch; real powers of reals as exactly as doubles have them. */
export function power(a: Complex, b: Complex): Complex {
  const size = magnitude(a);
  if (size === 0) return b.im === 0 && b.re > 0 ? complex(0) : { re: NaN, im: 0, error: 0 };
  if (a.im === 0 && b.im === 0 && (a.re > 0 || Number.isInteger(b.re))) {
    const value = a.re ** b.re;
    const grown = Math.abs(value) * (Math.abs(b.re / a.re) * a.error + Math.abs(Math.log(size)) * b.error);
    return complex(value, 0, grown + Math.abs(value) * epsilon);
  }
  return exponential(multiply(b, logarithm(a)));
}

/** sin and cos of z by the exponentials. */
export function sine(a: Complex): Complex {
  if (a.im === 0) return complex(Math.sin(a.re), 0, a.error + epsilon * Math.abs(a.re));
  return complex(Math.sin(a.re) * Math.cosh(a.im), Math.cos(a.re) * Math.sinh(a.im), a.error * Math.cosh(a.im));
}

export function cosine(a: Complex): Complex {
  if (a.im === 0) return complex(Math.cos(a.re), 0, a.error + epsilon * Math.abs(a.re));
  return complex(Math.cos(a.re) * Math.cosh(a.im), -Math.sin(a.re) * Math.sinh(a.im), a.error * Math.cosh(a.im));
}
