/** token_loss.wgsl, and loss_window, loss_terms and loss_window_grad for large vocabularies, against float64, for one kernel variant. */
import { expect, it } from 'vitest';
import { at } from '../lib/invariant';
import { createRng } from '../lib/rng';
import { batchUniform, expectClose, normals, roundRows, type KernelBench } from './kernelBench.fixture';
import { tokenLoss } from './tokenLoss';
import { isWindowed } from './vocabulary';
import { onlyWindow, readWindows, uploadWindows } from './vocabulary.fixture';
import { lossTerms, lossWindow, lossWindowGradient } from './windowedLoss';
import { tokenGradient, tokenTerms, type LossShape, type LossToken } from './tokenLoss.reference';
import type { KernelVariant } from './variant';

const bound = 1e-5;
const clipped = { surrogate: 'clipped', dualClip: null, klEstimator: 'k3' } as const;
const shapes: readonly LossShape[] = [
  { ...clipped, temperature: 1, clipLow: 0.2, clipHigh: 0.28 },
  { ...clipped, temperature: 0.6, clipLow: 0.2, clipHigh: 0.2, dualClip: 2, klEstimator: 'k1' },
  { ...clipped, temperature: 2, clipLow: 1e30, clipHigh: 1e30 },
  { ...clipped, temperature: 0.7, clipLow: 0.2, clipHigh: 0.2, surrogate: 'likelihood' },
];

/** Tokens on both sides of every clip, some without policy, entropy or KL weight, a few ratios far out. */
function tokens(
  count: number,
  vocabulary: number,
  logits: Float32Array,
  stride: number,
  temperature: number,
): LossToken[] {
  const rng = createRng(3, 'tokens', count, vocabulary);
  return Array.from({ length: count }, (_, row): LossToken => {
    const label = rng.int(vocabulary);
    const bare = { label, oldLogp: 0, advantage: 0, policyWeight: 0, entropyWeight: 0, klWeight: 0, refLogp: 0 };
    const own = logits.subarray(row * stride, row * stride + vocabulary);
    const { logp } = tokenTerms(own, bare, { ...at(shapes, 0), temperature });
    const drift = row % 11 === 10 ? 25 : 0.6 * rng.nextGaussian();
    return {
      label,
      oldLogp: Math.fround(logp - drift),
      advantage: Math.fround(rng.nextGaussian()),
      policyWeight: row % 5 === 4 ? 0 : Math.fround(rng.nextFloat()),
      entropyWeight: row % 3 === 0 ? 0 : Math.fround(0.1 * rng.nextFloat()),
      klWeight: row % 4 === 0 ? 0 : Math.fround(0.1 * rng.nextFloat()),
      refLogp: Math.fround(logp + rng.nextGaussian()),
    };
  });
}

function headTable(rows: readonly LossToken[]): Uint32Array {
  const words = new Uint32Array(roundRows(rows.length) * 8);
  rows.forEach((token, row) => {
    words[row * 8 + 1] = token.label;
    const { oldLogp, advantage, policyWeight, entropyWeight, klWeight, refLogp } = token;
    new Float32Array(words.buffer).set(
      [oldLogp, advantage, policyWeight, entropyWeight, klWeight, refLogp],
      row * 8 + 2,
    );
  });
  return words;
}

interface LossRun {
  readonly result: Float32Array;
  /** [rows, stride]. */
  readonly gradient: Float32Array;
  readonly dots: Float32Array;
}

/** Loss and gradient of `logits` [rows, stride], by the kernels that are for such a vocabulary. */
async function computeLoss(
  b: KernelBench,
  variant: KernelVariant,
  logits: Float32Array,
  rows: readonly LossToken[],
  vocabulary: number,
  shape: LossShape,
): Promise<LossRun> {
  const count = rows.length;
  const stride = logits.length / count;
  const batch = b.uniform(batchUniform({ rows: 0, headRows: count, ...shape }));
  const common = { variant, batch, headRows: b.words(headTable(rows)) };
  const result = b.poisoned(count * 4);
  const rowDot = b.poisoned(count);
  const windows = uploadWindows(b, logits, count, vocabulary, stride);
  const spec = { ...common, state: b.poisoned(count * 4) };
  const calls = isWindowed(vocabulary)
    ? [
        ...windows.map((window) => lossWindow(spec, window)),
        lossTerms(spec, result),
        ...windows.map((window) => lossWindowGradient(spec, window, rowDot)),
      ]
    : [tokenLoss({ ...common, vocabulary, stride, logits: onlyWindow(windows), result, rowDot })];
  await b.run(calls, { headRows: count });
  return {
    result: await b.read(result, count * 4),
    gradient: await readWindows(b, windows, count, stride),
    dots: await b.read(rowDot, count),
  };
}

