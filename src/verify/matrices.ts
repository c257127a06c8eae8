import { at } from '../lib/invariant';
import { mapTree, some, type Expression } from './expression';

type Matrix = Extract<Expression, { kind: 'matrix' }>;

/** Largest number of products in one entry-by-entry multiplication. */
const maxProducts = 1000;
/** Largest tree that comes of it: entries are shared, so that a product of products would grow with their power. */
const maxNodes = 3000;

/** An answer with its sums, multiples and products of matrices worked out where their shapes allow it: \frac{1}{2} M, M N. */
export function workOutMatrices(node: Expression): Expression {
  return some(node, isMatrix) ? mapTree(node, workOut) : node;
}

/** The matrix, or null when it has become too large. */
function bounded(matrix: Matrix): Matrix | null {
  let left = maxNodes;
  return some(matrix, () => --left < 0) ? null : matrix;
}

function workOut(node: Expression): Expression {
  switch (node.kind) {
    case 'negative':
      return isMatrix(node.of) ? (entries(node.of, (entry) => ({ kind: 'negative', of: entry })) ?? node) : node;
    case 'quotient': {
      const { over, under } = node;
      return isMatrix(over) ? (entries(over, (entry) => ({ kind: 'quotient', over: entry, under })) ?? node) : node;
    }
    case 'product':
      return node.factors.some(isMatrix) ? (productOf(node.factors) ?? node) : node;
    case 'sum':
      return node.terms.every(isMatrix) ? (sumOf(node.terms) ?? node) : node;
    default:
      return node;
  }
}

/** Null where two shapes do not fit, or it would be too large. */
function productOf(factors: readonly Expression[]): Expression | null {
  return factors
    .slice(1)
    .reduce<Expression | null>(
      (product, factor) => (product === null ? null : multiply(product, factor)),
      at(factors, 0),
    );
}

function multiply(a: Expression, b: Expression): Expression | null {
  if (!isMatrix(a) && !isMatrix(b)) return { kind: 'product', factors: [a, b] };
  if (!isMatrix(a)) return isMatrix(b) ? entries(b, (entry) => ({ kind: 'product', factors: [a, entry] })) : null;
  if (!isMatrix(b)) return entries(a, (entry) => ({ kind: 'product', factors: [entry, b] }));
  const [inner, columns] = [b.rows.length, b.rows[0]?.length ?? 0];
  if (a.rows[0]?.length !== inner || a.rows.length * inner * columns > maxProducts) return null;
  const rows = a.rows.map((row) =>
    Array.from({ length: columns }, (_, column): Expression => ({
      kind: 'sum',
      terms: row.map((entry, index): Expression => ({
        kind: 'product',
        factors: [entry, at(at(b.rows, index), column)],
      })),
    })),
  );
  return bounded({ kind: 'matrix', rows });
}

/** Null where two shapes differ. */
function sumOf(matrices: readonly Matrix[]): Matrix | null {
  return matrices
    .slice(1)
    .reduce<Matrix | null>((sum, matrix) => (sum === null ? null : add(sum, matrix)), at(matrices, 0));
}

function add(a: Matrix, b: Matrix): Matrix | null {
  if (a.rows.length !== b.rows.length || a.rows[0]?.length !== b.rows[0]?.length) return null;
  const rows = a.rows.map((row, index) =>
    row.map((entry, column): Expression => ({ kind: 'sum', terms: [entry, at(at(b.rows, index), column)] })),
  );
  return bounded({ kind: 'matrix', rows });
}

function entries(matrix: Matrix, change: (entry: Expression) => Expression): Matrix | null {
  return bounded({ kind: 'matrix', rows: matrix.rows.map((row) => row.map(change)) });
}

function isMatrix(node: Expression): node is Matrix {
  return node.kind === 'matrix';
}
