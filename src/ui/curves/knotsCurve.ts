/** Knots as an editable curve: the one representation into which every other curve turns when it is bent by hand. */
import { evaluateCurve, maxKnots, type Easing, type Knot } from '../../lib/curve';
import type { ParamSpec } from '../../experiment/paramSpec';
import { clampTo, roundSignificant, type CurveHandle, type CurvePoint, type EditableCurve } from './curveModel';

export interface KnotsFrame {
  /** Plot units per unit of the stored x: planned steps for a schedule, 1 for a mapping. */
  readonly scale: number;
  /** Smallest distance between two knots, plot units. */
  readonly gap: number;
  /** Knots before this x lie in the past and stay as they are; null before a run. */
  readonly frozenBefore: number | null;
}

const idOf = (index: number): string => `knot-${index}`;
const indexOf = (id: string): number => Number(id.slice('knot-'.length));

export function knotsCurve(knots: readonly Knot[], frame: KnotsFrame): EditableCurve<readonly Knot[]> {
  const { scale, gap, frozenBefore } = frame;
  const plotX = (knot: Knot): number => knot[0] * scale;
  const isFrozen = (knot: Knot): boolean => frozenBefore !== null && plotX(knot) < frozenBefore;
  const withKnots = (next: readonly Knot[]): EditableCurve<readonly Knot[]> => knotsCurve(next, frame);

  const handles = knots.map((knot, index): CurveHandle => {
    const previous = knots[index - 1];
    const next = knots[index + 1];
    const low = previous ? plotX(previous) + gap : 0;
    return {
      id: idOf(index),
      name: `knot ${index + 1} of ${knots.length}`,
      x: plotX(knot),
      y: knot[1],
      movesX: true,
      movesY: true,
      xMin: Math.min(plotX(knot), frozenBefore === null ? low : Math.max(low, frozenBefore)),
      xMax: Math.max(plotX(knot), next ? plotX(next) - gap : scale),
      removable: knots.length > 1 && !isFrozen(knot),
      frozen: isFrozen(knot),
      ...(next ? { easing: knot[2] } : {}),
    };
  });

  return {
    value: knots,
    handles,
    evaluate: (x) => evaluateCurve(knots, x / scale),
    move: (id, to) => {
      const index = indexOf(id);
      const handle = handles[index];
      if (!handle || handle.frozen) return withKnots(knots);
      const x = clampTo(to.x, handle.xMin, handle.xMax);
      return withKnots(knots.map((knot, at) => (at === index ? placed(x, to.y, knot[2]) : knot)));
    },
    add: (at) => {
      const tooClose = knots.some((knot) => Math.abs(plotX(knot) - at.x) < gap);
      if (knots.length >= maxKnots || tooClose || (frozenBefore !== null && at.x < frozenBefore)) return null;
      const index = knots.findIndex((knot) => plotX(knot) > at.x);
      const position = index === -1 ? knots.length : index;
      const easing: Easing = knots[position - 1]?.[2] ?? 'linear';
      return { curve: withKnots(knots.toSpliced(position, 0, placed(at.x, at.y, easing))), id: idOf(position) };
    },
    remove: (id) => (handles[indexOf(id)]?.removable ? withKnots(knots.toSpliced(indexOf(id), 1)) : null),
    setEasing: (id, easing) => {
      const knot = knots[indexOf(id)];
      return knot ? withKnots(knots.with(indexOf(id), [knot[0], knot[1], easing as Easing])) : null;
    },
  };

  function placed(x: number, y: number, easing: Easing): Knot {
    return [clampTo(roundSignificant(x / scale), 0, 1), roundSignificant(y), easing];
  }
}

/** Key of the parameter that holds a kind's knots, or null where it is not made of knots. */
export function knotsKey(params: readonly ParamSpec[]): string | null {
  return params.find(({ kind }) => kind === 'knots')?.key ?? null;
}

/** The same curve holding another value: `wrap` makes it of the inner one, `evaluate` draws it. */
export function withValue<Inner, Value>(
  curve: EditableCurve<Inner>,
  wrap: (inner: Inner) => Value,
  evaluate: (value: Value, x: number) => number,
): EditableCurve<Value> {
  const again = (next: EditableCurve<Inner>): EditableCurve<Value> => withValue(next, wrap, evaluate);
  const value = wrap(curve.value);
  return {
    value,
    handles: curve.handles,
    evaluate: (x) => evaluate(value, x),
    move: (id, to) => again(curve.move(id, to)),
    add: (at) => {
      const added = curve.add(at);
      return added && { curve: again(added.curve), id: added.id };
    },
    remove: (id) => {
      const next = curve.remove(id);
      return next && again(next);
    },
    setEasing: (id, easing) => {
      const next = curve.setEasing(id, easing);
      return next && again(next);
    },
  };
}

/** Samples of any function as a starting point for knots: its ends, with the easing that comes nearest. */
export function endsAsKnots(
  evaluate: (x: number) => number,
  from: number,
  to: number,
  scale: number,
  easing: Easing,
): Knot[] {
  const at = (x: number): CurvePoint => ({ x, y: roundSignificant(evaluate(x)) });
  return [at(from), at(to)].map((point): Knot => [clampTo(roundSignificant(point.x / scale), 0, 1), point.y, easing]);
}
