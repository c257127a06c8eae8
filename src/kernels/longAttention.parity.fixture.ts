/** The attention kernels over 4,096 rows and over scores of +-1e4, against float64. */
import { expect, it } from 'vitest';
import { attention, attentionBackward, rope } from './attention';
import { attentionSetUp, backwardBound, columns, forwardBound } from './attention.parity.fixture';
import { attentionBackwardReference, attentionForward, prepareHeads } from './attention.reference';
import type { HeadShape } from './headShape';
import { expectClose, normals, type KernelBench } from './kernelBench.fixture';
import { Matrix } from './matrix.reference';
import type { KernelVariant } from './variant';

/** One head, without norms and biases: float64 and CPU adapters take seconds. */
const shape: HeadShape = {
  qHeads: 1, kvHeads: 1, headDim: 64, qkvWidth: 192, mixedWidth: 64,
  qkNorm: false, qkvBias: false, epsilon: 1e-6, biasAt: 0, qGainAt: 0, kGainAt: 0,
}; // prettier-ignore

/** A prompt of 512 tokens and two answers; gradients come from these queries only. */
const answers = [1024, 2560] as const;
const pulling = [0, 17, 511, 512, 1000, 1535, 1536, 2047, 4094, 4095];

export function longAttentionParity(open: () => KernelBench, variant: KernelVariant): void {
  it('4,096 rows: forward and backward', async () => {
    const bench = open();
    const { inputs, buffers, n, capacity } = attentionSetUp(bench, shape, [[512, answers]], { positions: 4096 });
    expect(n).toBe(4096);
    const values = normals(n * shape.mixedWidth, 1, 'd mixed').map((value, i) =>
      pulling.includes(Math.floor(i / shape.mixedWidth)) ? value : 0,
    );
    const gradients = {
      dMixed: bench.floats(values),
      dqkv: bench.poisoned(capacity * shape.qkvWidth),
      normGrad: null,
    };
    await bench.run(
      [
        rope(shape, buffers),
        attention(shape, buffers, variant),
        ...attentionBackward(shape, buffers, gradients, variant),
      ],
      { rows: n },
    );
    const rows = inputs.rows.map((row, r) => (pulling.includes(r) ? row : { ...row, keys: [] }));
    const forward = attentionForward(shape, rows, prepareHeads(inputs));
    const mixed = await bench.read(buffers.mixed, n * shape.mixedWidth);
    const expected = attentionBackwardReference({ ...inputs, rows }, new Matrix(n, shape.mixedWidth, values));
    const dqkv = await bench.read(gradients.dqkv, n * shape.qkvWidth);
    for (const row of pulling) {
      const own = mixed.subarray(row * shape.mixedWidth, (row + 1) * shape.mixedWidth);
      expectClose(own, forward.mixed.row(row), forwardBound, `mixed of row ${row}`);
    }
    const heads = (shape.qHeads + 2 * shape.kvHeads) * shape.headDim;
    const wide = (gradient: ArrayLike<number>) => columns(gradient, n, shape.qkvWidth, heads);
    expectClose(wide(dqkv), wide(expected.dRaw.data), backwardBound, 'd q | k | v');
  });

  it('scores of +-1e4 leave every value finite', async () => {
    const bench = open();
    const { inputs, buffers, n, capacity } = attentionSetUp(bench, shape, [[20, [30, 3]]], { deviation: 100 });
    const gradients = {
      dMixed: bench.floats(normals(n * shape.mixedWidth, 1, 'd mixed')),
      dqkv: bench.poisoned(capacity * shape.qkvWidth),
      normGrad: null,
    };
    await bench.run(
      [
        rope(shape, buffers),
        attention(shape, buffers, variant),
        ...attentionBackward(shape, buffers, gradients, variant),
      ],
      { rows: n },
    );
    const forward = attentionForward(shape, inputs.rows, prepareHeads(inputs));
    expect(Math.max(...forward.logSum.data)).toBeGreaterThan(1e4);
    expect(Math.min(...forward.logSum.data)).toBeLessThan(-1e3);
    expectClose(await bench.read(buffers.mixed, n * shape.mixedWidth), forward.mixed.data, 1e-3, 'mixed');
    const dqkv = await bench.read(gradients.dqkv, n * shape.qkvWidth);
    expect(dqkv.every(Number.isFinite)).toBe(true);
  });
}
