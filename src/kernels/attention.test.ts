/** The attention kernels of training and of sampling; variant.swiftshader.test.ts has those of GPUs. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ropeTable } from '../model/decoder/ropeTable';
import { attentionParity } from './attention.parity.fixture';
import { longAttentionParity } from './longAttention.parity.fixture';
import { attentionBackwardReference, attentionForward, prepareHeads } from './attention.reference';
import { decodeAttentionParity } from './decodeAttention.parity.fixture';
import { headShapes, headVectors, packRows } from './heads.fixture';
import { KernelBench, normals } from './kernelBench.fixture';
import { Matrix } from './matrix.reference';
import { softwareVariant } from './variant';

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

describe('training', () => {
  attentionParity(() => bench, headShapes, softwareVariant);
});
describe('long rows', () => {
  longAttentionParity(() => bench, softwareVariant);
});
describe('sampling', () => {
  decodeAttentionParity(() => bench, headShapes, softwareVariant);
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
