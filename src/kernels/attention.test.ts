/** rope, attention and its backward pass against float64, over packed groups that share prompts. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ropeTable } from '../model/ropeTable';
import { attention, attentionBackward, attentionDotsAt, rope } from './attention';
import { attentionBackwardReference, attentionForward, prepareHeads, type HeadInputs } from './attention.reference';
import type { HeadShape } from './headShape';
import { headShapes, headVectors, packRows, packings, type PackedGroup } from './heads.fixture';
import { batchUniform, expectClose, expectUntouched, KernelBench, normals, roundRows } from './kernelBench.fixture';
import { Matrix } from './matrix.reference';

/** Relative errors of the forward and of the backward kernels. */
const forwardBound = 3e-6;
const backwardBound = 1e-5;

let bench: KernelBench;
beforeAll(async () => {
  bench = await KernelBench.open();
});
afterEach(() => {
  bench.clear();
});
afterAll(() => {
  bench.close();
});

function setUp(shape: HeadShape, groups: readonly PackedGroup[]) {
  const packed = packRows(groups);
  const n = packed.rows.length;
  const heads = (shape.qHeads + 2 * shape.kvHeads) * shape.headDim;
  const values = normals(n * shape.qkvWidth, 1, 'qkv', n);
  const raw = Matrix.from(n, shape.qkvWidth, (row, column) =>
    column < heads ? (values[row * shape.qkvWidth + column] ?? NaN) : 0,
  );
  const table = ropeTable(256, shape.headDim, 100);
  const vectors = headVectors(shape);
  const inputs: HeadInputs = { shape, rows: packed.rows, raw, vectors, table };
  const capacity = roundRows(n);
  const rawSlice = bench.floats(raw.data, capacity * shape.qkvWidth);
  const buffers = {
    batch: bench.uniform(batchUniform({ rows: n, headRows: 0 })),
    rows: bench.words(packed.table),
    table: bench.floats(table),
    qkv: shape.qkNorm ? bench.poisoned(capacity * shape.qkvWidth) : rawSlice,
    raw: rawSlice,
    mixed: bench.poisoned(capacity * shape.mixedWidth),
    stats: bench.poisoned(capacity * (3 * shape.qHeads + shape.kvHeads)),
    capacity,
    vectors: bench.floats(vectors),
  };
  return { inputs, buffers, n, capacity };
}

/** Columns [0, width) of every row, padding left out. */
function columns(values: ArrayLike<number>, rows: number, stride: number, width: number): Float64Array {
  return Float64Array.from(
    { length: rows * width },
    (_, i) => values[Math.floor(i / width) * stride + (i % width)] ?? NaN,
  );
}

describe.each(headShapes)('%s', (_, shape) => {
  it.each(packings)('packing %#: forward and backward', async (...groups) => {
    const { inputs, buffers, n, capacity } = setUp(shape, groups);
    const qkvHeads = (shape.qHeads + 2 * shape.kvHeads) * shape.headDim;
    const mixedHeads = shape.qHeads * shape.headDim;
    const dots = shape.qHeads + shape.kvHeads;
    await bench.run([rope(shape, buffers), attention(shape, buffers)], { rows: n });

    const prepared = prepareHeads(inputs);
    const qkv = await bench.read(buffers.qkv, n * shape.qkvWidth);
    expectClose(
      columns(qkv, n, shape.qkvWidth, qkvHeads),
      columns(prepared.data, n, shape.qkvWidth, qkvHeads),
      forwardBound,
      'q | k | v',
    );
    const forward = attentionForward(shape, inputs.rows, prepared);
    const mixed = await bench.read(buffers.mixed, capacity * shape.mixedWidth);
    expectClose(
      columns(mixed, n, shape.mixedWidth, mixedHeads),
      columns(forward.mixed.data, n, shape.mixedWidth, mixedHeads),
      forwardBound,
      'mixed',
    );
    expectUntouched(new Uint32Array(mixed.buffer, n * shape.mixedWidth * 4), 'rows past the end');
    expectClose(await bench.read(buffers.stats, n * shape.qHeads), forward.logSum.data, forwardBound, 'log-sum-exp');

    // lavapipe compiles the backward kernels of wide heads for minutes
    if (shape.headDim > 16) return;
    const values = normals(n * shape.mixedWidth, 1, 'd mixed', n);
    const gradients = {
      dMixed: bench.floats(values),
      dqkv: bench.poisoned(capacity * shape.qkvWidth),
      normGrad: shape.qkNorm ? bench.poisoned(capacity * shape.qkvWidth) : null,
    };
    await bench.run(attentionBackward(shape, buffers, gradients), { rows: n });
    const expected = attentionBackwardReference(inputs, new Matrix(n, shape.mixedWidth, values));
    const dqkv = await bench.read(gradients.dqkv, n * shape.qkvWidth);
    expectClose(
      columns(dqkv, n, shape.qkvWidth, qkvHeads),
      columns(expected.dRaw.data, n, shape.qkvWidth, qkvHeads),
      backwardBound,
      'd q | k | v',
    );
    const stats = await bench.read(buffers.stats, capacity * (3 * shape.qHeads + shape.kvHeads));
    const statsFrom = (start: number, count: number) => stats.slice(start, start + count);
    expectClose(statsFrom(capacity * shape.qHeads, n * shape.qHeads), expected.delta.data, backwardBound, 'delta');
    expectClose(statsFrom(attentionDotsAt(shape, capacity), n * dots), expected.dots.data, backwardBound, 'dots');
    if (gradients.normGrad) {
      const width = (shape.qHeads + shape.kvHeads) * shape.headDim;
      const normGrad = await bench.read(gradients.normGrad, n * shape.qkvWidth);
      expectClose(
        columns(normGrad, n, shape.qkvWidth, width),
        columns(expected.normGrad.data, n, shape.qkvWidth, width),
        backwardBound,
        'norm gradients',
      );
    }
  });
});

describe('the reference', () => {
  it('agrees with central differences of its own forward pass', () => {
    const [, shape] = headShapes[1] ?? [];
    if (!shape) throw new Error('no shape');
    const packed = packRows([[2, [2, 1]]]);
    const raw = new Matrix(packed.rows.length, shape.qkvWidth, normals(packed.rows.length * shape.qkvWidth, 1, 'fd'));
    const inputs = {
      shape,
      rows: packed.rows,
      raw,
      vectors: headVectors(shape),
      table: ropeTable(8, shape.headDim, 100),
    };
    const dMixed = new Matrix(
      packed.rows.length,
      shape.mixedWidth,
      normals(packed.rows.length * shape.mixedWidth, 1, 'fd d'),
    );
    const loss = () =>
      attentionForward(shape, packed.rows, prepareHeads(inputs)).mixed.data.reduce(
        (sum, value, i) => sum + value * (dMixed.data[i] ?? NaN),
        0,
      );
    const { dRaw } = attentionBackwardReference(inputs, dMixed);
    for (let i = 0; i < raw.data.length; i += 5) {
      const value = raw.data[i] ?? NaN;
      raw.data[i] = value + 1e-5;
      const up = loss();
      raw.data[i] = value - 1e-5;
      const down = loss();
      raw.data[i] = value;
      expect((up - down) / 2e-5).toBeCloseTo(dRaw.data[i] ?? NaN, 6);
    }
  });
});
