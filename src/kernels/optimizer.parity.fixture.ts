/** finish_grads, gain_grad, grad_norm and adamw against float64, for one kernel variant. */
import { describe, expect, it } from 'vitest';
import { at } from '../lib/invariant';
import { expectClose, normals, type KernelBench } from './kernelBench.fixture';
import { adamw, finishGradients, gradNorm } from './optimizer';
import { adamStep, norm, unfoldGradient } from './optimizer.reference';
import type { KernelVariant } from './variant';

const bound = 3e-6;

export function optimizerParity(bench: () => KernelBench, variant: KernelVariant, counts: readonly number[]): void {
  const slabs = variant.gradientSlabs;

  it('gradients behind a norm: unfolded, the gain of chunks added, a tied head added to the embedding', async () => {
    const b = bench();
    // two matrices: [100,12] behind gain A in chunks of 64 rows, [8,12] behind gain B whose gradient moves (tied head)
    const k = 12;
    const [atA, atB, tiedAt, gainA, gainB, length] = [0, 1216, 1344, 1472, 1536, 1600];
    const weights = normals(length, 1, 'weights');
    const perSlab = Array.from({ length: slabs }, (_, s) => normals(length, 1, 'grads', s));
    const total = Float64Array.from({ length }, (_, i) => perSlab.reduce((sum, slab) => sum + at(slab, i), 0));
    const grads = b.floats(Float32Array.from(perSlab.flatMap((slab) => Array.from(slab))));
    const chunks = [
      [atA, 64, 3, atA, gainA, atA, 0],
      [atA + 64 * k, 36, 3, atA + 64 * k, gainA, atA + 64 * k, 0],
      [tiedAt, 8, 3, atB, gainB, atB, 1],
    ].map(([from = 0, rows = 0, columns = 0, weightAt = 0, gain = 0, add = 0, adds = 0]) => [
      from / 4,
      rows,
      columns,
      weightAt / 4,
      gain / 4,
      add / 4,
      adds,
      0,
    ]);
    const calls = finishGradients({
      variant, weights: b.floats(weights), grads, slabLength: length, chunks: b.words(chunks.flat()), chunkCount: 3,
      norms: b.words([0, 2, gainA / 4, 3, 2, 1, gainB / 4, 3]), normCount: 2, partial: b.poisoned(3 * k), columns: k,
    }); // prettier-ignore
    const partial = b.poisoned(variant.normPartials);
    await b.run([...calls, gradNorm({ variant, grads, slabLength: length, count: length, partial })], {});
    const part = (values: ArrayLike<number>, from: number, count: number) =>
      Float64Array.from({ length: count }, (_, i) => at(values, from + i));
    const a = unfoldGradient(part(total, atA, 100 * k), part(weights, atA, 100 * k), part(weights, gainA, k));
    const tied = unfoldGradient(part(total, tiedAt, 8 * k), part(weights, atB, 8 * k), part(weights, gainB, k));
    const expected = total.slice();
    expected.set(a.weight, atA);
    expected.set(
      tied.weight.map((value, i) => value + at(total, atB + i)),
      atB,
    );
    expected.fill(0, tiedAt, tiedAt + 8 * k);
    expected.set(
      a.gain.map((value, i) => value + at(total, gainA + i)),
      gainA,
    );
    expected.set(
      tied.gain.map((value, i) => value + at(total, gainB + i)),
      gainB,
    );
    expectClose(await b.read(grads, length), expected, bound, 'gradients');
    const sums = await b.read(partial, variant.normPartials);
    expect(Math.sqrt(sums.reduce((sum, value) => sum + value, 0)) / norm(expected)).toBeCloseTo(1, 5);
  });

  describe('AdamW', () => {
    const beta1 = Math.fround(0.9);
    const beta2 = Math.fround(0.99);
    async function step(count: number, gradient: Float32Array, maxNorm: number) {
      const b = bench();
      const initial = {
        weights: normals(count, 1, 'w'),
        first: normals(count, 0.1, 'm'),
        second: normals(count, 0.1, 'v').map((v) => v * v),
      };
      const vectorsAt = Math.floor(count / 8) * 4;
      const number = 5;
      const options = [
        0.01,
        beta1,
        beta2,
        1e-8,
        0.1,
        0.02,
        1 - beta1 ** number,
        Math.sqrt(1 - beta2 ** number),
        maxNorm,
        0,
        0,
        0,
      ];
      const buffers = {
        weights: b.floats(initial.weights),
        firstMoment: b.floats(initial.first),
        secondMoment: b.floats(initial.second),
      };
      const [partial, report, grads] = [
        b.poisoned(variant.normPartials),
        b.poisoned(4),
        b.floats(new Float32Array(slabs * count)),
      ];
      b.gpu.device.queue.writeBuffer(grads.buffer, 0, Float32Array.from(gradient));
      await b.run(
        [
          gradNorm({ variant, grads, slabLength: count, count, partial }),
          adamw({
            variant,
            options: b.uniform(new Float32Array(options).buffer),
            grads,
            partial,
            report,
            count,
            vectorsAt,
            ...buffers,
          }),
        ],
        {},
      );
      const expected = adamStep(
        {
          weights: Float64Array.from(initial.weights),
          first: Float64Array.from(initial.first),
          second: Float64Array.from(initial.second),
        },
        gradient,
        {
          learningRate: 0.01,
          beta1,
          beta2,
          epsilon: 1e-8,
          decay: (i) => (i < vectorsAt ? 0.1 : 0.02),
          maxNorm,
          step: number,
        },
      );
      const after = {
        weights: await b.read(buffers.weights, count), first: await b.read(buffers.firstMoment, count), second: await b.read(buffers.secondMoment, count),
      }; // prettier-ignore
      return { initial, expected, after, report: await b.read(report, 2) };
    }

    it.each(counts)('%i parameters, clipped and not', async (count) => {
      for (const maxNorm of [0.5, 1e6]) {
        const gradient = normals(count, 1, 'g', count);
        const { expected, after, initial, report } = await step(count, gradient, maxNorm);
        const move = (values: ArrayLike<number>) =>
          Float64Array.from(initial.weights, (value, i) => at(values, i) - value);
        expectClose(move(after.weights), move(expected.weights), 1e-4, 'step');
        expectClose(after.first, expected.first, bound, 'first moment');
        expectClose(after.second, expected.second, bound, 'second moment');
        expect(at(report, 0) / norm(gradient)).toBeCloseTo(1, 5);
        expect(at(report, 1)).toBe(0);
      }
    });

    it.each([NaN, Infinity, -Infinity, 1e30])(
      'a gradient with %d leaves weights and moments as they were, and says so',
      async (value) => {
        const gradient = normals(260, 1, 'g');
        gradient[129] = value;
        const { initial, after, report } = await step(260, gradient, 1);
        expect(after).toEqual(initial);
        expect(at(report, 1)).toBe(1);
      },
    );
  });
}
