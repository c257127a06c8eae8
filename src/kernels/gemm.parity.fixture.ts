/** gemm.wgsl against float64, every prologue and epilogue, for one kernel variant. */
import { expect, it } from 'vitest';
import type { BufferSlice } from '../gpu/plan';
import { ropeTable } from '../model/decoder/ropeTable';
import { rotate } from './attention.reference';
import { gemm, swigluDots, type GemmOutput, type GemmSpec } from './gemm';
import { normedProduct, rmsNormBackward, rmsScale, swiglu, swigluBackward } from './gemm.reference';
import { expectClose, expectUntouched, normals, roundRows, type KernelBench } from './kernelBench.fixture';
import { dot, Matrix, product } from './matrix.reference';
import { productKey, productTiles, type ProductTileName } from './productTile';
import type { KernelVariant } from './variant';

/** Dot products of up to 260 terms in float32 lose less than this. */
const bound = 3e-6;
const epsilon = 1e-5;

interface Shape {
  readonly k: number;
  readonly n: number;
  /** Row counts that are run one after the other on the same pipeline. */
  readonly rows: readonly number[];
}

function matrix(rows: number, columns: number, name: string, width = columns): Matrix {
  const values = normals(rows * columns, 1 / Math.sqrt(columns), name, rows, columns);
  return Matrix.from(rows, columns, (row, column) => (column < width ? (values[row * columns + column] ?? NaN) : 0));
}

const rowsOf = (matrix_: Matrix, pick: ArrayLike<number>): Matrix =>
  Matrix.from(pick.length, matrix_.columns, (row, column) => matrix_.get(pick[row] ?? 0, column));

/** Head rows whose sources go backwards through `count` rows, each twice. */
const sourcesOf = (m: number, count: number): number[] =>
  Array.from({ length: m }, (_, i) => (count - 1 - (i >> 1) + count) % count);

const headTable = (bench: KernelBench, sources: readonly number[]): BufferSlice =>
  bench.words(
    Array.from({ length: roundRows(sources.length) }, (_, i) => [sources[i] ?? 0, 0, 0, 0, 0, 0, 0, 0]).flat(),
  );

