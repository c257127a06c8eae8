import { numberNode, type Expression } from './expression';
import { maxItems } from './limits';
import { parseMatrix } from './parseMatrix';
import { accept, deeper, expect, isSymbol, next, peek, startsAtom, Unreadable, type Parser } from './parser';
import { parseCall } from './parseCall';
import { add, fraction, integer, one, parseDecimal, type Rational } from './rational';
import { accentCommands, numberWords } from './symbols';
import type { Token } from './token';

/** One operand without what may stand behind it (powers, factorials, signs of degree and percent). */
export function parseAtom(parser: Parser): Expression {
  const token = next(parser);
  switch (token.kind) {
    case 'number':
      return parseNumber(parser, token);
    case 'name':
      return parseName(parser, token.text);
    case 'function':
      return parseCall(parser, token.text);
    case 'words':
      return parseWords(parser, token.text);
    case 'command':
      return parseCommand(parser, token.text);
    case 'symbol':
      return parseBracket(parser, token.text);
    default:
      return token.kind satisfies never;
  }
}

function parseNumber(parser: Parser, token: Token): Expression {
  if (isSymbol(parser, '_')) return parseBased(parser, token.text);
  const value = valueOf(token);
  const decimals =
    token.text.includes('.') && token.repeating === undefined ? token.text.length - token.text.indexOf('.') - 1 : null;
  if (decimals !== null) accept(parser, 'dots');
  if (decimals !== null || value.under !== 1n) return numberNode(value, decimals);
  const part = properFraction(parser);
  return part === null ? numberNode(value) : numberNode(add(value, part));
}

function valueOf(token: Token): Rational {
  const value = parseDecimal(token.text);
  if (value === null) throw new Unreadable(token.text);
  if (token.repeating === undefined) return value;
  const before = token.text.length - token.text.indexOf('.') - 1;
  const period = 10n ** BigInt(token.repeating.length) - 1n;
  return add(value, fraction(BigInt(token.repeating), period * 10n ** BigInt(before)));
}

/** The fraction of a mixed number behind its whole part: \frac{1}{4} or " 1/4", below 1. */
function properFraction(parser: Parser): Rational | null {
  const { at } = parser;
  const token = peek(parser);
  let over: string | undefined;
  let under: string | undefined;
  if (token?.kind === 'command' && /^[dtc]?frac$/.test(token.text)) {
    parser.at++;
    over = digitsArgument(parser);
    under = over === undefined ? undefined : digitsArgument(parser);
  } else if (
    token?.kind === 'number' &&
    token.space &&
    isSymbol(parser, '/', 1) &&
    peek(parser, 2)?.kind === 'number'
  ) {
    over = token.text;
    under = peek(parser, 2)?.text;
    parser.at += 3;
  }
  if (over !== undefined && under !== undefined && /^\d+$/.test(over + under) && BigInt(over) < BigInt(under)) {
    return fraction(BigInt(over), BigInt(under));
  }
  parser.at = at;
  return null;
}

/** The digits of an argument that holds nothing else. */
function digitsArgument(parser: Parser): string | undefined {
  const braced = accept(parser, '{');
  const token = peek(parser);
  if (token?.kind !== 'number') return undefined;
  if (braced) {
    parser.at++;
    return accept(parser, '}') ? token.text : undefined;
  }
  return takeDigit(parser, token);
}

/** Of a number that is not in braces LaTeX takes the first digit as an argument: \frac12. */
function takeDigit(parser: Parser, token: Token): string {
  if (token.text.length === 1 || token.text.includes('.')) {
    parser.at++;
    return token.text;
  }
  const rest = [...parser.tokens];
  rest[parser.at] = { ...token, text: token.text.slice(1), space: false };
  parser.tokens = rest;
  return token.text.slice(0, 1);
}

/** Digits with the base under them. */
function parseBased(parser: Parser, digits: string): Expression {
  expect(parser, '_');
  const braced = accept(parser, '{');
  if (braced && peek(parser)?.kind === 'words' && peek(parser, 1)?.kind === 'number') parser.at++;
  const token = next(parser);
  if (braced) expect(parser, '}');
  const base =
    token.kind === 'number' ? Number(token.text) : (numberWords.get(token.text.replace(/^base /, '')) ?? NaN);
  if (!(base >= 2 && base <= 36) || !/^[\da-z]+$/i.test(digits)) throw new Unreadable('base');
  return { kind: 'based', digits: digits.toLowerCase(), base };
}

