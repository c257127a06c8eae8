import * as c from './complex';
import { evaluate } from './evaluate';
import { exactForm, rationalValue, sameForm, type ExactResult } from './exact';
import { mapTree, some, type Expression } from './expression';
import type { Work } from './limits';
import * as rational from './rational';
import type { Rational } from './rational';
import { closeTo, compareSampled, relativeTolerance, variables } from './sampled';
import { angleFunctions } from './symbols';
import { differs, same, type Outcome } from './verdict';

export interface Comparing {
  readonly work: Work;
  /** The papers' grader: a relative 1e-4, and values times or divided by 100. */
  readonly papers: boolean;
}

/** A rounded decimal must show this many digits, so that 0.3 is no third. */
const fewestRoundedDigits = 3;
/** With so many digits a decimal may also be cut off, or be wrong by less than one in its last digit. */
const fullPrecisionDigits = 7;
/** A number that is itself a decimal of at most so many places must be given exactly. */
const exactDecimals = 6;
const papersTolerance = 1e-4;

/** Two expressions without structure: numbers, closed values, functions of variables. */
export function compareValues(gold: Expression, response: Expression, comparing: Comparing): Outcome {
  const [left, right] = percents(gold, response);
  for (const a of left) {
    for (const b of right) {
      const outcome = compareOnce(a, b, comparing);
      if (left.length + right.length === 2) return outcome;
      if (outcome.equal) return same('percent');
    }
  }
  return differs('different value');
}

/** A percentage against a bare number has two readings: 17% is 17 or 0.17. */
function percents(gold: Expression, response: Expression): readonly [readonly Expression[], readonly Expression[]] {
  if (gold.kind === 'percent' && response.kind === 'percent') return [[gold.of], [response.of]];
  return [readings(gold), readings(response)];
}

function readings(node: Expression): readonly Expression[] {
  return node.kind === 'percent' ? [node, node.of] : [node];
}

function compareOnce(gold: Expression, response: Expression, comparing: Comparing): Outcome {
  const { work, papers } = comparing;
  const left = exactForm(gold, work);
  const right = exactForm(response, work);
  if (left === 'undefined' || right === 'undefined') return differs('undefined value');
  if (left !== 'unknown' && right !== 'unknown') {
    const identical = sameForm(left, right, work);
    if (identical === true) return same('identical');
    if (isRounded(gold, response, right, work) || isRounded(response, gold, left, work)) return same('rounded decimal');
    if (papers && isClose(gold, response, work)) return same('papers: close');
    if (identical === false && !left.atoms && !right.atoms) return compareRenamed(gold, response, work);
  } else if (isRounded(gold, response, right, work) || isRounded(response, gold, left, work))
    return same('rounded decimal');
  const sampled = compareSampled(gold, response, relativeTolerance, work);
  if (sampled === 'equal') return same(variables(gold, response).length === 0 ? 'same value' : 'same at sample points');
  if (papers && isClose(gold, response, work)) return same('papers: close');
  if (missesDegrees(gold, response) && compareSampled(gold, dropDegrees(response), relativeTolerance, work) === 'equal')
    return same('same value');
  const natural = withNaturalLogarithms(gold, response);
  if (natural !== null && compareSampled(natural[0], natural[1], relativeTolerance, work) === 'equal')
    return same('same value');
  return sampled === 'undecided' ? differs('undecided') : compareRenamed(gold, response, work);
}

/** Whether `decimal` is a plain decimal, and `other` (exactly `form`) has its digits when rounded to as many places. */
function isRounded(decimal: Expression, other: Expression, form: ExactResult, work: Work): boolean {
  const written = plainDecimal(decimal);
  if (written === null || plainDecimal(other) !== null || variables(other).length > 0) return false;
  const unit = rational.fraction(1n, 10n ** BigInt(written.decimals));
  const digits = String(magnitude(written.value).over * (10n ** BigInt(written.decimals) / written.value.under)).length;
  if (written.value.over === 0n || digits < fewestRoundedDigits) return false;
  const full = digits >= fullPrecisionDigits;
  const value = typeof form === 'string' ? null : rationalValue(form);
  if (value !== null) {
    const places = rational.decimalLength(value);
    if (places !== null && places <= exactDecimals) return false;
    const difference = magnitude(rational.add(value, rational.negate(written.value)));
    return rational.compare(rational.multiply(difference, rational.integer(full ? 1 : 2)), unit) <= 0;
  }
  const numeric = evaluate(other, new Map(), work);
  if (!c.isFinite(numeric) || !c.isReal(numeric)) return false;
  const target = rational.toNumber(written.value);
  const allowed = (full ? 1 : 0.5) * rational.toNumber(unit);
  return Math.abs(numeric.re - target) <= allowed * (1 + 1e-6) + 1e-12 * Math.abs(target);
}

