/** Logits, loss terms and gradients against the float64 decoder, on shapes that need padding everywhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { at } from '../lib/invariant';
import { relativeError, sum } from '../lib/numeric';
import { createRng } from '../lib/rng';
import type { Weights } from './decoder.fixture';
import { configRows, loss, randomBatch, randomWeights } from './engine.fixture';
import { createPolicy } from './policyModel';
import { referenceLogits, referenceLoss, referenceTokens } from './policyLoss.fixture';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

const plain = (weights: ReturnType<typeof randomWeights>): Map<string, Float64Array> =>
  new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]));

describe.each(configRows)('%s', (_, config) => {
  it.each([1, 2])('logits of rows of length 1, 5 and 17, weights %i', async (seed) => {
    const weights = randomWeights(config, seed);
    const rng = createRng(seed, 'rows');
    const rows = [1, 5, 17].map((length) => Array.from({ length }, () => rng.int(config.vocabularySize)));
    const policy = await createPolicy(gpu, config, weights);
    const logits = await policy.logits(rows);
    rows.forEach((row, i) => {
      expect(relativeError(at(logits, i), referenceLogits(config, plain(weights), row).flat())).toBeLessThan(1e-5);
    });
    policy.dispose();
  });

  it('a batch without any weight has a gradient of zeros, whatever was computed before', async () => {
    const policy = await createPolicy(gpu, config, randomWeights(config));
    const batch = randomBatch(config, {});
    expect((await policy.gradients(batch, loss)).gradNorm).toBeGreaterThan(0);
    const weightless = batch.map((own) => ({ ...own, policyWeight: own.policyWeight.map(() => 0) }));
    const { gradNorm, gradients } = await policy.gradients(weightless, loss);
    expect(gradNorm).toBe(0);
    expect(gradients.every(({ data }) => data.every((value) => value === 0))).toBe(true);
    policy.dispose();
  });

  it.each([
    ['clip, entropy bonus, k3', { entropy: 0.02, kl: 0.05 }, loss],
    ['dual clip, k1', { kl: 0.05 }, { ...loss, dualClip: 1.5, klEstimator: 'k1' }],
    ['no clip at all', {}, { ...loss, clipLow: Infinity, clipHigh: Infinity }],
  ] as const)('invariant 10, on the engine: loss terms and finite differences, %s', async (_name, choice, options) => {
    const weights = randomWeights(config);
    const batch = randomBatch(config, choice);
    const policy = await createPolicy(gpu, config, weights);
    const result = await policy.gradients(batch, options);
    const exact = plain(weights);

    const tokens = batch.map((sequence) => referenceTokens(config, exact, sequence, options));
    const weighs = (s: number, t: number) => {
      const own = at(batch, s);
      return at(own.policyWeight, t) !== 0 || at(own.entropyWeight, t) !== 0 || at(own.klWeight, t) !== 0;
    };
    const seen = (pick: (s: number, t: number) => number) =>
      tokens.flatMap((row, s) => row.map((_token, t) => (weighs(s, t) ? pick(s, t) : 0)));
    const flat = (rows: readonly Float32Array[]) => rows.flatMap((row) => Array.from(row));
    expect(
      relativeError(
        flat(result.logp),
        seen((s, t) => at(at(tokens, s), t).logp),
      ),
    ).toBeLessThan(1e-5);
    expect(
      relativeError(
        flat(result.entropy),
        seen((s, t) => at(at(tokens, s), t).entropy),
      ),
    ).toBeLessThan(1e-5);
    expect(
      relativeError(
        flat(result.policyLoss),
        seen((s, t) => at(at(batch, s).policyWeight, t) * at(at(tokens, s), t).surrogate),
      ),
    ).toBeLessThan(1e-4);
    if ('kl' in choice)
      expect(
        relativeError(
          flat(result.kl),
          seen((s, t) => at(at(tokens, s), t).kl),
        ),
      ).toBeLessThan(1e-4);

    // along one random direction per tensor, central differences of the float64 loss
    const lossAt = (name: string, direction: Float64Array, step: number): number => {
      const moved: Weights = new Map(
        [...exact].map(([key, data]) => [
          key,
          key === name ? data.map((value, i) => value + step * at(direction, i)) : data,
        ]),
      );
      return referenceLoss(config, moved, batch, options);
    };
    for (const { name, data } of result.gradients) {
      const rng = createRng(1, name);
      const direction = Float64Array.from(data, () => rng.nextGaussian());
      const slope = (lossAt(name, direction, 1e-5) - lossAt(name, direction, -1e-5)) / 2e-5;
      const ours = sum(Float64Array.from(data, (value, i) => value * at(direction, i)));
      const size = Math.sqrt(sum(data.map((value) => value * value)));
      expect(Math.abs(ours - slope), `derivative along ${name}`).toBeLessThan(1e-4 * size + 1e-7);
    }
    policy.dispose();
  });
});
