/** weight_grad.wgsl against float64, for one kernel variant: dW[n,k] += sum_m dy[m,n] scale[m] x[m,k]. */
import { it } from 'vitest';
import { at } from '../lib/invariant';
import { batchUniform, expectClose, normals, roundRows, type KernelBench } from './kernelBench.fixture';
import { weightGradient } from './weightGrad.reference';
import type { KernelVariant } from './variant';
import { weightGrad } from './weightGrad';

const bound = 3e-6;

export function weightGradParity(bench: () => KernelBench, variant: KernelVariant, rowCounts: readonly number[]): void {
  const slabs = variant.gradientSlabs;

  /** Slab 0 begins at `before`, the others at zero; what is compared is their sum. */
  async function compare(
    b: KernelBench,
    grads: ReturnType<KernelBench['floats']>,
    slabLength: number,
    from: number,
    expected: ArrayLike<number>,
    what: string,
  ) {
    const all = await b.read(grads, slabs * slabLength);
    const sum = Float64Array.from({ length: expected.length }, (_, i) => {
      let total = 0;
      for (let slab = 0; slab < slabs; slab++) total += at(all, slab * slabLength + from + i);
      return total;
    });
    expectClose(sum, expected, bound, what);
  }

  it.each(rowCounts)('two maps of one dispatch, one with row scales, %i rows', async (m) => {
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
    const slabLength = 512;
    const before = normals(slabLength, 1, 'before');
    const image = new Float32Array(slabs * slabLength);
    image.set(before);
    const grads = b.floats(image);
    const call = weightGrad({
      label: 'test', variant, batch: b.uniform(batchUniform({ rows: m, headRows: 0, capacity: R })), grads, slabLength,
      sources: [b.floats(dy), b.floats(x0, R * k0), b.floats(x1, R * k1)], rowScale: b.floats(scale), headRows: null,
      problems: [
        { dy: 0, dyColumns: 0, n: n0, x: 1, xColumns: 0, k: k0, scale: 1, out: 0 },
        { dy: 0, dyColumns: n0, n: n1, x: 2, xColumns: 0, k: k1, scale: null, out: 256 },
      ],
    }); // prettier-ignore
    await b.run([call], { rows: m });
    const rows = Array.from({ length: m }, (_, i) => i);
    const add = (from: number, values: Float64Array) => values.map((value, i) => value + at(before, from + i));
    await compare(b, grads, slabLength, 0, add(0, weightGradient(dy0, n0, x0, k0, scale.subarray(R), rows)), 'scaled');
    await compare(b, grads, slabLength, 256, add(256, weightGradient(dy1, n1, x1, k1, null, rows)), 'plain');
    // nothing between and behind the two
    await compare(b, grads, slabLength, 240, before.slice(240, 256), 'gap');
    await compare(b, grads, slabLength, 400, before.slice(400), 'tail');
  });

  it('the head: rows of x through the head rows, counted by them', async () => {
    const b = bench();
    const [n, k, m, rows] = [12, 8, 65, 30];
    const dy = normals(m * n, 1, 'head dy');
    const x = normals(rows * k, 1, 'head x');
    const scale = normals(m, 1, 'head scale');
    const sources = Array.from({ length: m }, (_, i) => (i * 7) % rows);
    const grads = b.floats(new Float32Array(slabs * 128));
    const call = weightGrad({
      label: 'test', variant, batch: b.uniform(batchUniform({ rows, headRows: m })), grads, slabLength: 128, sources: [b.floats(dy), b.floats(x)],
      rowScale: b.floats(scale), headRows: b.words(sources.flatMap((source) => [source, 0, 0, 0, 0, 0, 0, 0])),
      problems: [{ dy: 0, dyColumns: 0, n, x: 1, xColumns: 0, k, scale: 0, out: 0 }],
    }); // prettier-ignore
    await b.run([call], { headRows: m });
    await compare(b, grads, 128, 0, weightGradient(dy, n, x, k, scale, sources), 'head');
  });
}
