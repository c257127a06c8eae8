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

/** Where a number is taken hold of on the curve that it shapes. `x` is a share of the part of the curve that can still be changed. */
export type HandleSpec =
  /** Up and down at a fixed x. Its height is the number itself (`value`), `x` to the power of the number (`power`), or the
   * curve there (`curve`): the number is then found for which the curve goes through the pointer. */
  | { readonly moves: 'y'; readonly x: number; readonly y: 'value' | 'power' | 'curve' }
  /** Left and right: the number is a share of the x axis. It lies on the curve, or midway `between` the handles of `y: 'value'`. */
  | { readonly moves: 'x'; readonly y: 'curve' | 'between' };

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
  /** Of a curve's parameter: how it is dragged. Without a handle it is a field beside the curve. */
  readonly handle?: HandleSpec;
  /** Of a curve's parameter: what it takes over from the curve that was there before; its default where this is left out. */
  readonly takesOver?: 'start' | 'end' | 'lowest' | 'highest';
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

export interface TextSpec extends SpecBase {
  readonly kind: 'text';
  /** Source of a regular expression that the whole text meets, and the same in words. */
  readonly pattern: string;
  readonly allowed: string;
  readonly default: string;
  /** The fingerprint of the rows that a task is made of: chosen with the rows, never typed. */
  readonly role?: 'data';
}

/** Knots [x, y, easing of the segment that begins here], x from 0 to 1. */
export interface KnotsSpec extends SpecBase {
  readonly kind: 'knots';
  readonly default: readonly (readonly [number, number, string])[];
  /** Range of y; inside a schedule the field that holds the curve decides it. */
  readonly min: number;
  readonly max: number;
}

export type ParamSpec = NumberSpec | ChoiceSpec | BooleanSpec | TextSpec | KnotsSpec;

/** A formula for people: one line of text and the same as MathML. */
export interface Formula {
  readonly text: string;
  readonly mathml: string;
}
