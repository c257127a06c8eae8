import * as c from './complex';
import { evaluate } from './evaluate';
import { some, type Comparison, type Expression } from './expression';
import type { Work } from './limits';
import { variables } from './sampled';

/** A piece of the real line; a point is closed at both of its equal ends. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly lowClosed: boolean;
  readonly highClosed: boolean;
}

const everything: Interval = { low: -Infinity, high: Infinity, lowClosed: false, highClosed: false };

/** Ends that agree to this are one. */
const tolerance = 1e-9;

/** The set of reals that an answer describes, as disjoint pieces in order; null when it is none, or depends on more
 * than one variable. */
export function toIntervals(node: Expression, work: Work): readonly Interval[] | null {
  switch (node.kind) {
    case 'tuple': {
      const [low, high] = node.items.map((item) => endpoint(item, work));
      if (
        node.items.length !== 2 ||
        low === undefined ||
        high === undefined ||
        low === null ||
        high === null ||
        node.open === '<'
      )
        return null;
      // Ends in the wrong order are a point's coordinates.
      if (low > high || (low === high && (node.open === '(' || node.close === ')'))) return null;
      const lowClosed = node.open === '[' && low !== -Infinity;
      return merge([{ low, high, lowClosed, highClosed: node.close === ']' && high !== Infinity }]);
    }
    case 'set': {
      const points = node.items.map((item) => endpoint(item, work));
      return points.some((point) => point === null || !Number.isFinite(point))
        ? null
        : merge(points.map((point) => pointAt(point ?? 0)));
    }
    case 'symbol':
      return node.name === 'set R' ? [everything] : null;
    case 'member':
      return toIntervals(node.set, work);
    case 'setOperation': {
      const left = toIntervals(node.left, work);
      const right = toIntervals(node.right, work);
      if (left === null || right === null) return null;
      if (node.operator === 'union') return merge([...left, ...right]);
      return intersect(left, node.operator === 'intersection' ? right : complement(right));
    }
    case 'list': {
      const pieces = node.items.map((item) => (item.kind === 'relation' ? toIntervals(item, work) : null));
      return pieces.some((piece) => piece === null) || variables(node).length !== 1
        ? null
        : merge(pieces.flatMap((piece) => piece ?? []));
    }
    case 'relation':
      return chain(node.sides, node.signs, work);
    default:
      return null;
  }
}

/** x < 3, 1 <= x < 2, x != 4: the middle one thing, the others numbers. */
function chain(sides: readonly Expression[], signs: readonly Comparison[], work: Work): readonly Interval[] | null {
  let range: readonly Interval[] = [everything];
  const subjects = sides.filter((side) => isSubject(side));
  if (subjects.length !== 1 || sides.length > 3) return null;
  for (const [index, sign] of signs.entries()) {
    const [left, right] = [sides[index], sides[index + 1]];
    if (left === undefined || right === undefined || sign === '~') return null;
    const value = isSubject(left) ? endpoint(right, work) : endpoint(left, work);
    if (value === null || isSubject(left) === isSubject(right)) return null;
    const piece = half(isSubject(left) ? sign : flipped[sign], value);
    range = intersect(range, piece);
  }
  return range;
}

/** What an inequality is about: a variable, or a value of an unknown function. */
function isSubject(node: Expression): boolean {
  return node.kind === 'symbol' || (node.kind === 'call' && /^[fgh]\b/.test(node.name));
}

export const flipped = {
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  '=': '=',
  '!=': '!=',
  '~': '~',
} as const satisfies Record<Comparison, Comparison>;

function half(sign: Exclude<Comparison, '~'>, value: number): readonly Interval[] {
  switch (sign) {
    case '<':
      return [{ ...everything, high: value }];
    case '<=':
      return [{ ...everything, high: value, highClosed: true }];
    case '>':
      return [{ ...everything, low: value }];
    case '>=':
      return [{ ...everything, low: value, lowClosed: true }];
    case '=':
      return [pointAt(value)];
    case '!=':
      return complement([pointAt(value)]);
    default:
      return sign satisfies never;
  }
}

/** Whether `value` lies in one of the pieces. */
export function contains(pieces: readonly Interval[], value: number): boolean {
  return pieces.some(
    ({ low, high, lowClosed, highClosed }) =>
      (value > low || (lowClosed && value === low)) && (value < high || (highClosed && value === high)),
  );
}

export function sameIntervals(a: readonly Interval[], b: readonly Interval[]): boolean {
  return (
    a.length === b.length &&
    a.every((left, index) => {
      const right = b[index];
      if (right === undefined) return false;
      return (
        sameEnd(left.low, right.low) &&
        sameEnd(left.high, right.high) &&
        left.lowClosed === right.lowClosed &&
        left.highClosed === right.highClosed
      );
    })
  );
}

function sameEnd(a: number, b: number): boolean {
  return a === b || (Number.isFinite(a - b) && Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b)));
}

function pointAt(value: number): Interval {
  return { low: value, high: value, lowClosed: true, highClosed: true };
}

/** A real number or an infinity; null for anything else. */
function endpoint(node: Expression, work: Work): number | null {
  if (variables(node).length > 0) return null;
  if (some(node, (part) => part.kind === 'constant' && part.name === 'infinity')) {
    if (node.kind === 'constant') return Infinity;
    return node.kind === 'negative' && node.of.kind === 'constant' ? -Infinity : null;
  }
  const value = evaluate(node, new Map(), work);
  return c.isFinite(value) && c.isReal(value) ? value.re : null;
}

/** Sorted, without empty pieces, overlapping and touching ones joined. */
function merge(pieces: readonly Interval[]): readonly Interval[] {
  const sorted = pieces
    .filter(({ low, high, lowClosed, highClosed }) => low < high || (low === high && lowClosed && highClosed))
    .sort((a, b) => a.low - b.low || Number(b.lowClosed) - Number(a.lowClosed));
  const merged: Interval[] = [];
  for (const piece of sorted) {
    const last = merged.at(-1);
    const touches =
      last !== undefined &&
      (piece.low < last.high || (sameEnd(piece.low, last.high) && (piece.lowClosed || last.highClosed)));
    if (last === undefined || !touches) {
      merged.push(piece);
      continue;
    }
    const further = piece.high > last.high;
    const highClosed = sameEnd(piece.high, last.high)
      ? piece.highClosed || last.highClosed
      : further
        ? piece.highClosed
        : last.highClosed;
    merged[merged.length - 1] = { ...last, high: further ? piece.high : last.high, highClosed };
  }
  return merged;
}

function complement(pieces: readonly Interval[]): readonly Interval[] {
  const gaps: Interval[] = [];
  let low = -Infinity;
  let lowClosed = false;
  for (const piece of pieces) {
    gaps.push({ low, lowClosed, high: piece.low, highClosed: !piece.lowClosed && piece.low !== -Infinity });
    low = piece.high;
    lowClosed = !piece.highClosed && piece.high !== Infinity;
  }
  gaps.push({ low, lowClosed, high: Infinity, highClosed: false });
  return merge(gaps);
}

function intersect(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  return complement(merge([...complement(a), ...complement(b)]));
}
