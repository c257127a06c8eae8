import { holdsOn, sameRelation } from './compareRelation';
import { at } from '../lib/invariant';
import { compareValues, type Comparing } from './compareValue';
import type { Expression } from './expression';
import { sameIntervals, toIntervals } from './intervals';
import * as rational from './rational';
import { expandSigns, namedValues, type Named, type Role } from './names';
import { differs, same, type Outcome } from './verdict';
import { compatibleUnits, spelling } from './words';

/** Whether two answers say the same. Deterministic; throws `LimitError` when the work is used up. */
export function compareAnswers(gold: Expression, response: Expression, comparing: Comparing): Outcome {
  const [left, right] = [elements(byCoordinate(gold, response)), elements(byCoordinate(response, gold))];
  if (left.length !== 1 || right.length !== 1) {
    const [only, spoken] = [left[0], right[0]];
    // One value said in several ways: -b + 2 or 2 - b.
    if (left.length === 1 && only !== undefined && spoken !== undefined && right.length <= 4) {
      const agree = right.slice(1).every((other) => compareNamed(spoken, other, comparing).equal);
      const match = agree
        ? right.map((item) => compareNamed(only, item, comparing)).find(({ equal }) => equal)
        : undefined;
      if (match !== undefined) return match;
    }
    const outcome = compareElements(left, right, comparing);
    return outcome.equal ? outcome : (asSets(gold, response, comparing) ?? outcome);
  }
  const [first, second] = [left[0], right[0]];
  return first === undefined || second === undefined
    ? differs('different kind')
    : compareNamed(first, second, comparing);
}

/** (a, b) = (2, 3) as a = 2, b = 3, where the other side says it so. */
function byCoordinate(node: Expression, other: Expression): Expression {
  if (other.kind !== 'list' || node.kind !== 'relation' || node.sides.length !== 2) return node;
  const [names, values] = node.sides;
  if (names?.kind !== 'tuple' || values?.kind !== 'tuple' || names.items.length !== values.items.length) return node;
  if (!other.items.every((item) => item.kind === 'relation')) return node;
  const items = names.items.map((name, index): Expression => ({
    kind: 'relation',
    sides: [name, at(values.items, index)],
    signs: ['='],
  }));
  return { kind: 'list', items };
}

/** What a list, a set or an answer with ± is made of; any other answer is its one element. */
function elements(node: Expression): readonly Expression[] {
  if (node.kind === 'member' && node.set.kind === 'set') return elements(node.set);
  return node.kind === 'list' || node.kind === 'set' ? node.items.flatMap(elements) : expandSigns(node);
}

/** Unordered, each with one of the other side; by name where all of both sides have one. */
function compareElements(gold: readonly Expression[], response: readonly Expression[], comparing: Comparing): Outcome {
  if (gold.length !== response.length) return differs('different parts');
  const named = (items: readonly Expression[], role: Role) =>
    items.map((item) => namedValues(item, role)[0]?.name ?? null);
  const [names, others] = [named(gold, 'gold'), named(response, 'response')];
  const byName = areDistinct(names) && areDistinct(others) && [...names].sort().join() === [...others].sort().join();
  const left = [...response];
  for (const [index, item] of gold.entries()) {
    const match = left.findIndex((other) => {
      comparing.work.spend(2);
      if (byName && others[response.indexOf(other)] !== names[index]) return false;
      return compareNamed(item, other, comparing, true).equal;
    });
    if (match < 0) return differs('different parts');
    left.splice(match, 1);
  }
  return same('same parts');
}

function areDistinct(names: readonly (string | null)[]): boolean {
  return names.every((name) => name !== null) && new Set(names).size === names.length;
}

/** Two single answers, of which either may name its value. `anyName`: the names were compared before. */
function compareNamed(gold: Expression, response: Expression, comparing: Comparing, anyName = false): Outcome {
  let outcome: Outcome = differs('different kind');
  for (const left of namedValues(gold, 'gold')) {
    for (const right of namedValues(response, 'response')) {
      if (!anyName && isOtherName(left, right)) {
        outcome = compareSingle(gold, response, comparing);
        if (!outcome.equal) outcome = differs('different name');
      } else outcome = compareSingle(left.value, right.value, comparing);
      if (outcome.equal) return outcome;
    }
  }
  // y = 2x + 1 may also be written 2x - y + 1 = 0.
  if (gold.kind === 'relation' && response.kind === 'relation') {
    const whole = compareSingle(gold, response, comparing);
    return whole.equal || outcome.reason !== 'different name' ? whole : outcome;
  }
  return asSets(gold, response, comparing) ?? outcome;
}