function magnitude(value: Rational): Rational {
  return value.over < 0n ? rational.negate(value) : value;
}

interface PlainDecimal {
  readonly value: Rational;
  readonly decimals: number;
}

function plainDecimal(node: Expression): PlainDecimal | null {
  if (node.kind === 'number' && node.decimals !== null) return { value: node.value, decimals: node.decimals };
  if (node.kind === 'degrees') return plainDecimal(node.of);
  if (node.kind !== 'negative') return null;
  const inner = plainDecimal(node.of);
  return inner === null ? null : { value: rational.negate(inner.value), decimals: inner.decimals };
}

/** The papers' grader on closed values: the same, a hundredth or a hundredfold, to a relative 1e-4 of the gold. */
function isClose(gold: Expression, response: Expression, work: Work): boolean {
  if (variables(gold, response).length > 0) return false;
  const left = evaluate(gold, new Map(), work);
  const right = evaluate(response, new Map(), work);
  if (!c.isFinite(left) || !c.isFinite(right)) return false;
  return [1, 100, 0.01].some((factor) => closeTo(c.multiply(left, c.complex(factor)), right, papersTolerance));
}

/** Variables in another case are the same variables (1/(N+1), 1/(n+1)) unless an answer uses both cases. */
function compareRenamed(gold: Expression, response: Expression, work: Work): Outcome {
  const left = variables(gold);
  const right = variables(response);
  const lower = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));
  const renamed = left.some((name) => !right.includes(name));
  if (!renamed || lower(left).size !== left.length || lower(right).size !== right.length)
    return differs('different value');
  if ([...lower(left)].sort().join() !== [...lower(right)].sort().join()) return differs('different value');
  const equal = compareSampled(lowerCase(gold), lowerCase(response), relativeTolerance, work) === 'equal';
  return equal ? same('same at sample points') : differs('different value');
}

function lowerCase(node: Expression): Expression {
  return mapTree(node, (part) => (part.kind === 'symbol' ? { ...part, name: part.name.toLowerCase() } : part));
}

/** Where one side writes ln and the other log, log is the natural one too. */
function withNaturalLogarithms(gold: Expression, response: Expression): readonly [Expression, Expression] | null {
  const hasNatural = (node: Expression) => some(node, (part) => part.kind === 'call' && part.name === 'ln');
  if (hasNatural(gold) === hasNatural(response)) return null;
  const natural = (node: Expression) =>
    mapTree(node, (part): Expression => {
      const [of, base] = part.kind === 'call' && part.name === 'log' ? part.args : [];
      const isTen = base?.kind === 'number' && rational.equal(base.value, ten);
      return of !== undefined && isTen ? { kind: 'call', name: 'ln', args: [of] } : part;
    });
  return [natural(gold), natural(response)];
}

const ten = rational.integer(10);

/** A gold whose degree signs a cleaner has dropped: tan 15, of whole numbers and not all below a full turn in radians,
 * where the response writes tan 15°. */
function missesDegrees(gold: Expression, response: Expression): boolean {
  const isAngle = (part: Expression) => part.kind === 'call' && angleFunctions.has(part.name);
  const ofWhole = (part: Expression) => {
    const [arg] = part.kind === 'call' ? part.args : [];
    return arg?.kind === 'number' && arg.value.under === 1n;
  };
  return (
    some(response, (part) => part.kind === 'degrees') &&
    !some(gold, (part) => part.kind === 'degrees') &&
    some(gold, isAngle) &&
    !some(gold, (part) => isAngle(part) && !ofWhole(part)) &&
    some(gold, (part) => part.kind === 'number' && part.value.over > 6n)
  );
}

/** The same with angles in radians of the same number. */
function dropDegrees(node: Expression): Expression {
  return mapTree(node, (part): Expression => {
    const [arg] = part.kind === 'call' && angleFunctions.has(part.name) ? part.args : [];
    const [angle] = arg?.kind === 'product' ? arg.factors : [];
    return part.kind === 'call' && angle?.kind === 'degrees' ? { ...part, args: [angle.of] } : part;
  });
}
