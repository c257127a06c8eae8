/** finish_grads, gain_grad, grad_norm and adamw against float64, for one kernel variant. */
import { describe, expect, it } from 'vitest';
import { at } from '../lib/invariant';
import { expectClose, normals, type KernelBench } from './kernelBench.fixture';
import { adamw, carriedSums, finishGradients, gainGradients, gradNorm } from './optimizer';
import { adamStep, norm, unfoldGradient } from './optimizer.reference';
import type { KernelVariant } from './variant';

const bound = 3e-6;

export function optimizerParity(bench: () => KernelBench, variant: KernelVariant, counts: readonly number[]): void {
  it.each(['its own buffer', 'the other gradients'])(
    'gradients behind a norm: unfolded, the gain of chunks added, a tied head of %s added to the embedding',
    async (where) => {
      const b = bench();
      const apart = where === 'its own buffer';
      // two matrices: [100,12] behind gain A in chunks of 64 rows, [8,12] behind gain B whose gradient moves (tied head)
      const k = 12;
      const [atA, atB, tiedAt, gainA, gainB, length] = [0, 1216, 1344, 1472, 1536, 1600];
      const weights = normals(length, 1, 'weights');
      const initial = normals(length, 1, 'grads');
      const grads = b.floats(initial);
      const partial = b.poisoned(3 * k);
      const common = { variant, weights: b.floats(weights), gains: b.floats(weights), grads, partial, columns: k };
      const vectors = (chunk: readonly number[]) =>
        chunk.map((value, i) => ([1, 6, 7].includes(i) ? value : value / 4));
      const chunksA = [
        [atA, 64, k, atA, gainA, atA, 0, 0],
        [atA + 64 * k, 36, k, atA + 64 * k, gainA, atA + 64 * k, 0, 1],
      ].flatMap(vectors);
      const chunkB = vectors([tiedAt, 8, k, atB, gainB, atB, 1, 2]);
      const finish = apart
        ? [
            finishGradients({ ...common, folded: null, chunks: b.words(chunksA), chunkCount: 2 }),
            finishGradients({ ...common, folded: b.floats(initial), chunks: b.words(chunkB), chunkCount: 1 }),
          ]
        : [finishGradients({ ...common, folded: null, chunks: b.words([...chunksA, ...chunkB]), chunkCount: 3 })];
      const norms = b.words([0, 2, gainA / 4, 3, 2, 1, gainB / 4, 3]);
      const sums = b.poisoned(variant.normPartials);
      await b.run(
        [
          ...finish,
          gainGradients({ variant, norms, normCount: 2, partial, grads, columns: k }),
          ...gradNorm({ variant, shards: [{ grads, start: 0, count: length }], partial: sums, carried: null }),
        ],
        {},
      );
      const part = (values: ArrayLike<number>, from: number, count: number) =>
        Float64Array.from({ length: count }, (_, i) => at(values, from + i));
      const a = unfoldGradient(part(initial, atA, 100 * k), part(weights, atA, 100 * k), part(weights, gainA, k));
      const tied = unfoldGradient(part(initial, tiedAt, 8 * k), part(weights, atB, 8 * k), part(weights, gainB, k));
      const expected = Float64Array.from(initial);
      const add = (values: Float64Array, from: number) => values.map((value, i) => value + at(initial, from + i));
      expected.set(a.weight, atA);
      expected.set(add(tied.weight, atB), atB);
      expected.set(add(a.gain, gainA), gainA);
      expected.set(add(tied.gain, gainB), gainB);
      expectClose(await b.read(grads, length), expected, bound, 'gradients');
      const squares = await b.read(sums, variant.normPartials);
      expect(Math.sqrt(squares.reduce((sum, value) => sum + value, 0)) / norm(expected)).toBeCloseTo(1, 5);
    },
  );

  it('the norm over shards has the bits of the norm over one', async () => {
    const b = bench();
    const count = 4 * 64 * 1000;
    const values = normals(count, 1, 'norm');
    const partialSums = async (cuts: readonly number[]) => {
      const partial = b.poisoned(variant.normPartials);
      const shards = cuts.map((start, s) => {
        const end = cuts[s + 1] ?? count;
        return { grads: b.floats(values.subarray(start, end)), start, count: end - start };
      });
      await b.run(gradNorm({ variant, shards, partial, carried: b.poisoned(carriedSums(variant)) }), {});
      return b.readWords(partial, variant.normPartials);
    };
    expect(await partialSums([0, 64, 4 * 64 * 3, 64 * 1001])).toEqual(await partialSums([0]));
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
        b.floats(new Float32Array(count)),
      ];
      b.gpu.device.queue.writeBuffer(grads.buffer, 0, Float32Array.from(gradient));
      await b.run(
        [
          ...gradNorm({ variant, shards: [{ grads, start: 0, count }], partial, carried: null }),
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
