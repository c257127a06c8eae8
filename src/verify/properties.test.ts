import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalTexts } from './grade';

/** A small expression of our own, so that tests rewrite it without the grader's parser. */
type Tree =
  | { readonly op: 'number'; readonly over: number; readonly under: number }
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: 'root'; readonly of: number }
  | { readonly op: '+' | '-' | '*'; readonly left: Tree; readonly right: Tree }
  | { readonly op: 'square'; readonly of: Tree };

const number = fc
  .record({ over: fc.integer({ min: -40, max: 40 }), under: fc.integer({ min: 1, max: 12 }) })
  .map(({ over, under }): Tree => ({ op: 'number', over, under }));
const name = fc.constantFrom('x', 'y', 'a').map((letter): Tree => ({ op: 'name', name: letter }));
const root = fc.constantFrom(2, 3, 5, 6, 8, 12, 50).map((of): Tree => ({ op: 'root', of }));

function trees(leaf: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> {
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc.record({
        op: fc.constantFrom('+' as const, '-' as const, '*' as const),
        left: tie('tree'),
        right: tie('tree'),
      }),
      fc.record({ op: fc.constant('square' as const), of: tie('tree') }),
    ),
  })).tree;
}

/** LaTeX in one of several spellings, chosen by `style`. */
function latex(tree: Tree, style: number): string {
  const open = style % 2 === 0 ? '(' : '\\left(';
  const close = style % 2 === 0 ? ')' : '\\right)';
  const inner = (part: Tree) => `${open}${latex(part, style)}${close}`;
  switch (tree.op) {
    case 'number':
      if (tree.under === 1) return String(tree.over);
      if (style % 3 === 0) return `\\frac{${tree.over}}{${tree.under}}`;
      return style % 3 === 1
        ? `${tree.over < 0 ? '-' : ''}\\dfrac{${Math.abs(tree.over)}}{${tree.under}}`
        : `${tree.over}/${tree.under}`;
    case 'name':
      return tree.name;
    case 'root':
      return style % 2 === 0 ? `\\sqrt{${tree.of}}` : `${tree.of}^{1/2}`;
    case '+':
      return `${inner(tree.left)} + ${inner(tree.right)}`;
    case '-':
      return `${inner(tree.left)}-${inner(tree.right)}`;
    case '*':
      return `${inner(tree.left)}${['', '\\cdot ', '\\times ', ' '][style % 4]}${inner(tree.right)}`;
    case 'square':
      return style % 5 === 0
        ? `${inner(tree.of)}${inner(tree.of)}`
        : `${inner(tree.of)}^${style % 2 === 0 ? '2' : '{2}'}`;
    default:
      return tree satisfies never;
  }
}

/** The same value in another form: swapped, multiplied out, roots simplified, fractions widened. */
function rewrite(tree: Tree, seed: number): Tree {
  const next = (seed * 1103515245 + 12345) % 2147483648;
  const a = (part: Tree) => rewrite(part, next);
  switch (tree.op) {
    case 'number':
      return seed % 2 === 0 ? tree : { op: 'number', over: tree.over * 3, under: tree.under * 3 };
    case 'name':
      return tree;
    case 'root':
      return tree.of === 12
        ? times(two, { op: 'root', of: 3 })
        : tree.of === 6
          ? times({ op: 'root', of: 2 }, { op: 'root', of: 3 })
          : tree;
    case '+':
      return seed % 2 === 0
        ? { op: '+', left: a(tree.right), right: a(tree.left) }
        : { op: '-', left: a(tree.left), right: times(minusOne, a(tree.right)) };
    case '-':
      return seed % 2 === 0
        ? times(minusOne, { op: '-', left: a(tree.right), right: a(tree.left) })
        : { op: '-', left: a(tree.left), right: a(tree.right) };
    case '*':
      if (tree.left.op === '+') {
        return {
          op: '+',
          left: times(a(tree.left.left), a(tree.right)),
          right: times(a(tree.right), a(tree.left.right)),
        };
      }
      return times(a(tree.right), a(tree.left));
    case 'square':
      return seed % 2 === 0 ? times(a(tree.of), a(tree.of)) : { op: 'square', of: times(minusOne, a(tree.of)) };
    default:
      return tree satisfies never;
  }
}

const two: Tree = { op: 'number', over: 2, under: 1 };
const minusOne: Tree = { op: 'number', over: -1, under: 1 };

function times(left: Tree, right: Tree): Tree {
  return { op: '*', left, right };
}

const style = fc.integer({ min: 0, max: 59 });
const seed = fc.integer({ min: 0, max: 1e6 });
const change = number.filter((tree) => tree.op === 'number' && tree.over !== 0);
const equal = (a: string, b: string) => equalTexts(a, b, 'mathematics').equal;
const runs = { numRuns: 400, seed: 20261121 };

describe.each([
  ['numbers', trees(number)],
  ['numbers with roots', trees(fc.oneof(number, root))],
  ['polynomials', trees(fc.oneof(number, name))],
  ['polynomials with roots', trees(fc.oneof(number, name, root))],
])('%s', (_, arbitrary) => {
  it('are equal after any rewriting', () => {
    fc.assert(
      fc.property(arbitrary, style, style, seed, (tree, one, other, how) => {
        expect(equalTexts(latex(tree, one), latex(rewrite(tree, how), other), 'mathematics')).toMatchObject({
          equal: true,
        });
      }),
      runs,
    );
  });

  it('are different after any change of their value', () => {
    fc.assert(
      fc.property(arbitrary, style, style, seed, change, (tree, one, other, how, by) => {
        const changed: Tree = { op: '+', left: rewrite(tree, how), right: by };
        return !equal(latex(tree, one), latex(changed, other));
      }),
      runs,
    );
  });
});

