/** Right factors as they are stored: natural layout, 16 bits, gains read beside them, and products of low rank. */
import { expect, it } from 'vitest';
import type { BufferSlice } from '../gpu/plan';
import { at } from '../lib/invariant';
import { gemm, type Factor, type GemmSpec, type LowRankPart } from './gemm';
import { expectClose, normals, roundRows, type KernelBench } from './kernelBench.fixture';
import { Matrix, product } from './matrix.reference';
import { quantisedGroup, quantisedRow, type QuantisedType, type TensorType } from './tensor';
import type { KernelVariant } from './variant';

interface Stored {
  readonly words: Uint32Array;
  /** What they mean. */
  readonly values: Float32Array;
}

/** Values of a type, with its words in a buffer. 16-bit values are drawn as bits, so that subnormals are among them. */
const stored: Readonly<Record<TensorType, (values: Float32Array, columns: number) => Stored>> = {
  f32: (values) => ({ words: new Uint32Array(values.slice().buffer), values }),
  bf16: (values) => {
    const halves = Uint16Array.from(new Uint32Array(values.slice().buffer), (word) => word >>> 16);
    const exact = new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
    return { words: new Uint32Array(halves.buffer), values: exact };
  },
  f16: (values) => {
    const halves = Uint16Array.from(values, halfBits);
    return { words: new Uint32Array(halves.buffer), values: Float32Array.from(halves, halfValue) };
  },
  q8: (values, columns) => quantised('q8', values, columns),
  q4: (values, columns) => quantised('q4', values, columns),
};

/** Numbers and scales drawn as bits: every number occurs, and scales of both signs. */
function quantised(type: QuantisedType, seeds: Float32Array, columns: number): Stored {
  const bits = type === 'q8' ? 8 : 4;
  const row = quantisedRow(type, columns);
  const rows = seeds.length / columns;
  const words = new Uint32Array(rows * row.words);
  const values = seeds.map((seed, i) => {
    const [r, column] = [Math.floor(i / columns), i % columns];
    const number = (Math.floor(Math.abs(seed) * 1e6) % 2 ** bits) - 2 ** (bits - 1);
    const group = Math.floor(column / quantisedGroup);
    const scale = halfBits((group % 2 === 0 ? 1 : -1) * (0.01 + 0.001 * ((r + group) % 7)));
    const word = r * row.words + Math.floor((column * bits) / 32);
    words[word] = (words[word] ?? 0) | ((number & (2 ** bits - 1)) << ((column * bits) % 32));
    const scaleWord = r * row.words + row.valueWords + Math.floor(group / 2);
    if (column % quantisedGroup === 0) words[scaleWord] = (words[scaleWord] ?? 0) | (scale << ((group % 2) * 16));
    return number * halfValue(scale);
  });
  return { words, values };
}

/** The nearest binary16 towards zero of a number in its range. */
function halfBits(value: number): number {
  const size = Math.abs(value);
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const fraction = Math.floor((size / 2 ** exponent) * 1024);
  const bits = size < 2 ** -14 ? fraction : ((exponent + 15) << 10) | (fraction - 1024);
  return (value < 0 ? 0x8000 : 0) | bits;
}

function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

