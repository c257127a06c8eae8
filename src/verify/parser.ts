import type { Expression } from './expression';
import { LimitError, maxDepth } from './limits';
import type { Token } from './token';

/** A place in a list of tokens. */
export interface Parser {
  tokens: readonly Token[];
  at: number;
  depth: number;
  /** Inside |...|, where the next bar closes. */
  bars: number;
  readonly grammar: Grammar;
}

/** The rules that call each other in a circle: an operand may hold a whole sum in brackets. */
export interface Grammar {
  /** A relation or value. */
  readonly item: ParsePart;
  readonly sum: ParsePart;
  /** An operand with its powers and signs behind. */
  readonly factor: ParsePart;
  readonly atom: ParsePart;
  /** An argument of a command: {...}, (...) or one token; `digit`: of bare digits the first one only. */
  argument(parser: Parser, digit?: boolean): Expression;
}

/** Thrown where the text is no mathematics that we read, and caught by `parseAnswer`. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

export function peek(parser: Parser, ahead = 0): Token | undefined {
  return parser.tokens[parser.at + ahead];
}

export function isSymbol(parser: Parser, text: string, ahead = 0): boolean {
  const token = parser.tokens[parser.at + ahead];
  return token?.kind === 'symbol' && token.text === text;
}

/** Steps over the symbol if it is next. */
export function accept(parser: Parser, text: string): boolean {
  if (!isSymbol(parser, text)) return false;
  parser.at++;
  return true;
}

export function expect(parser: Parser, text: string): void {
  if (!accept(parser, text)) throw new Unreadable(`no ${text}`);
}

export function next(parser: Parser): Token {
  const token = parser.tokens[parser.at++];
  if (token === undefined) throw new Unreadable('ends early');
  return token;
}

/** Runs `parse` one level deeper. Throws `LimitError` past `maxDepth`. */
export function deeper<Value>(parser: Parser, parse: () => Value): Value {
  if (++parser.depth > maxDepth) throw new LimitError('depth');
  const value = parse();
  parser.depth--;
  return value;
}

type ParsePart = (parser: Parser) => Expression;

const opening = new Set(['(', '[', '{', '\\{', '\\<', '|', 'lfloor', 'lceil', 'infinity', 'empty']);

/** Whether an operand can begin here, so that standing beside another one means a product. */
export function startsAtom(parser: Parser, ahead = 0): boolean {
  const token = peek(parser, ahead);
  if (token === undefined) return false;
  if (token.kind !== 'symbol') return token.kind !== 'words' && !(token.kind === 'command' && token.text === 'end');
  if (token.text === '|') return parser.bars === 0;
  return opening.has(token.text);
}
