import { mapTree, some, type Comparison, type Expression } from './expression';
import { variables } from './sampled';

/** A value with the name that an answer gave it: x = 5, f(x) = x + 1, Area = 12. */
export interface Named {
  readonly name: string | null;
  readonly value: Expression;
}

/** Which side of the comparison an answer is: the gold may say one value in several ways, a response says one. */
export type Role = 'gold' | 'response';

/** The readings of an answer once "x =" and "x in" are dropped: what it is called and what it says. A relation that is
 * more than a name for a value stays one. */
export function namedValues(node: Expression, role: Role): readonly Named[] {
  if (node.kind === 'member') return [{ name: nameOf(node.of), value: node.set }];
  if (node.kind !== 'relation' || !node.signs.every(isEquality)) return [{ name: null, value: node }];
  const [first, ...others] = node.sides;
  if (first === undefined || others.length === 0) return [{ name: null, value: node }];
  if (isName(first))
    return lastOfSegments(others, node.signs.slice(1), role).map((value) => ({ name: nameOf(first), value }));
  const closed = node.sides.every((side) => variables(side).length === 0);
  if (closed) return lastOfSegments(node.sides, node.signs, role).map((value) => ({ name: null, value }));
  const last = others.at(-1);
  // a + b = 3 + 4 = 7 ends in its value; a + b = 7 alone is an equation, unless a response says so of a number.
  if (
    last !== undefined &&
    variables(last).length === 0 &&
    (others.length > 1 || (role === 'response' && isSumOfNames(first)))
  ) {
    return [
      { name: null, value: node },
      ...lastOfSegments(others, node.signs.slice(1), role).map((value) => ({ name: null, value })),
    ];
  }
  return [{ name: null, value: node }];
}

/** The last side before each ≈ and of the end; of a response only the first of them: a value and its rounding. */
function lastOfSegments(sides: readonly Expression[], signs: readonly Comparison[], role: Role): readonly Expression[] {
  const ends = sides.filter((_, index) => index === sides.length - 1 || signs[index] === '~');
  return role === 'gold' ? ends : ends.slice(0, 1);
}

function isEquality(sign: Comparison): boolean {
  return sign === '=' || sign === '~';
}

/** Something that names a value and says nothing of it: x, AB, f(x), |AB|, (x, y), a:b, a word. */
export function isName(node: Expression): boolean {
  switch (node.kind) {
    case 'symbol':
    case 'words':
      return true;
    case 'constant':
      return node.name === 'e' || node.name === 'i';
    case 'call':
      return node.name === 'abs' ? node.args.every(isName) : /^[fgh]\b/.test(node.name) || /^[fgh][_']/.test(node.name);
    case 'product':
      return node.factors.every(isName);
    case 'quotient':
      return isName(node.over) && isName(node.under);
    case 'tuple':
    case 'list':
      return node.items.every(isName);
    case 'ratio':
      return node.parts.every(isName);
    default:
      return false;
  }
}

function isSumOfNames(node: Expression): boolean {
  if (node.kind === 'negative') return isSumOfNames(node.of);
  return isName(node) || (node.kind === 'sum' && node.terms.every(isSumOfNames));
}

/** A plain name in lower case; null for what names a figure, a function or several things. */
function nameOf(node: Expression): string | null {
  return node.kind === 'symbol' ? node.name.toLowerCase() : null;
}

/** Both readings of an answer with ±, or the answer itself. */
export function expandSigns(node: Expression): readonly Expression[] {
  if (!some(node, (part) => part.kind === 'plusMinus')) return [node];
  return [takeSign(node, 1), takeSign(node, -1)];
}

function takeSign(node: Expression, sign: 1 | -1): Expression {
  return mapTree(node, (part) => {
    if (part.kind !== 'plusMinus') return part;
    const signed: Expression = sign * part.upper === 1 ? part.right : { kind: 'negative', of: part.right };
    return { kind: 'sum', terms: [part.left, signed] };
  });
}