function parseName(parser: Parser, name: string): Expression {
  let full = name;
  while (accept(parser, "'")) full += "'";
  if (isSymbol(parser, '_')) {
    parser.at++;
    full += `_${subscript(parser)}`;
    while (accept(parser, "'")) full += "'";
  }
  if (full === 'e') return { kind: 'constant', name: 'e' };
  if (full === 'i') return { kind: 'constant', name: 'i' };
  // f(4 - x) is a value of f; other letters before a bracket are factors.
  if (/^[fgh]('|_|$)/.test(full) && isSymbol(parser, '(')) {
    const argument = parseArgument(parser);
    return { kind: 'call', name: full, args: argument.kind === 'tuple' ? argument.items : [argument] };
  }
  return { kind: 'symbol', name: full };
}

function subscript(parser: Parser): string {
  if (!accept(parser, '{')) return next(parser).text;
  const words: string[] = [];
  for (let depth = 1; ;) {
    const { text, kind } = next(parser);
    if (kind === 'symbol' && text === '{') depth++;
    if (kind === 'symbol' && text === '}' && --depth === 0) return words.join('');
    words.push(text);
  }
}

function parseWords(parser: Parser, first: string): Expression {
  if (isSymbol(parser, '_') && /\d/.test(first)) return parseBased(parser, first);
  let text = first;
  for (let token = peek(parser); token?.kind === 'words'; token = peek(parser)) {
    text += ` ${token.text}`;
    parser.at++;
  }
  const value = numberWords.get(text);
  return value === undefined ? { kind: 'words', text } : numberNode(integer(value));
}

function parseCommand(parser: Parser, name: string): Expression {
  switch (name) {
    case 'pi':
      return { kind: 'constant', name: 'pi' };
    case 'frac':
    case 'dfrac':
    case 'tfrac':
    case 'cfrac':
    case 'sfrac': {
      const over = parseArgument(parser, true);
      return { kind: 'quotient', over, under: parseArgument(parser, true) };
    }
    case 'sqrt':
      return parseRoot(parser);
    case 'binom':
    case 'dbinom':
    case 'tbinom': {
      const over = parseArgument(parser, true);
      return { kind: 'call', name: 'binomial', args: [over, parseArgument(parser, true)] };
    }
    case 'mathbb':
      return { kind: 'symbol', name: `set ${subscript(parser)}` };
    case 'phantom':
    case 'hphantom':
    case 'vphantom':
      subscript(parser);
      return parseAtom(parser);
    case 'begin':
      return parseMatrix(parser);
    default:
      if (accentCommands.has(name)) return accented(parser);
      throw new Unreadable(name);
  }
}

/** A vector or mean is called by its letter; a segment AB is written with and without its bar. */
function accented(parser: Parser): Expression {
  const name = subscript(parser);
  if (!/^[A-Z]{2}$/.test(name)) return { kind: 'symbol', name };
  return { kind: 'product', factors: Array.from(name, (letter): Expression => ({ kind: 'symbol', name: letter })) };
}

function parseRoot(parser: Parser): Expression {
  let degree = 2;
  if (accept(parser, '[')) {
    const token = next(parser);
    degree = Number(token.text);
    if (token.kind !== 'number' || !Number.isInteger(degree) || degree < 1 || degree > 100)
      throw new Unreadable('degree of a root');
    expect(parser, ']');
  }
  return { kind: 'root', of: parseArgument(parser), degree };
}

/** An argument of a command: {...}, (...), one token; `digit`: of bare digits the first one only. */
export function parseArgument(parser: Parser, digit = false): Expression {
  return deeper(parser, () => {
    const token = peek(parser);
    if (digit && token?.kind === 'number') return numberNode(parseDecimal(takeDigit(parser, token)) ?? one);
    if (!accept(parser, '{')) return parseAtom(parser);
    const value = parser.grammar.sum(parser);
    expect(parser, '}');
    return value;
  });
}

function parseBracket(parser: Parser, symbol: string): Expression {
  switch (symbol) {
    case 'infinity':
      return { kind: 'constant', name: 'infinity' };
    case 'empty':
      return { kind: 'set', items: [] };
    case '(':
    case '[':
      return parseRound(parser, symbol);
    case '\\<': {
      const items = parseItems(parser, ['\\>']);
      parser.at++;
      return { kind: 'tuple', open: '<', close: '>', items };
    }
    case '\\{': {
      const items = isSymbol(parser, '\\}') ? [] : parseItems(parser, ['\\}']);
      parser.at++;
      return { kind: 'set', items };
    }
    case '{':
      return parseGroup(parser);
    case '|': {
      parser.bars++;
      const of = deeper(parser, () => parser.grammar.sum(parser));
      parser.bars--;
      expect(parser, '|');
      return { kind: 'call', name: 'abs', args: [of] };
    }
    case 'lfloor':
    case 'lceil': {
      const of = deeper(parser, () => parser.grammar.sum(parser));
      expect(parser, symbol === 'lfloor' ? 'rfloor' : 'rceil');
      return { kind: 'call', name: symbol === 'lfloor' ? 'floor' : 'ceil', args: [of] };
    }
    default:
      throw new Unreadable(symbol);
  }
}

/** Inside ( or [: one thing in brackets of a kind is that thing, else a point or interval. */
function parseRound(parser: Parser, open: '(' | '['): Expression {
  const items = parseItems(parser, [')', ']']);
  const close = next(parser).text === ')' ? ')' : ']';
  const [only] = items;
  if (items.length > 1) return { kind: 'tuple', open, close, items };
  if (only === undefined || (open === '(') !== (close === ')')) throw new Unreadable('bracket');
  return only;
}

/** LaTeX's braces group; with commas inside somebody forgot the backslashes of a set. */
function parseGroup(parser: Parser): Expression {
  if (accept(parser, '}')) return startsAtom(parser) ? parseAtom(parser) : numberNode(one);
  const items = parseItems(parser, ['}']);
  parser.at++;
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'set', items };
}

/** Things between commas or semicolons, up to one of `close`, which is left. */
function parseItems(parser: Parser, close: readonly string[]): readonly Expression[] {
  return deeper(parser, () => {
    const bars = parser.bars;
    parser.bars = 0;
    const items: Expression[] = [];
    for (;;) {
      items.push(parser.grammar.item(parser));
      if (items.length > maxItems) throw new Unreadable('too many items');
      if (close.some((symbol) => isSymbol(parser, symbol))) break;
      if (!accept(parser, ',') && !accept(parser, ';')) throw new Unreadable('bracket');
      while (accept(parser, ',') || accept(parser, ';'));
    }
    parser.bars = bars;
    return items;
  });
}
