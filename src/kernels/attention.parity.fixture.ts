/** rope, attention and its backward pass against float64, over packed groups that share prompts, for the given heads. */
import { describe, it } from 'vitest';
import { ropeTable } from '../model/decoder/ropeTable';
import { attention, attentionBackward, attentionDotsAt, rope } from './attention';
import { attentionBackwardReference, attentionForward, prepareHeads, type HeadInputs } from './attention.reference';
import type { HeadShape } from './headShape';
import { headVectors, packRows, packings, type headShapes, type PackedGroup } from './heads.fixture';
import {
  batchUniform,
  expectClose,
  expectUntouched,
  normals,
  roundRows,
  type KernelBench,
} from './kernelBench.fixture';
import { Matrix } from './matrix.reference';
import type { KernelVariant } from './variant';

/** Relative errors of the forward and of the backward kernels. */
export const forwardBound = 3e-6;
export const backwardBound = 1e-5;

/** Buffers for packed rows of normal numbers. `positions`: of the rotary table. */
export function attentionSetUp(
  bench: KernelBench,
  shape: HeadShape,
  groups: readonly PackedGroup[],
  { deviation = 1, positions = 256 } = {},
) {
  const packed = packRows(groups);
  const n = packed.rows.length;
  const heads = (shape.qHeads + 2 * shape.kvHeads) * shape.headDim;
  const values = normals(n * shape.qkvWidth, deviation, 'qkv', n);
  const raw = Matrix.from(n, shape.qkvWidth, (row, column) =>
    column < heads ? (values[row * shape.qkvWidth + column] ?? NaN) : 0,
  );
  const table = ropeTable(positions, shape.headDim, 100);
  const vectors = headVectors(shape);
  const inputs: HeadInputs = { shape, rows: packed.rows, raw, vectors, table };
  const capacity = roundRows(n);
  const rawSlice = bench.floats(raw.data, capacity * shape.qkvWidth);
  const buffers = {
    batch: bench.uniform(batchUniform({ rows: n, headRows: 0, capacity })),
    rows: bench.words(packed.table),
    table: bench.floats(table),
    qkv: shape.qkNorm ? bench.poisoned(capacity * shape.qkvWidth) : rawSlice,
    raw: rawSlice,
    mixed: bench.poisoned(capacity * shape.mixedWidth),
    stats: bench.poisoned(capacity * (3 * shape.qHeads + shape.kvHeads)),
    vectors: bench.floats(vectors),
  };
  return { inputs, buffers, n, capacity };
}

/** Columns [0, width) of every row, padding left out. */
export function columns(values: ArrayLike<number>, rows: number, stride: number, width: number): Float64Array {
  return Float64Array.from(
    { length: rows * width },
    (_, i) => values[Math.floor(i / width) * stride + (i % width)] ?? NaN,
  );
}

export function attentionParity(open: () => KernelBench, shapes: typeof headShapes, variant: KernelVariant): void {
  describe.each(shapes)('%s', (_, shape) => {
    it.each(packings)('packing %#: forward and backward', async (...groups) => {
      const bench = open();
      const { inputs, buffers, n, capacity } = attentionSetUp(bench, shape, groups);
      const qkvHeads = (shape.qHeads + 2 * shape.kvHeads) * shape.headDim;
      const mixedHeads = shape.qHeads * shape.headDim;
      const dots = shape.qHeads + shape.kvHeads;
      await bench.run([rope(shape, buffers), attention(shape, buffers, variant)], { rows: n });

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
      const values = normals(n * shape.mixedWidth, 1, 'd mixed', n);
      const gradients = {
        dMixed: bench.floats(values),
        dqkv: bench.poisoned(capacity * shape.qkvWidth),
        normGrad: shape.qkNorm ? bench.poisoned(capacity * shape.qkvWidth) : null,
      };
      await bench.run(attentionBackward(shape, buffers, gradients, variant), { rows: n });
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
}
