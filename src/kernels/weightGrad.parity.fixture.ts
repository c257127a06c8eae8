/** weight_grad.wgsl against float64, for one kernel variant: dW[n,k] += sum_m dy[m,n] scale[m] x[m,k]. */
import { expect, it } from 'vitest';
import { at } from '../lib/invariant';
import { batchUniform, expectClose, normals, roundRows, type KernelBench } from './kernelBench.fixture';
import type { TensorHandle } from './tensor';
import { weightGradient } from './weightGrad.reference';
import type { KernelVariant } from './variant';
import { weightGrads } from './weightGrad';

const bound = 3e-6;

export function weightGradParity(bench: () => KernelBench, variant: KernelVariant, rowCounts: readonly number[]): void {
  const handle = (buffer: GPUBuffer, from: number, rows: number, columns: number): TensorHandle => {
    return { buffer, offset: 4 * from, rows, columns, type: 'f32' };
  };

  it.each(rowCounts)('two maps, one with row scales, %i rows; gradients in one buffer and in two', async (m) => {
    const b = bench();
    const [n0, k0, n1, k1] = [20, 12, 4, 36];
    const R = roundRows(m);
    // dy of both maps in one buffer, as the layers keep them
    const dy0 = normals(m * n0, 1, 'dy0', m);
    const dy1 = normals(m * n1, 1, 'dy1', m);
    const dy = new Float32Array(R * (n0 + n1)).fill(NaN);
    dy.set(dy0);
    dy.set(dy1, R * n0);
    const x0 = normals(m * k0, 1, 'x0', m);
    const x1 = normals(m * k1, 1, 'x1', m);
    const scale = new Float32Array(2 * R).fill(NaN);
    scale.set(normals(m, 1, 'scale', m), R);
    const before = normals(512, 1, 'before');
    const rows = Array.from({ length: m }, (_, i) => i);
    const add = (from: number, values: Float64Array) => values.map((value, i) => value + at(before, from + i));
    const expected = [
      add(64, weightGradient(dy0, n0, x0, k0, scale.subarray(R), rows)),
      add(320, weightGradient(dy1, n1, x1, k1, null, rows)),
    ] as const;
    const { buffer: dys } = b.floats(dy);
    const compute = async (first: GPUBuffer, second: GPUBuffer): Promise<number> => {
      const calls = weightGrads({
        label: 'test', variant, batch: b.uniform(batchUniform({ rows: m, headRows: 0, capacity: R })), rowScale: b.floats(scale),
        headRows: null,
        problems: [
          { dy: { buffer: dys, behind: 0, width: n0 }, x: { buffer: b.floats(x0, R * k0).buffer, behind: 0, width: k0 }, scale: 1,
            gradient: handle(first, 64, n0, k0) },
          { dy: { buffer: dys, behind: n0, width: n1 }, x: { buffer: b.floats(x1, R * k1).buffer, behind: 0, width: k1 }, scale: null,
            gradient: handle(second, 320, n1, k1) },
        ],
      }); // prettier-ignore
      await b.run(calls, { rows: m });
      return calls.length;
    };
    const [one, two, three] = [b.floats(before), b.floats(before), b.floats(before)];
    expect(await compute(one.buffer, one.buffer)).toBe(1);
    const values = await b.read(one, 512);
    expectClose(values.slice(64, 304), expected[0], bound, 'scaled');
    expectClose(values.slice(320, 464), expected[1], bound, 'plain');
    // nothing before, between and behind the two
    for (const [from, to] of [
      [0, 64],
      [304, 320],
      [464, 512],
    ] as const)
      // prettier-ignore
      expect(values.slice(from, to)).toEqual(before.slice(from, to));

    expect(await compute(two.buffer, three.buffer)).toBe(2);
    const apart = Float32Array.from(await b.read(two, 512));
    apart.set((await b.read(three, 512)).subarray(320), 320);
    expect(apart).toEqual(values);
  });

  it('the head: rows of x through the head rows, counted by them', async () => {
    const b = bench();
    const [n, k, m, rows] = [12, 8, 65, 30];
    const dy = normals(m * n, 1, 'head dy');
    const x = normals(rows * k, 1, 'head x');
    const scale = normals(m, 1, 'head scale');
    const sources = Array.from({ length: m }, (_, i) => (i * 7) % rows);
    const grads = b.floats(new Float32Array(128));
    const calls = weightGrads({
      label: 'test', variant, batch: b.uniform(batchUniform({ rows, headRows: m })), rowScale: b.floats(scale),
      headRows: b.words(sources.flatMap((source) => [source, 0, 0, 0, 0, 0, 0, 0])),
      problems: [{
        dy: { buffer: b.floats(dy).buffer, behind: 0, width: n }, x: { buffer: b.floats(x).buffer, behind: 0, width: k }, scale: 0,
        gradient: handle(grads.buffer, 0, n, k),
      }],
    }); // prettier-ignore
    await b.run(calls, { headRows: m });
    expectClose(await b.read(grads, n * k), weightGradient(dy, n, x, k, scale, sources), bound, 'head');
    expect((await b.read(grads, 128)).slice(n * k).every((value) => value === 0)).toBe(true);
  });
}
