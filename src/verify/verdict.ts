/** Why an answer was taken as right. */
export type RightReason =
  | 'same text'
  | 'same words'
  | 'same choice'
  /** The normal forms are the same: proved. */
  | 'identical'
  /** Closed numbers that agree to a relative 1e-9. */
  | 'same value'
  /** Expressions that agree at all sample points. */
  | 'same at sample points'
  /** A decimal is the other side rounded to the decimal's own digits. */
  | 'rounded decimal'
  /** 17% against 17 or 0.17. */
  | 'percent'
  /** Entries of points and matrices, elements of sets and lists. */
  | 'same parts'
  | 'same relation'
  | 'same set'
  | 'same in base'
  | 'same ratio'
  /** Only the papers' grader: within a relative 1e-4, times or divided by 100. */
  | 'papers: close';

/** Why an answer was not. */
export type WrongReason =
  | 'no answer'
  | 'empty gold'
  | 'different text'
  | 'different words'
  | 'different value'
  | 'different parts'
  | 'different kind'
  | 'different unit'
  | 'different base'
  | 'different name'
  | 'different relation'
  /** The answer divides by 0. */
  | 'undefined value'
  /** No comparison was possible: too few points where both have a value. */
  | 'undecided'
  | 'too large'
  /** The worker did not come back in time. */
  | 'deadline';

export type Outcome =
  { readonly equal: true; readonly reason: RightReason } | { readonly equal: false; readonly reason: WrongReason };

export function same(reason: RightReason): Outcome {
  return { equal: true, reason };
}

export function differs(reason: WrongReason): Outcome {
  return { equal: false, reason };
}
