import * as c from './complex';
import { evaluate } from './evaluate';
import { exactForm } from './exact';
import type { Comparison, Expression } from './expression';
import { contains, flipped, sameIntervals, toIntervals, type Interval } from './intervals';
import type { Work } from './limits';
import { proportion } from './polynomial';
import { closeTo, sampledProportion, variables } from './sampled';

type Relation = Extract<Expression, { kind: 'relation' }>;

/** Whether two relations hold at the same places: up to swapped sides and scaling by a number, for an inequality by a
 * positive one; of one variable also as sets of numbers. */
export function sameRelation(a: Relation, b: Relation, work: Work): boolean {
  const names = variables(a);
  if (names.join() !== variables(b).join()) return false;
  if (a.sides.length === 2 && b.sides.length === 2 && sameTwoSided(a, b, work)) return true;
  if (a.sides.length === 3 && b.sides.length === 3 && sameChain(a, b, work)) return true;
  const [left, right] = [toIntervals(a, work), toIntervals(b, work)];
  return left !== null && right !== null && sameIntervals(left, right);
}

function sameTwoSided(a: Relation, b: Relation, work: Work): boolean {
  const [left, right] = [ascending(a), ascending(b)];
  const [leftSign, rightSign] = [left.signs[0], right.signs[0]];
  if (leftSign !== rightSign || leftSign === '~') return false;
  const [over, under] = [difference(left), difference(right)];
  const factor =
    exactProportion(over, under, leftSign === '=' || leftSign === '!=', work) ?? sampledProportion(over, under, work);
  return factor !== null && factor !== 0 && (factor > 0 || leftSign === '=' || leftSign === '!=');
}

/** a < b < c with the same three sides, perhaps written downwards. */
function sameChain(a: Relation, b: Relation, work: Work): boolean {
  const [left, right] = [ascending(a), ascending(b)];
  if (left.signs.join() !== right.signs.join()) return false;
  return left.sides.every((side, index) => {
    const other = right.sides[index];
    if (other === undefined) return false;
    const gap = exactForm({ kind: 'sum', terms: [side, { kind: 'negative', of: other }] }, work);
    return typeof gap !== 'string' && gap.over.size === 0;
  });
}

/** left - right. */
function difference({ sides: [left, right] }: Relation): Expression {
  if (left === undefined || right === undefined) throw new RangeError('a relation has two sides');
  return { kind: 'sum', terms: [left, { kind: 'negative', of: right }] };
}

/** The same relation with < and <= only. */
function ascending(relation: Relation): Relation {
  if (!relation.signs.some((sign) => sign === '>' || sign === '>=')) return relation;
  return {
    kind: 'relation',
    sides: [...relation.sides].reverse(),
    signs: [...relation.signs].reverse().map((sign): Comparison => flipped[sign]),
  };
}

/** The sign of the c with a = c b, by normal forms; null when there is none or it is not known. An equation is that of
 * its numerators (`numerators`): y/x = 2 is y = 2x. */
function exactProportion(a: Expression, b: Expression, numerators: boolean, work: Work): number | null {
  const [over, under] = [exactForm(a, work), exactForm(b, work)];
  if (typeof over === 'string' || typeof under === 'string') return null;
  if (
    over.over.size === 0 ||
    under.over.size === 0 ||
    (!numerators && (over.under.size !== 1 || under.under.size !== 1))
  ) {
    return null;
  }
  const factor = proportion(over.over, under.over);
  if (factor === null) return null;
  return factor.over > 0n ? 1 : -1;
}

/** Whether an inequality of one variable holds exactly on the pieces: tried at, between and around their ends. */
export function holdsOn(relation: Relation, pieces: readonly Interval[], work: Work): boolean {
  const [name, ...others] = variables(relation);
  if (name === undefined || others.length > 0 || relation.signs.every((sign) => sign === '=' || sign === '~'))
    return false;
  const ends = pieces.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  const around = [...ends, 0].flatMap((end) => [
    end,
    ...[1e-6, 0.01, 0.37, 1.9, 17, 1000].flatMap((step) => [end - step, end + step]),
  ]);
  const middles = ends.slice(1).map((end, index) => (end + (ends[index] ?? end)) / 2);
  let decided = 0;
  for (const value of [...around, ...middles]) {
    const holds = holdsAt(relation, new Map([[name, value]]), work);
    if (holds === null) continue;
    if (holds !== contains(pieces, value)) return false;
    decided++;
  }
  return decided > 8;
}

function holdsAt({ sides, signs }: Relation, point: ReadonlyMap<string, number>, work: Work): boolean | null {
  const values = sides.map((side) => evaluate(side, point, work));
  if (values.some((value) => !c.isFinite(value) || !c.isReal(value))) return null;
  return signs.every((sign, index) => {
    const [left, right] = [values[index], values[index + 1]];
    if (left === undefined || right === undefined) return false;
    const equal = closeTo(left, right, 1e-12);
    if (sign === '=' || sign === '~') return equal;
    if (sign === '!=') return !equal;
    if (equal) return sign === '<=' || sign === '>=';
    return sign.startsWith('<') ? left.re < right.re : left.re > right.re;
  });
}
