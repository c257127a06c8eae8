/** Curves through knots: always a function of x, one easing per segment. Schedules over t/T and mappings over confidence share them. */
import { InputError } from './errors';
import { clamp } from './numeric';
import { cos, exp } from './transcendental';

export const easings = ['step', 'linear', 'cosine', 'exponential', 'monotone'] as const;
export type Easing = (typeof easings)[number];

/** [x, y, easing of the segment that begins here]; the last easing is not used. */
export type Knot = readonly [x: number, y: number, easing: Easing];

/** Decay over one exponential segment; 4.2 = 0.03 * 140, the curve of A-NSR over its whole run. */
const exponentialRate = 4.2;
export const maxKnots = 64;

/** Value at `x`; constant before the first and after the last knot. Never leaves the range of the knots' y. */
export function evaluateCurve(knots: readonly Knot[], x: number): number {
  const first = knots[0];
  const last = knots[knots.length - 1];
  if (first === undefined || last === undefined) return 0;
  if (x < first[0]) return first[1];
  if (x >= last[0]) return last[1];
  // The last knot at or before x begins the segment, so that two knots at one x make a jump.
  let index = 0;
  while ((knots[index + 1]?.[0] ?? Infinity) <= x) index++;
  const [x0, y0, easing] = knots[index] ?? first;
  const [x1, y1] = knots[index + 1] ?? last;
  const share = (x - x0) / (x1 - x0);
  const value = easing === 'monotone' ? monotoneCubic(knots, index, share) : y0 + (y1 - y0) * ease(easing, share);
  // Rounding may step outside by one unit in the last place.
  return clamp(value, Math.min(y0, y1), Math.max(y0, y1));
}

function ease(easing: Exclude<Easing, 'monotone'>, share: number): number {
  switch (easing) {
    case 'step':
      return 0;
    case 'linear':
      return share;
    case 'cosine':
      return (1 - cos(Math.PI * share)) / 2;
    case 'exponential':
      return (1 - exp(-exponentialRate * share)) / (1 - exp(-exponentialRate));
    default:
      return easing satisfies never;
  }
}

/** Hermite segment with Fritsch-Carlson slopes (weighted harmonic mean of the neighbouring secants; SIAM J. Numer. Anal. 17, 1980): no overshoot. */
function monotoneCubic(knots: readonly Knot[], index: number, share: number): number {
  const [x0, y0] = knots[index] ?? [0, 0];
  const [x1, y1] = knots[index + 1] ?? [1, 0];
  const width = x1 - x0;
  const slope0 = slopeAt(knots, index);
  const slope1 = slopeAt(knots, index + 1);
  const s2 = share * share;
  const s3 = s2 * share;
  const value =
    (2 * s3 - 3 * s2 + 1) * y0 +
    (s3 - 2 * s2 + share) * width * slope0 +
    (3 * s2 - 2 * s3) * y1 +
    (s3 - s2) * width * slope1;
  // knots so close to each other that their slope is no float64
  return Number.isFinite(value) ? value : y0 + (y1 - y0) * share;
}

function slopeAt(knots: readonly Knot[], index: number): number {
  const before = secant(knots, index - 1);
  const after = secant(knots, index);
  if (before === null || after === null) return (before ?? after)?.slope ?? 0;
  if (before.slope * after.slope <= 0) return 0;
  const weightBefore = 2 * after.width + before.width;
  const weightAfter = after.width + 2 * before.width;
  return (weightBefore + weightAfter) / (weightBefore / before.slope + weightAfter / after.slope);
}

/** Segment from knot `index`, or null where there is none (past an end, or a jump). */
function secant(knots: readonly Knot[], index: number): { readonly slope: number; readonly width: number } | null {
  const from = knots[index];
  const to = knots[index + 1];
  if (from === undefined || to === undefined || to[0] <= from[0]) return null;
  return { slope: (to[1] - from[1]) / (to[0] - from[0]), width: to[0] - from[0] };
}

/** Reads knots from untrusted data into a fresh array: 1 to 64 tuples, x from 0 to 1 and never decreasing, y in [low, high].
 * Throws `InputError` naming the knot. */
export function readKnots(value: unknown, field: string, low = -Infinity, high = Infinity): Knot[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > maxKnots)
    throw new InputError(field, value, `1 to ${maxKnots} knots [x, y, easing]`);
  let previousX = 0;
  return value.map((knot: unknown, index) => {
    const name = `${field}.${index}`;
    if (!Array.isArray(knot) || knot.length !== 3) throw new InputError(name, knot, 'a knot [x, y, easing]');
    const [x, y, easingName] = knot as readonly unknown[];
    if (typeof x !== 'number' || !(x >= previousX && x <= 1))
      throw new InputError(`${name}.x`, x, `a number from ${previousX} to 1`);
    if (typeof y !== 'number' || !Number.isFinite(y) || y < low || y > high)
      throw new InputError(`${name}.y`, y, `a number from ${low} to ${high}`);
    const easing = easings.find((candidate) => candidate === easingName);
    if (easing === undefined) throw new InputError(`${name}.easing`, easingName, easings.join(' | '));
    previousX = x;
    // -0 would not survive a link.
    return [x === 0 ? 0 : x, y === 0 ? 0 : y, easing];
  });
}
