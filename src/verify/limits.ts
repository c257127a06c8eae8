/**
 * What the grader refuses to work on. Every loop and recursion of this folder is bounded by one of these, so that no
 * text, however hostile, costs more than some milliseconds or overflows the stack.
 */

/** Longest response looked at, UTF-16 units: an answer stands at the end, what lies before this is not read. */
export const maxResponseLength = 200_000;
/** Longest answer taken apart, UTF-16 units; 2^2008 has 605 digits. */
export const maxAnswerLength = 4000;
export const maxTokens = 2000;
/** Deepest nesting of brackets, arguments and exponents. */
export const maxDepth = 60;
/** Elements of a list, set, tuple, row or union. */
export const maxItems = 100;
/** Bits of a numerator or denominator. 2006! has 19,065. */
export const maxBits = 32_768;
/** Largest n of an exact n!. */
export const maxFactorial = 2500;
/** Terms of a polynomial in normal form. */
export const maxTerms = 200;
/** Different variables of a sampled expression. */
export const maxVariables = 8;
/** Largest integer that is factorised under a root by trial division (its divisors below this). */
export const maxTrialDivisor = 1000;
/** Work of one grading, in units of about a microsecond. */
export const maxWork = 8000;
/** What bringing one expression, or one comparison of two, to normal form may take of it. */
export const maxExactWork = 2000;

/** Thrown inside this folder when a limit is reached, and caught by `grade`: a verdict, never an exception outside. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}

/** What one grading may still spend. */
export class Work {
  #left: number;
  readonly #whole: Work | null;

  constructor(units: number = maxWork, whole: Work | null = null) {
    this.#left = units;
    this.#whole = whole;
  }

  /** A share of it for one attempt, after which something else may be tried. */
  share(units: number): Work {
    return new Work(units, this);
  }

  /** Throws `LimitError` when nothing is left: 'work' of the whole grading, 'share' of a share. */
  spend(units: number): void {
    this.#whole?.spend(units);
    this.#left -= units;
    if (this.#left < 0) throw new LimitError(this.#whole === null ? 'work' : 'share');
  }
}
