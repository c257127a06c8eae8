import type { Rational } from './rational';

/** Names that mean a number. */
export type ConstantName = 'pi' | 'e' | 'i' | 'infinity';

/** Comparison signs after normalisation. */
export type Comparison = '=' | '~' | '<' | '>' | '<=' | '>=' | '!=';

export type SetOperator = 'union' | 'intersection' | 'difference';

/** What an answer says, as a tree. No deeper than `maxDepth`. */
export type Expression =
  /** `decimals`: digits after the point as written ("0.50": 2); null for whole numbers, fractions and repeating decimals. */
  | { readonly kind: 'number'; readonly value: Rational; readonly decimals: number | null }
  | { readonly kind: 'constant'; readonly name: ConstantName }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'sum'; readonly terms: readonly Expression[] }
  | { readonly kind: 'product'; readonly factors: readonly Expression[] }
  | { readonly kind: 'quotient'; readonly over: Expression; readonly under: Expression }
  | { readonly kind: 'power'; readonly base: Expression; readonly exponent: Expression }
  /** The real root of an odd degree, the principal one of an even degree. */
  | { readonly kind: 'root'; readonly of: Expression; readonly degree: number }
  | { readonly kind: 'negative'; readonly of: Expression }
  /** A known function (sin, log with its base second, abs, factorial, binomial, ...) or an unknown one (f). */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'degrees'; readonly of: Expression }
  | { readonly kind: 'percent'; readonly of: Expression }
  /** left ± right; every ± of an answer takes its upper sign together, ∓ the other one. */
  | { readonly kind: 'plusMinus'; readonly left: Expression; readonly right: Expression; readonly upper: 1 | -1 }
  /** Digits written in a base: 1A_{16}. */
  | { readonly kind: 'based'; readonly digits: string; readonly base: number }
  /** 3:4, or where the parts behind the first have two digits each perhaps a time of day: 4:51. */
  | { readonly kind: 'ratio'; readonly parts: readonly Expression[]; readonly clock: boolean }
  /** An amount with the words behind it: 20 miles. */
  | { readonly kind: 'quantity'; readonly of: Expression; readonly unit: string }
  | { readonly kind: 'words'; readonly text: string }
  /** (a, b), [a, b), <a, b>: point, vector or interval. */
  | {
      readonly kind: 'tuple';
      readonly open: '(' | '[' | '<';
      readonly close: ')' | ']' | '>';
      readonly items: readonly Expression[];
    }
  | { readonly kind: 'set'; readonly items: readonly Expression[] }
  /** Things one after the other: 1, 2 and 3. */
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly Expression[])[] }
  | {
      readonly kind: 'setOperation';
      readonly operator: SetOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'member'; readonly of: Expression; readonly set: Expression }
  /** a < b <= c: one side more than signs. */
  | { readonly kind: 'relation'; readonly sides: readonly Expression[]; readonly signs: readonly Comparison[] };

/** The direct parts of an expression, in order. */
export function parts(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'number':
    case 'constant':
    case 'symbol':
    case 'based':
    case 'words':
      return [];
    case 'sum':
      return node.terms;
    case 'product':
      return node.factors;
    case 'quotient':
      return [node.over, node.under];
    case 'power':
      return [node.base, node.exponent];
    case 'root':
    case 'negative':
    case 'degrees':
    case 'percent':
    case 'quantity':
      return [node.of];
    case 'call':
      return node.args;
    case 'plusMinus':
    case 'setOperation':
      return [node.left, node.right];
    case 'ratio':
      return node.parts;
    case 'tuple':
    case 'set':
    case 'list':
      return node.items;
    case 'matrix':
      return node.rows.flat();
    case 'member':
      return [node.of, node.set];
    case 'relation':
      return node.sides;
    default:
      return node satisfies never;
  }
}

/** Whether `test` holds anywhere in the tree. */
export function some(node: Expression, test: (part: Expression) => boolean): boolean {
  return test(node) || parts(node).some((part) => some(part, test));
}

/** A tree with each part replaced by what `change` makes of it, from the leaves up. */
export function mapTree(node: Expression, change: (part: Expression) => Expression): Expression {
  const visit = (part: Expression) => mapTree(part, change);
  switch (node.kind) {
    case 'number':
    case 'constant':
    case 'symbol':
    case 'based':
    case 'words':
      return change(node);
    case 'sum':
      return change({ ...node, terms: node.terms.map(visit) });
    case 'product':
      return change({ ...node, factors: node.factors.map(visit) });
    case 'quotient':
      return change({ ...node, over: visit(node.over), under: visit(node.under) });
    case 'power':
      return change({ ...node, base: visit(node.base), exponent: visit(node.exponent) });
    case 'root':
    case 'negative':
    case 'degrees':
    case 'percent':
    case 'quantity':
      return change({ ...node, of: visit(node.of) });
    case 'call':
      return change({ ...node, args: node.args.map(visit) });
    case 'plusMinus':
    case 'setOperation':
      return change({ ...node, left: visit(node.left), right: visit(node.right) });
    case 'ratio':
      return change({ ...node, parts: node.parts.map(visit) });
    case 'tuple':
    case 'set':
    case 'list':
      return change({ ...node, items: node.items.map(visit) });
    case 'matrix':
      return change({ ...node, rows: node.rows.map((row) => row.map(visit)) });
    case 'member':
      return change({ ...node, of: visit(node.of), set: visit(node.set) });
    case 'relation':
      return change({ ...node, sides: node.sides.map(visit) });
    default:
      return node satisfies never;
  }
}

export function numberNode(value: Rational, decimals: number | null = null): Expression {
  return { kind: 'number', value, decimals };
}
