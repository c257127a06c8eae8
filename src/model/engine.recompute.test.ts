/** Activations that are computed again in the backward pass have the bits of those that were kept. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { adam, configRows, flatten, loss, mixedPrompts, randomBatch, randomWeights, request } from './engine.fixture';
import { createPolicy } from './policyModel';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

describe.each(configRows)('%s', (_, config) => {
  const layered = { ...config, layers: 4 };

  it('trains and samples to the same bits in less memory', async () => {
    const work = async (recompute: boolean) => {
      const policy = await createPolicy(gpu, layered, randomWeights(layered), { recompute, maxRows: 64 });
      const batch = randomBatch(layered, { entropy: 0.02, kl: 0.05 });
      const update = await policy.update(batch, loss, adam);
      const { activations = 0 } = policy.memory();
      const { sequences } = await policy.rollout(request(mixedPrompts));
      const { gradients } = await policy.gradients(batch, loss);
      const { parameters } = await policy.save();
      policy.dispose();
      const samples = sequences.map(({ completion, logp }) => [completion, [...logp]]);
      const bits = {
        norm: update.gradNorm,
        samples,
        gradients: [...flatten(gradients)],
        after: [...flatten(parameters)],
      };
      return { bits, activations };
    };
    const [kept, again] = [await work(false), await work(true)];
    expect(again.bits).toEqual(kept.bits);
    expect(again.activations).toBeLessThan(kept.activations);
  });

  it('is chosen where a sequence would not fit with all of its activations', async () => {
    const batch = randomBatch(layered);
    const rows = async (activationBytes: number) => {
      const policy = await createPolicy(gpu, layered, randomWeights(layered), { activationBytes });
      const { gradNorm } = await policy.update(batch, loss, adam);
      const capacity = policy.packedPlan()?.capacity;
      policy.dispose();
      return { gradNorm, recompute: capacity?.recompute };
    };
    const [roomy, tight] = [await rows(2 ** 26), await rows(2 ** 14)];
    expect(roomy.recompute).toBe(false);
    expect(tight.recompute).toBe(true);
    // micro-batches add in another order
    expect(tight.gradNorm).toBeCloseTo(roomy.gradNorm, 5);
  });
});
