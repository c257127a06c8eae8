/** What one kind of curve (a schedule, a confidence mapping) tells the form, the reader of links and the curve editor. */
import type { Easing, Knot } from '../lib/curve';
import type { KindEntry } from './catalogue';

/** A curve of a kind with points that it goes through (tested, and shown in docs/catalogue.md). */
export interface CurveExample {
  /** Its parameters, all of them or those without a default. */
  readonly params: Readonly<Record<string, unknown>>;
  /** [x, value] to 5 decimals: of a schedule over 140 planned steps x is the step, of a mapping the confidence. */
  readonly points: readonly (readonly [x: number, value: number])[];
  /** Of a schedule: this and the earlier rollout batches' share of right answers; 0 where it does not matter. */
  readonly accuracies?: readonly number[];
}

/** A kind's entry in the catalogue, and how the editor draws and bends it. Everything beside the entry may be left out. */
export interface CurveKind extends KindEntry {
  readonly examples: readonly CurveExample[];
  /** Place among the kinds to choose from; kinds without one follow, by name. */
  readonly order?: number;
  /** Its drawing on the button, over the share of the x axis; left out where the curve itself, converted from a typical one, shows it. */
  spark?(share: number): number;
  /** Easing between its ends that comes nearest when it is turned into knots; left out: linear. */
  readonly easing?: Easing;
  /** Knots that lie between its ends when it is turned into knots, x in shares of the axis. */
  innerKnots?(spec: Readonly<Record<string, unknown>>): readonly Knot[];
}
