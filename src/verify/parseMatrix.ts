import type { Expression } from './expression';
import { maxItems } from './limits';
import { accept, deeper, expect, isSymbol, next, peek, Unreadable, type Parser } from './parser';

const matrixEnvironments = /^(?:[pbBvV]?(?:small)?matrix|array)$/;

/** \begin{pmatrix} a & b \\ c & d \end{pmatrix} behind its \begin. */
export function parseMatrix(parser: Parser): Expression {
  const environment = environmentName(parser);
  if (!matrixEnvironments.test(environment)) throw new Unreadable(environment);
  if (environment === 'array' && accept(parser, '{'))
    while (!accept(parser, '}')) parser.at += peek(parser) === undefined ? bad() : 1;
  return deeper(parser, () => {
    const rows: Expression[][] = [];
    let row: Expression[] = [];
    for (;;) {
      if (accept(parser, '\\\\')) {
        if (row.length > 0) rows.push(row);
        row = [];
      } else if (peek(parser)?.kind === 'command' && peek(parser)?.text === 'end') break;
      else {
        row.push(parser.grammar.sum(parser));
        if (row.length > maxItems || rows.length > maxItems) throw new Unreadable('too large');
        if (!accept(parser, '&') && !isSymbol(parser, '\\\\') && peek(parser)?.text !== 'end')
          throw new Unreadable('matrix');
      }
    }
    if (row.length > 0) rows.push(row);
    parser.at++;
    environmentName(parser);
    if (rows.length === 0 || rows.some((one) => one.length !== rows[0]?.length)) throw new Unreadable('ragged');
    const matrix: Expression = { kind: 'matrix', rows };
    return environment === 'vmatrix' ? { kind: 'call', name: 'det', args: [matrix] } : matrix;
  });
}

function environmentName(parser: Parser): string {
  expect(parser, '{');
  let name = '';
  while (!accept(parser, '}')) name += next(parser).text;
  return name;
}

function bad(): never {
  throw new Unreadable('array');
}