function isOtherName(a: Named, b: Named): boolean {
  return a.name !== null && b.name !== null && a.name !== b.name;
}

function compareSingle(gold: Expression, response: Expression, comparing: Comparing): Outcome {
  if (gold.kind === 'list' || gold.kind === 'set' || response.kind === 'list' || response.kind === 'set') {
    return compareElements(elements(gold), elements(response), comparing);
  }
  const [left, right] = [spelling(gold), spelling(response)];
  if (gold.kind === 'words' || response.kind === 'words') {
    return left !== null && left === right ? same('same words') : differs('different words');
  }
  if (gold.kind === 'quantity' || response.kind === 'quantity') return compareQuantities(gold, response, comparing);
  if (gold.kind === 'based' || response.kind === 'based') return compareBased(gold, response);
  if (gold.kind === 'ratio' || response.kind === 'ratio') return compareRatios(gold, response, comparing);
  const [vector, otherVector] = [asVector(gold), asVector(response)];
  if (gold.kind === 'matrix' && response.kind === 'matrix') return compareMatrices(gold.rows, response.rows, comparing);
  if (vector !== null && otherVector !== null && (gold.kind === 'matrix' || response.kind === 'matrix')) {
    return compareInOrder(vector, otherVector, comparing);
  }
  if (gold.kind === 'tuple' && response.kind === 'tuple') {
    const angled = gold.open === '<' || response.open === '<';
    if (!comparing.papers && !angled && (gold.open !== response.open || gold.close !== response.close))
      return differs('different kind');
    return compareInOrder(gold.items, response.items, comparing);
  }
  if (gold.kind === 'relation' && response.kind === 'relation') {
    return sameRelation(gold, response, comparing.work) ? same('same relation') : differs('different relation');
  }
  if (isStructure(gold) || isStructure(response)) return asSets(gold, response, comparing) ?? differs('different kind');
  return isInfinite(gold) || isInfinite(response)
    ? compareInfinities(gold, response)
    : compareValues(gold, response, comparing);
}

function compareInOrder(gold: readonly Expression[], response: readonly Expression[], comparing: Comparing): Outcome {
  const equal =
    gold.length === response.length &&
    gold.every((item, index) => {
      const other = response[index];
      return other !== undefined && compareAnswers(item, other, comparing).equal;
    });
  return equal ? same('same parts') : differs('different parts');
}

function compareMatrices(gold: Rows, response: Rows, comparing: Comparing): Outcome {
  if (gold.length !== response.length || gold[0]?.length !== response[0]?.length) return differs('different parts');
  return compareInOrder(gold.flat(), response.flat(), comparing);
}

type Rows = readonly (readonly Expression[])[];

/** The entries of a point in round or angled brackets, or of a matrix with one column or row. */
function asVector(node: Expression): readonly Expression[] | null {
  if (node.kind === 'tuple') return node.open === '[' || node.close === ']' ? null : node.items;
  if (node.kind !== 'matrix') return null;
  return node.rows.length === 1 || node.rows[0]?.length === 1 ? node.rows.flat() : null;
}

/** The amounts, if the units can be the same. */
function compareQuantities(gold: Expression, response: Expression, comparing: Comparing): Outcome {
  const [left, right] = [spelling(gold), spelling(response)];
  if (left !== null && left === right) return same('same words');
  const [time, otherTime] = [timeOfDay(gold), timeOfDay(response)];
  if (time !== null && otherTime !== null)
    return time.join() === otherTime.join() ? same('same value') : differs('different value');
  const both = gold.kind === 'quantity' && response.kind === 'quantity';
  if (both && !compatibleUnits(gold.unit, response.unit)) return differs('different unit');
  return compareSingle(
    gold.kind === 'quantity' ? gold.of : gold,
    response.kind === 'quantity' ? response.of : response,
    comparing,
  );
}

/** Hours from 0 to 23, minutes, seconds of 8:34 p.m. and of 20:34; null where noon or midnight is left open. */
function timeOfDay(node: Expression): readonly number[] | null {
  const clock = node.kind === 'quantity' ? node.of : node;
  if (clock.kind !== 'ratio' || !clock.clock) return null;
  const numbers = clock.parts.map((part) => (part.kind === 'number' ? rational.smallInteger(part.value) : null));
  const [hour, ...rest] = numbers;
  if (hour === undefined || hour === null || hour > 23 || rest.some((part) => part === null)) return null;
  const suffix = node.kind === 'quantity' ? node.unit : '';
  if (suffix !== 'am' && suffix !== 'pm')
    return suffix === '' && hour > 12 ? [hour, ...rest.map((part) => part ?? 0)] : null;
  return [(hour % 12) + (suffix === 'pm' ? 12 : 0), ...rest.map((part) => part ?? 0)];
}