export function gemmParity(bench: () => KernelBench, variant: KernelVariant, thorough: boolean): void {
  const common = { label: 'gemm', variant, rows: 'rows' };
  const some = (shapes: readonly Shape[]) =>
    (thorough ? shapes : shapes.slice(0, 1)).map((s) => [`[M,${s.k}] x [${s.k},${s.n}]`, s] as const);
  const run = (
    b: KernelBench,
    m: number,
    c: BufferSlice,
    a: BufferSlice,
    lda: number,
    weight: Matrix,
    output: GemmOutput,
    more = {},
  ) =>
    b.run(
      [
        gemm({
          ...common,
          a,
          lda,
          b: b.floats(weight.data),
          k: weight.rows,
          n: weight.columns,
          c,
          output,
          capacity: roundRows(m),
          ...more,
        }),
      ],
      { rows: m },
    );

  it.each(
    some([
      { k: 64, n: 260, rows: [1, 2, 63, 64, 65, 257] },
      { k: 1, n: 4, rows: [1, 65] },
      { k: 257, n: 8, rows: [2] },
    ]),
  )('plain product %s, rows of A wider than K', async (_, { k, n, rows }) => {
    const b = bench();
    for (const m of rows) {
      const lda = k + 4;
      const a = matrix(m, lda, 'a');
      const weight = matrix(k, n, 'b');
      const c = b.poisoned(roundRows(m) * n);
      await run(b, m, c, b.floats(a.data, roundRows(m) * lda), lda, weight, { kind: 'plain' });
      expectClose(await b.read(c, m * n), product(a, weight).data, bound, `${m} rows`);
    }
  });

  it.each(
    some([
      { k: 36, n: 68, rows: [1, 65] },
      { k: 8, n: 12, rows: [63] },
    ]),
  )('RMSNorm in front and bias behind %s, one padded column', async (_, { k, n, rows }) => {
    const b = bench();
    for (const m of rows) {
      const width = k - 1;
      const a = matrix(m, k, 'a', width);
      const weight = matrix(k, n, 'b');
      const bias = normals(n, 1, 'bias');
      const c = b.poisoned(roundRows(m) * n);
      const rstd = b.poisoned(roundRows(m));
      const more = { bias: b.floats(bias), norm: { rstd, epsilon, width } };
      await run(b, m, c, b.floats(a.data, roundRows(m) * k), k, weight, { kind: 'plain' }, more);
      const scale = rmsScale(a, width, epsilon);
      expectClose(await b.read(rstd, m), scale, bound, 'rstd');
      expectClose(await b.read(c, m * n), normedProduct(a, scale, weight, bias).data, bound, 'C');
    }
  });

  it.each(some([{ k: 32, n: 36, rows: [1, 63, 130] }]))(
    'gathered rows of A behind an RMSNorm %s',
    async (_, { k, n, rows }) => {
      const b = bench();
      for (const m of rows) {
        const a = matrix(70, k, 'a');
        const sources = sourcesOf(m, 70);
        const weight = matrix(k, n, 'b');
        const c = b.poisoned(roundRows(m) * n);
        const rstd = b.poisoned(roundRows(m));
        const more = { gather: headTable(b, sources), norm: { rstd, epsilon, width: k } };
        await run(b, m, c, b.floats(a.data), k, weight, { kind: 'plain' }, more);
        const gathered = rowsOf(a, sources);
        const scale = rmsScale(gathered, k, epsilon);
        expectClose(await b.read(rstd, m), scale, bound, 'rstd');
        expectClose(await b.read(c, m * n), normedProduct(gathered, scale, weight, null).data, bound, 'C');
      }
    },
  );

  it.each(
    some([
      { k: 64, n: 12, rows: [65, 257] },
      { k: 12, n: 64, rows: [2] },
    ]),
  )('product plus residual %s', async (_, { k, n, rows }) => {
    const b = bench();
    for (const m of rows) {
      const a = matrix(m, k, 'a');
      const weight = matrix(k, n, 'b');
      const residual = matrix(m, n, 'residual');
      const c = b.poisoned(roundRows(m) * n);
      const output = { kind: 'residual', residual: b.floats(residual.data, roundRows(m) * n) } as const;
      await run(b, m, c, b.floats(a.data, roundRows(m) * k), k, weight, output);
      const plain = product(a, weight);
      expectClose(
        await b.read(c, m * n),
        plain.data.map((value, i) => value + (residual.data[i] ?? NaN)),
        bound,
        'C',
      );
    }
  });

  it.each(
    some([
      { k: 8, n: 40, rows: [1, 65] },
      { k: 64, n: 128, rows: [64] },
      { k: 4, n: 8, rows: [2] },
    ]),
  )('SwiGLU %s keeps gate | up and writes silu(gate) up', async (_, { k, n, rows }) => {
    const b = bench();
    for (const m of rows) {
      const a = matrix(m, k, 'a');
      const weight = matrix(k, n, 'b');
      const c = b.poisoned(roundRows(m) * n);
      const act = b.poisoned((roundRows(m) * n) / 2);
      const rstd = b.poisoned(roundRows(m));
      await run(
        b,
        m,
        c,
        b.floats(a.data, roundRows(m) * k),
        k,
        weight,
        { kind: 'swiglu', act },
        { norm: { rstd, epsilon, width: k } },
      );
      const gateUp = normedProduct(a, rmsScale(a, k, epsilon), weight, null);
      expectClose(await b.read(c, m * n), gateUp.data, bound, 'gate | up');
      expectClose(await b.read(act, (m * n) / 2), swiglu(gateUp).data, 2 * bound, 'act');
    }
  });

  it.each(
    some([
      { k: 12, n: 68, rows: [1, 65] },
      { k: 36, n: 20, rows: [64] },
      { k: 8, n: 4, rows: [3] },
    ]),
  )('SwiGLU backward %s and its dot products', async (_, { k, n, rows }) => {
    const b = bench();
    for (const m of rows) {
      const a = matrix(m, k, 'a');
      const weight = matrix(k, n, 'b');
      const gateUp = matrix(m, 2 * n, 'gate up');
      const dots = swigluDots(n, variant);
      const c = b.poisoned(roundRows(m) * 2 * n);
      // Contract: zeroed, because threads without columns leave their partial sum alone.
      const rowDot = b.floats(new Float32Array(roundRows(m) * dots));
      const output = { kind: 'swigluBackward', gateUp: b.floats(gateUp.data, roundRows(m) * 2 * n), rowDot } as const;
      await run(b, m, c, b.floats(a.data, roundRows(m) * k), k, weight, output);
      const expected = swigluBackward(product(a, weight), gateUp);
      expectClose(await b.read(c, m * 2 * n), expected.data, 2 * bound, 'd gate | d up');
      const sums = new Matrix(m, dots, await b.read(rowDot, m * dots));
      for (let row = 0; row < m; row++) {
        const total = sums.row(row).reduce((sum, value) => sum + value, 0);
        expect(total).toBeCloseTo(dot(expected.row(row), gateUp.row(row)), 5);
      }
    }
  });

  it.each([
    ['with residual', { k: 36, n: 68, rows: [1, 65] }, 3, false],
    ['over gathered rows of x', { k: 40, n: 12, rows: [63] }, 1, true],
  ] as const)('RMSNorm backward %s', async (_, { k, n, rows }, dots, gathers) => {
    const b = bench();
    for (const m of rows) {
      const width = n - 1;
      const dy = matrix(m, k, 'dy'); // gradient of y = (x rstd gain) W^T, [M, K outputs]
      const weight = matrix(k, n, 'w', width);
      const gain = Float32Array.from({ length: n }, (_unused, i) => (i < width ? 0.5 + i / n : 0));
      const sources = gathers ? sourcesOf(m, 70) : Array.from({ length: m }, (_unused, i) => i);
      const all = matrix(gathers ? 70 : m, n, 'x', width);
      const x = rowsOf(all, sources);
      const scale = rmsScale(x, width, epsilon);
      const normed = Matrix.from(m, n, (row, i) => x.get(row, i) * (scale[row] ?? NaN) * (gain[i] ?? NaN));
      const y = product(normed, weight.transposed());
      const residual = matrix(m, n, 'residual', width);
      // the row's dot product dy . y, split over `dots` partial sums
      const rowDot = Matrix.from(
        m,
        dots,
        (row, part) => dot(dy.row(row), y.row(row)) * (dots === 1 ? 1 : ([0.5, 0.75, -0.25][part] ?? 0)),
      );
      const c = b.poisoned(roundRows(m) * n);
      const output = {
        kind: 'normBackward', residual: gathers ? null : b.floats(residual.data, roundRows(m) * n), x: b.floats(all.data, roundRows(all.rows) * n),
        rstd: b.floats(scale, roundRows(m)), gain: b.floats(gain), rowDot: b.floats(rowDot.data, roundRows(m) * dots), dots, width,
        gatherX: gathers ? headTable(b, sources) : null,
      } as const; // prettier-ignore
      await run(b, m, c, b.floats(dy.data, roundRows(m) * k), k, weight, output);
      const dx = rmsNormBackward(x, gain, scale, product(dy, weight), width);
      const expected = gathers ? dx.data : dx.data.map((value, i) => value + (residual.data[i] ?? NaN));
      expectClose(await b.read(c, m * n), expected, 3 * bound, 'C');
    }
  });

  it.each(thorough ? [8, 16, 64] : [16])(
    'rotary embedding of q and k heads of %i in the product, v and padding left alone',
    async (headDim) => {
      const b = bench();
      const [m, k, heads, rotated] = [65, 12, 5, 3];
      const n = heads * headDim;
      const a = matrix(m, k, 'a');
      const weight = matrix(k, n, 'b');
      const bias = normals(n, 1, 'bias');
      const positions = Array.from({ length: m }, (_, row) => (row * 7) % 50);
      const table = ropeTable(50, headDim, 100);
      const c = b.poisoned(roundRows(m) * n);
      const rstd = b.poisoned(roundRows(m));
      const packedRows = b.words(
        Array.from({ length: roundRows(m) }, (_, row) => [0, positions[row] ?? 0, 0, 0, 0, 0, 0, 0]).flat(),
      );
      const output = { kind: 'rope', table: b.floats(table), packedRows, headDim, rotated: rotated * headDim } as const;
      await run(b, m, c, b.floats(a.data, roundRows(m) * k), k, weight, output, {
        bias: b.floats(bias),
        norm: { rstd, epsilon, width: k },
      });
      const expected = normedProduct(a, rmsScale(a, k, epsilon), weight, bias);
      for (let row = 0; row < m; row++) {
        for (let head = 0; head < rotated; head++) {
          const from = head * headDim;
          expected
            .row(row)
            .set(rotate(expected.row(row).slice(from, from + headDim), table, positions[row] ?? 0), from);
        }
      }
      expectClose(await b.read(c, m * n), expected.data, bound, 'q | k | v');
    },
  );

  if (!thorough) return;
  it('does nothing for zero rows', async () => {
    const b = bench();
    const c = b.poisoned(64 * 4);
    await run(b, 0, c, b.poisoned(64 * 4), 4, matrix(4, 4, 'b'), { kind: 'plain' });
    expectUntouched(await b.readWords(c, 64 * 4), 'C');
  });
}

