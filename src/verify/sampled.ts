import { createRng } from '../lib/rng';
import * as c from './complex';
import type { Complex } from './complex';
import { evaluate } from './evaluate';
import { some, type Expression } from './expression';
import { maxVariables, type Work } from './limits';

/** Agreement of two values of the same size. */
export const relativeTolerance = 1e-9;

const draws = 20;
/** Rounds with whole numbers, for factorials and powers of -1. */
const wholeDraws = 6;
/** Comparisons that must have agreed. */
const enough = 4;

type Comparison = 'equal' | 'different' | 'undecided';

/** Two values compared to `tolerance` relative to the larger; a difference that is all rounding counts only around 0. */
export function closeTo(a: Complex, b: Complex, tolerance: number): boolean {
  const difference = Math.hypot(a.re - b.re, a.im - b.im);
  const size = Math.max(c.magnitude(a), c.magnitude(b));
  if (difference <= tolerance * size) return true;
  const noise = 8 * (a.error + b.error);
  return size <= noise && noise < 1e-9;
}

/** Whether two expressions have the same value, at fixed points where they have variables. */
export function compareSampled(a: Expression, b: Expression, tolerance: number, work: Work): Comparison {
  const names = variables(a, b);
  if (names.length > maxVariables) return 'undecided';
  if (names.length === 0) {
    const left = evaluate(a, noPoint, work);
    const right = evaluate(b, noPoint, work);
    if (!c.isFinite(left) || !c.isFinite(right)) return 'undecided';
    return closeTo(left, right, tolerance) ? 'equal' : 'different';
  }
  const complexAllowed = [a, b].some((side) => some(side, (part) => part.kind === 'constant' && part.name === 'i'));
  let agreed = 0;
  for (let draw = 0; draw < draws + wholeDraws && agreed < draws; draw++) {
    const point = samplePoint(names, draw);
    const left = evaluate(a, point, work);
    const right = evaluate(b, point, work);
    if (!c.isFinite(left) || !c.isFinite(right)) continue;
    // Where a root or logarithm leaves the reals its branches are nobody's answer.
    if (!complexAllowed && (!c.isReal(left) || !c.isReal(right))) continue;
    if (!closeTo(left, right, Math.max(tolerance, 1e-8))) return 'different';
    agreed++;
    if (agreed >= 10 && draw >= 12) break;
  }
  return agreed >= enough ? 'equal' : 'undecided';
}

/** The c > 0 or < 0 with a = c b at all points, null when there is none. */
export function sampledProportion(a: Expression, b: Expression, work: Work): number | null {
  const names = variables(a, b);
  if (names.length > maxVariables || names.length === 0) return null;
  let factor: number | null = null;
  let agreed = 0;
  for (let draw = 0; draw < draws && agreed < 12; draw++) {
    const point = samplePoint(names, draw);
    const left = evaluate(a, point, work);
    const right = evaluate(b, point, work);
    if (!c.isFinite(left) || !c.isFinite(right) || !c.isReal(left) || !c.isReal(right)) continue;
    const zero = Math.abs(right.re) <= 4 * right.error;
    if (zero !== Math.abs(left.re) <= 4 * left.error) return null;
    if (zero) continue;
    const ratio = left.re / right.re;
    if (factor !== null && Math.abs(ratio - factor) > 1e-7 * Math.abs(factor)) return null;
    factor = ratio;
    agreed++;
  }
  return agreed >= enough ? factor : null;
}

/** The names of both, sorted. */
export function variables(...nodes: readonly Expression[]): readonly string[] {
  const names = new Set<string>();
  for (const node of nodes) {
    some(node, (part) => {
      if (part.kind === 'symbol') names.add(part.name);
      return false;
    });
  }
  return [...names].sort();
}

const noPoint: ReadonlyMap<string, number> = new Map();

/** Numbers in [0.05, 0.95) from which sample points are made. */
export const samples: readonly number[] = (() => {
  const rng = createRng(12, 'verify');
  return Array.from({ length: 64 }, () => 0.05 + 0.9 * rng.nextFloat());
})();

/** Values of different sizes and signs; the last draws are small whole numbers. */
function samplePoint(names: readonly string[], draw: number): ReadonlyMap<string, number> {
  return new Map(
    names.map((name, index) => {
      const unit = samples[(draw * 11 + index * 17) % samples.length] ?? 0.5;
      if (draw >= draws) return [name, 1 + Math.floor(unit * (draw - draws + 3)) + (names.length - index)];
      const scale = [1, 3, 0.6, 12, 1.7][draw % 5] ?? 1;
      // Even draws are all positive, the others of mixed signs.
      const negative = draw % 2 === 1 && ((draw >> 1) + index) % 2 === 0;
      return [name, (negative ? -1 : 1) * unit * scale];
    }),
  );
}