describe('structures', () => {
  const entries = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 6 });

  it('sets and lists have no order, points have', () => {
    fc.assert(
      fc.property(entries, seed, (values, how) => {
        const turned = [...values.slice(how % values.length), ...values.slice(0, how % values.length)];
        const distinct = new Set(values).size === values.length;
        expect(equal(values.join(', '), turned.join(' , '))).toBe(true);
        if (distinct) expect(equal(`\\{${values.join(',')}\\}`, `\\{${turned.join(',')}\\}`)).toBe(true);
        expect(equal(`(${values.join(',')})`, `(${turned.join(', ')})`)).toBe(values.join() === turned.join());
      }),
      runs,
    );
  });

  it('one entry more, less or other makes another thing', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 9 }), (values, at, by) => {
        const changed = values.map((value, index) => (index === at % values.length ? value + 1000 * by : value));
        for (const [open, close] of [
          ['', ''],
          ['\\{', '\\}'],
          ['(', ')'],
          ['\\begin{pmatrix}', '\\end{pmatrix}'],
        ] as const) {
          const separator = open.startsWith('\\begin') ? '\\\\' : ', ';
          const text = (list: readonly number[]) => `${open}${list.join(separator)}${close}`;
          expect(equal(text(values), text(changed))).toBe(false);
          expect(equal(text(values), text([...values, 5000]))).toBe(false);
        }
      }),
      runs,
    );
  });

  it('intervals equal themselves as inequalities, and no other ends', () => {
    const ends = fc.tuple(
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.boolean(),
    );
    const interval = ([low, width, left, right]: [number, number, boolean, boolean]) => ({
      brackets: `${left ? '[' : '('}${low},${low + width}${right ? ']' : ')'}`,
      inequality: `${low} ${left ? '\\le' : '<'} x ${right ? '\\leq' : '<'} ${low + width}`,
    });
    fc.assert(
      fc.property(ends, ends, (one, other) => {
        expect(equal(interval(one).brackets, interval(one).inequality)).toBe(true);
        expect(equal(interval(one).inequality, interval(other).brackets)).toBe(one.join() === other.join());
      }),
      runs,
    );
  });

  it('equations are equal to multiples of themselves with sides swapped', () => {
    const coefficients = fc.tuple(
      ...[1, 2, 3].map(() => fc.integer({ min: 1, max: 30 })),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(coefficients, ([a = 1, b = 1, c = 1, k = 1]) => {
        const line = `${a}x+${b}y=${c}`;
        expect(equal(line, `${c * k}=${b * k}y+${a * k}x`)).toBe(true);
        expect(equal(line, `${-a * k}x-${b * k}y+${c * k}=0`)).toBe(true);
        expect(equal(line, `${a}x+${b}y=${c + k}`)).toBe(false);
        expect(equal(`${a}x<${b}`, `-${a * k}x>-${b * k}`)).toBe(true);
        expect(equal(`${a}x<${b}`, `-${a * k}x<-${b * k}`)).toBe(false);
      }),
      runs,
    );
  });
});

describe('numbers as they are written', () => {
  it('thousands, decimals and percent are the number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), fc.integer({ min: 0, max: 999 }), (whole, rest) => {
        const grouped = whole.toLocaleString('en-US');
        expect(equal(String(whole), grouped)).toBe(true);
        expect(equal(grouped, grouped.replaceAll(',', '{,}'))).toBe(true);
        expect(equal(grouped, grouped.replaceAll(',', ',\\!'))).toBe(true);
        expect(equal(grouped, String(whole + 1))).toBe(false);
        const decimal = `${whole}.${String(rest).padStart(3, '0')}`;
        expect(equal(decimal, `\\frac{${whole * 1000 + rest}}{1000}`)).toBe(true);
        expect(equal(decimal, `\\frac{${whole * 1000 + rest + 1}}{1000}`)).toBe(false);
      }),
      runs,
    );
  });

  it('a decimal is a fraction only when it rounds to it', () => {
    const denominators = fc.constantFrom(3, 7, 9, 11, 13, 17, 19, 23);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        denominators,
        fc.integer({ min: 3, max: 7 }),
        (over, under, places) => {
          fc.pre(over % under !== 0 && over / under > 0.01);
          const decimal = (over / under).toFixed(places);
          fc.pre(Number(decimal) >= 100 * 10 ** -places);
          expect(equal(`\\frac{${over}}{${under}}`, decimal)).toBe(true);
          expect(equal(`\\frac{${over}}{${under}}`, (over / under + 2 * 10 ** -places).toFixed(places))).toBe(false);
        },
      ),
      runs,
    );
  });

  it('digits in a base belong to it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 99_999 }),
        fc.integer({ min: 2, max: 16 }),
        fc.integer({ min: 1, max: 5 }),
        (value, base, by) => {
          const digits = value.toString(base).toUpperCase();
          expect(equal(`${digits}_{${base}}`, `\\text{${digits}}_{${base}}`)).toBe(true);
          expect(equal(`${digits}_{${base}}`, `${digits}_{${base + by}}`)).toBe(false);
          expect(equal(`${digits}_{${base}}`, `${(value + by).toString(base)}_{${base}}`)).toBe(false);
        },
      ),
      runs,
    );
  });
});