export function tokenLossParity(
  bench: () => KernelBench,
  variant: KernelVariant,
  vocabularies: readonly number[],
): void {
  it.each(vocabularies)('terms and gradient over a vocabulary of %i', async (vocabulary) => {
    const b = bench();
    const stride = Math.ceil(vocabulary / 4) * 4;
    const counts = vocabulary < 4096 ? [1, 65, 130, 66] : [1, 11, 6, 3];
    for (const [count, shape] of counts.map((count, i) => [count, at(shapes, i)] as const)) {
      // the padding holds rubbish that must not count, and gets a gradient of zero
      const logits = normals(count * stride, 3, 'logits', vocabulary, count);
      const rows = tokens(count, vocabulary, logits, stride, shape.temperature);
      const { result, gradient: actual, dots } = await computeLoss(b, variant, logits, rows, vocabulary, shape);
      const own = (row: number) => logits.subarray(row * stride, row * stride + vocabulary);
      const terms = rows.map((token, row) => tokenTerms(own(row), token, shape));
      const column = (c: number) => Float32Array.from({ length: count }, (_, row) => at(result, row * 4 + c));
      // absolute, because a vocabulary of one has log-probability and entropy 0
      terms.forEach(({ logp, entropy }, row) => {
        expect(at(result, row * 4)).toBeCloseTo(logp, 4);
        expect(at(result, row * 4 + 1)).toBeCloseTo(entropy, 4);
      });
      const weighted = terms.map(({ surrogate }, row) => at(rows, row).policyWeight * surrogate);
      expectClose(column(2), weighted, 3 * bound, 'weighted surrogate');
      expectClose(
        column(3),
        terms.map(({ kl }) => kl),
        3 * bound,
        'kl',
      );

      const gradients = rows.map((token, row) => tokenGradient(own(row), token, shape));
      const expected = new Float64Array(count * stride);
      gradients.forEach((gradient, row) => {
        expected.set(gradient, row * stride);
      });
      if (vocabulary > 1) expectClose(actual, expected, 3 * bound, 'gradient');
      else expect(Math.max(...actual.map(Math.abs))).toBeLessThan(1e-6);
      gradients.forEach((gradient, row) => {
        const values = Array.from(gradient, (value, v) => value * at(logits, row * stride + v));
        expect(at(dots, row)).toBeCloseTo(
          values.reduce((sum, value) => sum + value, 0),
          3,
        );
        const sum = actual.slice(row * stride, (row + 1) * stride).reduce((total, value) => total + value, 0);
        expect(Math.abs(sum), 'sum of the gradient row').toBeLessThan(
          1e-5 * (1 + gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0)),
        );
      });
    }
  });

  it('scores without touching the logits', async () => {
    const b = bench();
    const shape = at(shapes, 1);
    const [vocabulary, stride, count] = [63, 64, 9];
    const logits = normals(count * stride, 3, 'score');
    const rows = tokens(count, vocabulary, logits, stride, shape.temperature);
    const spec = {
      variant, vocabulary, stride, batch: b.uniform(batchUniform({ rows: 0, headRows: count, ...shape })), headRows: b.words(headTable(rows)),
      logits: b.floats(logits), result: b.poisoned(count * 4), rowDot: null,
    }; // prettier-ignore
    await b.run([tokenLoss(spec)], { headRows: count });
    expect(await b.read(spec.logits, count * stride)).toEqual(logits);
    const terms = rows.map((token, row) =>
      tokenTerms(logits.subarray(row * stride, row * stride + vocabulary), token, shape),
    );
    const result = await b.read(spec.result, count * 4);
    expectClose(
      Float32Array.from(terms, (_, row) => at(result, row * 4)),
      terms.map(({ logp }) => logp),
      bound,
      'logp',
    );
  });
}
