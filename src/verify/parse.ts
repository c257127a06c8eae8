import { numberNode, type Comparison, type Expression, type SetOperator } from './expression';
import { LimitError, maxItems } from './limits';
import { parseArgument, parseAtom } from './parseAtom';
import { accept, deeper, isSymbol, peek, startsAtom, Unreadable, type Grammar, type Parser } from './parser';
import { one, zero } from './rational';
import type { Token } from './token';

const comparisons: ReadonlySet<string> = new Set<Comparison>(['=', '~', '<', '>', '<=', '>=', '!=']);
const setOperators: ReadonlySet<string> = new Set<SetOperator>(['union', 'intersection', 'difference']);

/** The tree of a whole answer; null when it is no mathematics that we read. Throws `LimitError` where it is too deep. */
export function parseAnswer(tokens: readonly Token[]): Expression | null {
  const parser: Parser = { tokens, at: 0, depth: 0, bars: 0, grammar };
  try {
    return parseList(parser);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

function parseList(parser: Parser): Expression {
  const items: Expression[] = [];
  const separators = () => {
    while (accept(parser, ',') || accept(parser, ';'));
  };
  for (separators(); peek(parser) !== undefined; separators()) {
    if (items.length > 0 && !isSeparator(parser.tokens[parser.at - 1]))
      throw new Unreadable('something behind the answer');
    items.push(parseItem(parser));
    if (items.length > maxItems) throw new LimitError('items');
  }
  const [only] = items;
  if (only === undefined) throw new Unreadable('nothing');
  return items.length === 1 ? only : { kind: 'list', items };
}

function isSeparator(token: Token | undefined): boolean {
  return token?.kind === 'symbol' && (token.text === ',' || token.text === ';');
}

/** A relation, a statement x in S, or a plain value. */
function parseItem(parser: Parser): Expression {
  // "= 5" and "~ 8.24" say no more than the number.
  if (!accept(parser, '=')) accept(parser, '~');
  const label = peek(parser);
  if (
    label?.kind === 'words' &&
    /(?:^| )(?:is|are|answer|about|approximately|exactly|rs|usd|total|value)$/.test(label.text)
  ) {
    if (startsAtom(parser, 1)) parser.at++;
  }
  const first = parseSets(parser);
  if (accept(parser, 'in')) return { kind: 'member', of: first, set: parseSets(parser) };
  const sides = [first];
  const signs: Comparison[] = [];
  for (let sign = comparison(peek(parser)); sign !== null; sign = comparison(peek(parser))) {
    parser.at++;
    signs.push(sign);
    sides.push(parseSets(parser));
    if (sides.length > maxItems) throw new LimitError('items');
  }
  return signs.length === 0 ? first : { kind: 'relation', sides, signs };
}

function comparison(token: Token | undefined): Comparison | null {
  return token?.kind === 'symbol' && comparisons.has(token.text) ? (token.text as Comparison) : null;
}

function parseSets(parser: Parser): Expression {
  let left = parseRatio(parser);
  let count = 0;
  for (let token = peek(parser); token?.kind === 'symbol' && setOperators.has(token.text); token = peek(parser)) {
    if (++count > maxItems) throw new LimitError('items');
    parser.at++;
    left = { kind: 'setOperation', operator: token.text as SetOperator, left, right: parseRatio(parser) };
  }
  return left;
}

function parseRatio(parser: Parser): Expression {
  const first = parseQuantity(parser);
  if (!isSymbol(parser, ':')) return first;
  const parts = [first];
  let clock = true;
  while (accept(parser, ':')) {
    const token = peek(parser);
    clock &&= token?.kind === 'number' && /^[0-5]\d$/.test(token.text);
    parts.push(parseQuantity(parser));
  }
  if (parts.length > maxItems) throw new LimitError('items');
  const last = parts.at(-1);
  // The words behind a time belong to the whole: 4:51 p.m.
  if (last?.kind !== 'quantity') return { kind: 'ratio', parts, clock };
  return { kind: 'quantity', of: { kind: 'ratio', parts: [...parts.slice(0, -1), last.of], clock }, unit: last.unit };
}

/** A sum with its unit, if words follow. */
function parseQuantity(parser: Parser): Expression {
  const of = parseSum(parser);
  const words: string[] = [];
  for (;;) {
    const token = peek(parser);
    if (token?.kind === 'words') words.push(token.text);
    else if (isSymbol(parser, '{') && peek(parser, 1)?.kind === 'words' && isSymbol(parser, '}', 2)) {
      words.push(peek(parser, 1)?.text ?? '');
      parser.at += 2;
    } else if (words.length > 0 && token?.kind === 'symbol' && (token.text === '/' || token.text === '*'))
      words.push(token.text);
    else if (words.length > 0 && accept(parser, '^')) {
      words.push('^');
      parseArgument(parser);
      continue;
    } else break;
    parser.at++;
  }
  return words.length === 0 ? of : { kind: 'quantity', of, unit: words.join(' ') };
}

function parseSum(parser: Parser): Expression {
  return deeper(parser, () => {
    let terms: Expression[] = [];
    for (let sign = leadingSign(parser, terms.length === 0); sign !== null; sign = leadingSign(parser, false)) {
      if (sign === 'upper' || sign === 'lower') {
        const right = parseProduct(parser);
        const plusMinus: Expression = { kind: 'plusMinus', left: sum(terms), right, upper: sign === 'upper' ? 1 : -1 };
        terms = [plusMinus];
      } else {
        const term = parseProduct(parser);
        terms.push(sign === 'minus' ? { kind: 'negative', of: term } : term);
      }
    }
    return sum(terms);
  });
}

function sum(terms: readonly Expression[]): Expression {
  const [only] = terms;
  if (only === undefined) return numberNode(zero);
  return terms.length === 1 ? only : { kind: 'sum', terms };
}

type Sign = 'plus' | 'minus' | 'upper' | 'lower';

/** The sign before the next term, null where the sum ends; the first term needs none. */
function leadingSign(parser: Parser, first: boolean): Sign | null {
  let sign: Sign | null = first ? 'plus' : null;
  for (;;) {
    if (accept(parser, '+')) sign ??= 'plus';
    else if (accept(parser, '-')) sign = sign === 'minus' ? 'plus' : 'minus';
    else if (accept(parser, '±')) sign = 'upper';
    else if (accept(parser, '∓')) sign = 'lower';
    else return sign;
  }
}

function parseProduct(parser: Parser): Expression {
  const factors = [parseFactor(parser)];
  for (;;) {
    const star = accept(parser, '*');
    const slash = !star && isDivision(parser);
    if (slash) parser.at++;
    else if (!star && !startsAtom(parser)) break;
    // Two bare numbers side by side are no product.
    if (!star && !slash && peek(parser)?.kind === 'number' && parser.tokens[parser.at - 1]?.kind === 'number') break;
    const negative = star || slash ? acceptSigns(parser) : false;
    const factor = parseFactor(parser);
    const signed: Expression = negative ? { kind: 'negative', of: factor } : factor;
    factors.push(slash ? { kind: 'quotient', over: numberNode(one), under: signed } : signed);
  }
  const [only] = factors;
  return factors.length === 1 && only !== undefined ? only : { kind: 'product', factors };
}

/** A slash before an operand; before a word it belongs to a unit (miles/hour). */
function isDivision(parser: Parser): boolean {
  return isSymbol(parser, '/') && peek(parser, 1)?.kind !== 'words';
}

function acceptSigns(parser: Parser): boolean {
  let negative = false;
  for (;;) {
    if (accept(parser, '-')) negative = !negative;
    else if (!accept(parser, '+')) return negative;
  }
}

/** An operand with powers, factorials, degrees and percent behind it. */
function parseFactor(parser: Parser): Expression {
  let node = parseAtom(parser);
  for (let count = 0; ; count++) {
    if (count > 4) throw new LimitError('depth');
    if (accept(parser, '!')) node = { kind: 'call', name: 'factorial', args: [node] };
    else if (accept(parser, '%')) node = { kind: 'percent', of: node };
    else if (accept(parser, 'deg') || acceptDegrees(parser)) node = { kind: 'degrees', of: node };
    else if (isSymbol(parser, '^')) {
      parser.at++;
      node = { kind: 'power', base: node, exponent: parseExponent(parser) };
    } else return node;
  }
}

function acceptDegrees(parser: Parser): boolean {
  if (!isSymbol(parser, '^')) return false;
  const braced = isSymbol(parser, '{', 1);
  if (!isSymbol(parser, 'deg', braced ? 2 : 1)) return false;
  parser.at += braced ? 4 : 2;
  return true;
}

/** x^{n}, x^10, x^-2, 2^3^2. */
function parseExponent(parser: Parser): Expression {
  return deeper(parser, () => {
    const negative = acceptSigns(parser);
    const exponent = parseArgument(parser);
    const whole: Expression =
      isSymbol(parser, '^') && accept(parser, '^')
        ? { kind: 'power', base: exponent, exponent: parseExponent(parser) }
        : exponent;
    return negative ? { kind: 'negative', of: whole } : whole;
  });
}

const grammar: Grammar = {
  item: parseItem,
  sum: parseSum,
  factor: parseFactor,
  atom: parseAtom,
  argument: parseArgument,
};
