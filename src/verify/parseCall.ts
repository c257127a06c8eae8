import { numberNode, some, type Expression } from './expression';
import { accept, deeper, isSymbol, peek, startsAtom, Unreadable, type Parser } from './parser';
import { integer, one, smallInteger } from './rational';
import { angleFunctions, inverses } from './symbols';

/** A function's name has been read: its power, its base, and what it is taken of. */
export function parseCall(parser: Parser, written: string): Expression {
  let name = written;
  let power: Expression | null = null;
  let base: Expression | null = null;
  for (;;) {
    if (power === null && accept(parser, '^')) power = parser.grammar.argument(parser);
    else if (base === null && accept(parser, '_')) base = parser.grammar.argument(parser);
    else break;
  }
  const inverse = inverses.get(name);
  if (power !== null && inverse !== undefined && isMinusOne(power)) {
    name = inverse;
    power = null;
  }
  const argument = deeper(parser, () => parseOperand(parser));
  const call = build(name, argument, base);
  return power === null ? call : { kind: 'power', base: call, exponent: power };
}

function build(name: string, argument: Expression, base: Expression | null): Expression {
  const args = argument.kind === 'tuple' && argument.open === '(' ? argument.items : [argument];
  if (name === 'cbrt') return { kind: 'root', of: argument, degree: 3 };
  if (name === 'exp') return { kind: 'power', base: { kind: 'constant', name: 'e' }, exponent: argument };
  if (name === 'log') return { kind: 'call', name, args: [argument, base ?? numberNode(integer(10))] };
  if (base !== null) throw new Unreadable(`${name} with a base`);
  if (angleFunctions.has(name) && some(argument, (part) => part.kind === 'degrees')) {
    // sin(30°): the whole argument is an angle in degrees.
    return { kind: 'call', name, args: [{ kind: 'product', factors: [argument, degree] }] };
  }
  return { kind: 'call', name, args };
}

/** pi/180. */
const degree: Expression = {
  kind: 'quotient',
  over: { kind: 'constant', name: 'pi' },
  under: numberNode(integer(180)),
};

/** The brackets behind a function, or without brackets the factors up to the next function or sign: sin 2x cos x. */
function parseOperand(parser: Parser): Expression {
  const token = peek(parser);
  if (
    token?.kind === 'symbol' &&
    (token.text === '(' || token.text === '{' || token.text === '[' || token.text === '|')
  ) {
    const inner = parser.grammar.atom(parser);
    return isSymbol(parser, '!') ? numberFactorial(parser, inner) : inner;
  }
  if (accept(parser, '-')) return { kind: 'negative', of: deeper(parser, () => parseOperand(parser)) };
  const factors: Expression[] = [];
  while (startsAtom(parser) && peek(parser)?.kind !== 'function') {
    // sin x (y + 1): brackets behind an operand are a factor of the sine.
    if (factors.length > 0 && isSymbol(parser, '(')) break;
    factors.push(parser.grammar.factor(parser));
    // sin x/2 is the sine of x/2.
    if (isSymbol(parser, '/') && peek(parser, 1)?.kind === 'number') {
      parser.at++;
      factors.push({ kind: 'quotient', over: numberNode(one), under: parser.grammar.factor(parser) });
    }
  }
  const [only] = factors;
  if (only === undefined) {
    if (peek(parser)?.kind === 'function') return parser.grammar.atom(parser);
    throw new Unreadable('a function of nothing');
  }
  return factors.length === 1 ? only : { kind: 'product', factors };
}

function numberFactorial(parser: Parser, of: Expression): Expression {
  parser.at++;
  return { kind: 'call', name: 'factorial', args: [of] };
}

function isMinusOne(node: Expression): boolean {
  return node.kind === 'negative' && node.of.kind === 'number' && smallInteger(node.of.value) === 1;
}