const tileCases = ['norm, swiglu', 'plain', 'residual, gathered', 'swiglu backward'] as const;

/** Every tile that a tuning may choose gives the bits of the default one. */
export function tileParity(
  bench: () => KernelBench,
  variant: KernelVariant,
  name: ProductTileName,
  thorough: boolean,
): void {
  const shape = { rows: 130, k: 37, n: 136 };
  const { rows: m, k, n } = shape;
  const tuned: KernelVariant = { ...variant, products: { [productKey(shape)]: name } };
  const common = { label: 'gemm', lda: 40, k, n, rows: 'rows', capacity: m };
  const width = { epsilon, width: k };
  /** Words of C and of the second output; rows past m hold what nobody reads. */
  const sizes = {
    plain: [m * n, 0],
    'residual, gathered': [m * n, 0],
    'norm, swiglu': [m * n, (m * n) / 2],
    'swiglu backward': [2 * m * n, m * swigluDots(n, variant)],
  } as const;

  it.each(thorough ? tileCases : tileCases.slice(0, 1))('same bits: %s', async (kind) => {
    const b = bench();
    const a = b.floats(matrix(m, 40, 'a').data, roundRows(m) * 40);
    const weight = b.floats(matrix(k, n, 'b').data);
    const other = b.floats(matrix(m, 2 * n, 'other').data, roundRows(m) * 2 * n);
    const results = [];
    for (const choice of [variant, tuned]) {
      const c = b.poisoned(roundRows(m) * 2 * n);
      const more = b.floats(new Float32Array(roundRows(m) * n));
      const rstd = b.poisoned(roundRows(m));
      const spec = {
        plain: { output: { kind: 'plain' } },
        'residual, gathered': {
          gather: headTable(b, sourcesOf(m, 70)),
          output: { kind: 'residual', residual: other },
        },
        'norm, swiglu': { norm: { rstd, ...width }, output: { kind: 'swiglu', act: more } },
        'swiglu backward': { output: { kind: 'swigluBackward', gateUp: other, rowDot: more } },
      } as const satisfies Record<string, Partial<GemmSpec>>;
      const call = gemm({ ...common, variant: choice, a, b: weight, c, ...spec[kind] });
      await b.run([call], { rows: m });
      results.push({
        constants: call.constants,
        c: await b.readWords(c, sizes[kind][0]),
        more: await b.readWords(more, sizes[kind][1]),
      });
    }
    const [plain, other_] = results;
    expect(other_?.c).toEqual(plain?.c);
    expect(other_?.more).toEqual(plain?.more);
    const { STAGED, TM, WX, WY } = other_?.constants ?? {};
    const tile = productTiles[name];
    expect({ STAGED, TM, threads: Number(WX) * Number(WY) }).toEqual({
      STAGED: Number(tile.staged),
      TM: tile.rowsPerThread,
      threads: tile.threads,
    });
  });
}
