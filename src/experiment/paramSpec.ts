/** What a form, a link reader and the docs need to know of one field. Plain JSON: it travels in the catalogue. */

/** When a changed value begins to act: at the next rollout of a running experiment, or only after a restart. */
export type ActsWhen = 'next-rollout' | 'restart';

export type ScalarValue = number | string | boolean;

interface SpecBase {
  /** Key inside its object, or dotted path inside the experiment. */
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly acts: ActsWhen;
}

export interface NumberSpec extends SpecBase {
  readonly kind: 'number' | 'integer';
  /** Empty for a pure number. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
  /** The field may be left out, and then has a meaning of its own, told in `help`. */
  readonly optional?: boolean;
  /** The number lies on the curve's value axis: the field that holds the curve decides its range. */
  readonly role?: 'value';
}

export interface ChoiceSpec extends SpecBase {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: string | number; readonly label: string }[];
  readonly default: string | number;
}

export interface BooleanSpec extends SpecBase {
  readonly kind: 'boolean';
  readonly default: boolean;
}

/** Knots [x, y, easing of the segment that begins here], x from 0 to 1. */
export interface KnotsSpec extends SpecBase {
  readonly kind: 'knots';
  readonly default: readonly (readonly [number, number, string])[];
  /** Range of y; inside a schedule the field that holds the curve decides it. */
  readonly min: number;
  readonly max: number;
}

export type ParamSpec = NumberSpec | ChoiceSpec | BooleanSpec | KnotsSpec;

/** A formula for people: one line of text and the same as MathML. */
export interface Formula {
  readonly text: string;
  readonly mathml: string;
}