/** Numbers in a base: the same digits in the same base. A bare number is one only where both readings of it, the digits
 * and the value, agree. */
function compareBased(gold: Expression, response: Expression): Outcome {
  if (gold.kind === 'negative' && response.kind === 'negative') return compareBased(gold.of, response.of);
  if (gold.kind === 'based' && response.kind === 'based') {
    const equal = gold.base === response.base && trimZeros(gold.digits) === trimZeros(response.digits);
    return equal ? same('same in base') : differs('different base');
  }
  const [based, bare] = gold.kind === 'based' ? [gold, response] : [response, gold];
  if (based.kind !== 'based' || bare.kind !== 'number') return differs('different base');
  const digits = trimZeros(based.digits);
  const equal =
    digits === String(bare.value.over) &&
    bare.value.under === 1n &&
    (based.base === 10 || (digits.length === 1 && parseInt(digits, 36) < based.base));
  return equal ? same('same in base') : differs('different base');
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+(?=.)/, '');
}

/** a:b as a proportion, unless it may be a time of day: that only equals itself. */
function compareRatios(gold: Expression, response: Expression, comparing: Comparing): Outcome {
  const clock = (gold.kind === 'ratio' && gold.clock) || (response.kind === 'ratio' && response.clock);
  if (gold.kind === 'ratio' && response.kind === 'ratio') {
    if (gold.parts.length !== response.parts.length) return differs('different parts');
    if (compareInOrder(gold.parts, response.parts, comparing).equal) return same('same ratio');
    if (clock) return differs('different value');
    const [first, second] = [gold.parts[0], response.parts[0]];
    if (first === undefined || second === undefined) return differs('different parts');
    const scaled = (parts: readonly Expression[], by: Expression) =>
      parts.map((part): Expression => ({ kind: 'product', factors: [part, by] }));
    return compareInOrder(scaled(gold.parts, second), scaled(response.parts, first), comparing).equal
      ? same('same ratio')
      : differs('different value');
  }
  if (clock) return differs('different kind');
  const outcome = compareValues(asQuotient(gold), asQuotient(response), comparing);
  return outcome.equal ? same('same ratio') : outcome;
}

function asQuotient(node: Expression): Expression {
  const [over, under] = node.kind === 'ratio' && node.parts.length === 2 ? node.parts : [];
  return over === undefined || under === undefined ? node : { kind: 'quotient', over, under };
}

/** Intervals, unions and inequalities as sets of reals; null when one of them is none, or both are mere points. */
function asSets(gold: Expression, response: Expression, { work }: Comparing): Outcome | null {
  if (!describesSet(gold) && !describesSet(response)) return null;
  const [left, right] = [toIntervals(gold, work), toIntervals(response, work)];
  const equal =
    (left !== null && right !== null && sameIntervals(left, right)) ||
    (gold.kind === 'relation' && right !== null && holdsOn(gold, right, work)) ||
    (response.kind === 'relation' && left !== null && holdsOn(response, left, work));
  return equal ? same('same set') : left === null && right === null ? null : differs('different value');
}

/** Whether an answer can only be a set of reals: (1, 2) may be a point, {1, 2} a list. */
function describesSet(node: Expression): boolean {
  if (node.kind === 'list') return node.items.length > 0 && node.items.every((item) => item.kind === 'relation');
  if (node.kind === 'relation') return node.signs.some((sign) => sign !== '=' && sign !== '~');
  if (node.kind === 'tuple') return node.open === '[' || node.close === ']';
  return (
    node.kind === 'setOperation' ||
    (node.kind === 'member' && describesSet(node.set)) ||
    (node.kind === 'symbol' && node.name.startsWith('set '))
  );
}

function isStructure({ kind }: Expression): boolean {
  return kind === 'tuple' || kind === 'matrix' || kind === 'relation' || kind === 'setOperation' || kind === 'member';
}

function isInfinite(node: Expression): boolean {
  return (node.kind === 'negative' ? node.of : node).kind === 'constant' && compareInfinities(node, node).equal;
}

/** Infinity with its sign; anything else is not equal to one. */
function compareInfinities(gold: Expression, response: Expression): Outcome {
  const sign = (node: Expression): number => {
    if (node.kind === 'negative') return -sign(node.of);
    return node.kind === 'constant' && node.name === 'infinity' ? 1 : 0;
  };
  return sign(gold) !== 0 && sign(gold) === sign(response) ? same('identical') : differs('different value');
}