export function factorParity(bench: () => KernelBench, variant: KernelVariant, thorough: boolean): void {
  const [m, k, n] = [70, 52, 136];
  const common = { label: 'gemm', variant, rows: 'rows', capacity: roundRows(m), k, n } as const;
  const rows = (b: KernelBench, name: string, width: number): BufferSlice =>
    b.floats(normals(roundRows(m) * width, 1, name));
  const read = async (b: KernelBench, spec: Omit<GemmSpec, 'c'>): Promise<Uint32Array> => {
    const c = b.poisoned(roundRows(m) * n);
    await b.run([gemm({ ...spec, c })], { rows: m });
    return b.readWords(c, m * n);
  };
  const transposed = (values: Float32Array): Float32Array =>
    Float32Array.from(values, (_, i) => values[(i % n) * k + Math.floor(i / n)] ?? NaN);

  const types = ['f32', 'f16', 'bf16', 'q8', 'q4'] as const satisfies readonly TensorType[];
  const few = ['f16', 'q4'] as const;
  it.each(thorough ? types : few)('a %s factor [N, K] gives the bits of its transpose in float32', async (type) => {
    const b = bench();
    const weight = stored[type](normals(n * k, 0.01, 'weight', type), k);
    const gain = normals(k, 1, 'gain');
    const folded = Float32Array.from(weight.values, (value, i) => Math.fround(value * (gain[i % k] ?? NaN)));
    const a = rows(b, 'a', k);
    const rstd = b.poisoned(roundRows(m));
    const norm = { rstd, epsilon: 1e-5, width: k };
    for (const [name, output] of [
      ['plain', { kind: 'plain' }],
      ['swiglu', { kind: 'swiglu', act: b.floats(new Float32Array((roundRows(m) * n) / 2)) }],
    ] as const) {
      const natural: Factor = { b: b.words(weight.words), type, natural: true, k, n };
      const turned: Factor = { b: b.floats(transposed(weight.values)), k, n };
      expect(await read(b, { ...common, a, output, ...natural }), name).toEqual(
        await read(b, { ...common, a, output, ...turned }),
      );
      const gained: Factor = { ...natural, gain: b.floats(gain) };
      const foldedFactor: Factor = { b: b.floats(transposed(folded)), k, n };
      expect(await read(b, { ...common, a, norm, output, ...gained }), `${name}, norm`).toEqual(
        await read(b, { ...common, a, norm, output, ...foldedFactor }),
      );
    }
  });

  it.each(thorough ? types.slice(1) : few)(
    'a %s factor [K, N] gives the bits of its values in float32',
    async (type) => {
      const b = bench();
      const weight = stored[type](normals(n * k, 0.01, 'other weight', type), n);
      const a = rows(b, 'a', k);
      const output = { kind: 'plain' } as const;
      const wide: Factor = { b: b.floats(weight.values), k, n };
      expect(await read(b, { ...common, a, output, ...wide, b: b.words(weight.words), type })).toEqual(
        await read(b, { ...common, a, output, ...wide }),
      );
    },
  );

  it('adds a product of low rank: to runs of columns of a natural factor, to all of another', async () => {
    const b = bench();
    const inner = 8;
    const stride = 24;
    const values = Matrix.from(m, k, (row, column) => normals(roundRows(m) * k, 1, 'a')[row * k + column] ?? NaN);
    const low = Matrix.from(
      m,
      stride,
      (row, column) => normals(roundRows(m) * stride, 1, 'low')[row * stride + column] ?? NaN,
    );
    const weight = normals(n * k, 0.1, 'weight');
    const a = rows(b, 'a', k);
    const lowValues = rows(b, 'low', stride);
    const output = { kind: 'plain' } as const;
    // columns 0..40 and 96..136 get something, each from its own columns of L and rows of F
    const parts: readonly LowRankPart[] = [
      { first: 0, columns: 40, valuesAt: 16, factorAt: 0 },
      { first: 96, columns: 40, valuesAt: 4, factorAt: 40 * inner },
    ];
    const factor = normals(80 * inner, 0.3, 'factor');
    const expected = product(
      values,
      Matrix.from(k, n, (row, column) => weight[column * k + row] ?? NaN),
    );
    for (const { first, columns, valuesAt, factorAt } of parts)
      for (let row = 0; row < m; row++)
        for (let column = 0; column < columns; column++)
          for (let j = 0; j < inner; j++)
            expected.add(
              row,
              first + column,
              low.get(row, valuesAt + j) * (factor[factorAt + column * inner + j] ?? NaN),
            );
    const natural = { ...common, b: b.floats(weight), natural: true, a, output } as const;
    const c = new Float32Array(
      (await read(b, { ...natural, low: { values: lowValues, stride, factor: b.floats(factor), inner, parts } }))
        .buffer,
    );
    expectClose(c, expected.data, 3e-6, 'natural');

    const wide = normals(stride * n, 0.3, 'wide factor');
    const plain = product(values, new Matrix(k, n, weight));
    const rest = product(low, new Matrix(stride, n, wide));
    const sums = plain.data.map((value, i) => value + (rest.data[i] ?? NaN));
    const lowRank = { values: lowValues, stride, factor: b.floats(wide), inner: stride, parts: [] };
    const d = new Float32Array((await read(b, { ...common, b: b.floats(weight), a, output, low: lowRank })).buffer);
    expectClose(d, sums, 3e-6, 'low rank');
  });

  it('adds a window of k to the sum of the windows before it, and the last goes on through the norm', async () => {
    const b = bench();
    const a = rows(b, 'a', 2 * k);
    const weight = normals(2 * k * n, 0.1, 'windows');
    const windows = [0, 1].map((w): Pick<GemmSpec, 'b' | 'aFrom' | 'lda'> => ({
      b: b.floats(weight.subarray(w * k * n, (w + 1) * k * n)),
      lda: 2 * k,
      aFrom: w * k,
    }));
    const norm = {
      kind: 'normBackward', residual: null, x: rows(b, 'x', n), rstd: rows(b, 'rstd', 1), gain: b.floats(normals(n, 1, 'gain')),
      rowDot: rows(b, 'dots', 1), dots: 1, width: n, gatherX: null,
    } as const; // prettier-ignore
    const plain = { kind: 'plain' } as const;
    const each: Float32Array[] = [];
    for (const window of windows)
      each.push(new Float32Array((await read(b, { ...common, a, ...window, output: plain })).buffer));
    const sums = Float32Array.from(at(each, 0), (value, i) => Math.fround(value + at(at(each, 1), i)));
    for (const output of [plain, norm]) {
      const c = b.poisoned(roundRows(m) * n);
      const calls = windows.map((window, w) => {
        const last = w === windows.length - 1;
        return gemm({ ...common, a, ...window, c, accumulate: w > 0 ? 'sum' : null, output: last ? output : plain });
      });
      await b.run(calls, { rows: m });
      // the whole is the norm's backward pass of the sum, as a product with the identity gives it
      const identity = Float32Array.from({ length: n * n }, (_, i) => (i % n === Math.floor(i / n) ? 1 : 0));
      const whole = await read(b, {
        ...common,
        k: n,
        a: b.floats(sums, roundRows(m) * n),
        b: b.floats(identity),
        output,
      });
      expect(await b.readWords(c, m * n), output.kind).toEqual(whole);
    }
  });

  it('reads and writes runs of columns, scaled', async () => {
    const b = bench();
    const [lda, ldc] = [k + 20, n + 12];
    const wide = normals(roundRows(m) * lda, 1, 'wide');
    const weight = normals(n * k, 0.1, 'weight');
    const c = b.floats(new Float32Array(roundRows(m) * ldc).fill(7));
    const spec = {
      ...common,
      a: b.floats(wide),
      lda,
      aFrom: 8,
      b: b.floats(weight),
      natural: true,
      output: { kind: 'plain' },
      scale: 0.5,
    } as const;
    await b.run([gemm({ ...spec, c, ldc, cFrom: 4 })], { rows: m });
    const read_ = await b.read(c, m * ldc);
    const expected = Matrix.from(m, ldc, (row, column) => {
      if (column < 4 || column >= 4 + n) return 7;
      let sum = 0;
      for (let i = 0; i < k; i++) sum += (wide[row * lda + 8 + i] ?? NaN) * (weight[(column - 4) * k + i] ?? NaN);
      return sum / 2;
    });
    expectClose(read_, expected.data, 3e-6, 'columns');
  });
}
