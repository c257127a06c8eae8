/** A model whose parameters lie in several buffers computes the same bits as one that fits into one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import type { ModelConfig } from './config';
import { createCritic } from './criticModel';
import { adam, configRows, flatten, loss, mixedPrompts, randomBatch, randomWeights, request } from './engine.fixture';
import type { PolicyCheckpoint } from './policy';
import { createPolicy } from './policyModel';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

/** The largest matrix of the three models alone takes 1,728 bytes. */
const maxShardBytes = 1792;

const bits = ({ parameters, firstMoments, secondMoments }: PolicyCheckpoint) =>
  [parameters, firstMoments, secondMoments].map((tensors) => [...flatten(tensors)]);

/** Two steps, a rollout, gradients, scores, and a step of a model that was resumed. */
async function policyWork(config: ModelConfig, options: { readonly maxShardBytes?: number }) {
  const policy = await createPolicy(gpu, config, randomWeights(config), options);
  const batch = randomBatch(config, { entropy: 0.02, kl: 0.05 });
  const first = await policy.update(batch, loss, adam);
  const second = await policy.update(batch, loss, adam);
  const { sequences } = await policy.rollout(request(mixedPrompts));
  const { gradients } = await policy.gradients(batch, loss);
  const { logp } = await policy.score(batch, 0.7);
  const saved = await policy.save();
  const resumed = await createPolicy(gpu, config, randomWeights(config, 2), options);
  await resumed.load(saved);
  const before = gpu.counts.dispatches;
  await resumed.update(batch, loss, adam);
  const result = {
    norms: [first.gradNorm, second.gradNorm],
    samples: sequences.map(({ completion, logp: own }) => [completion, [...own]]),
    gradients: [...flatten(gradients)],
    logp: logp.map((values) => [...values]),
    saved: bits(saved),
    resumed: bits(await resumed.save()),
  };
  policy.dispose();
  resumed.dispose();
  return { result, dispatches: gpu.counts.dispatches - before };
}

describe.each(configRows)('%s', (_, config) => {
  it('trains, samples and resumes to the same bits', async () => {
    const whole = await policyWork(config, {});
    const split = await policyWork(config, { maxShardBytes });
    expect(split.result).toEqual(whole.result);
    // more buffers, more dispatches: the split did happen
    expect(split.dispatches).toBeGreaterThan(whole.dispatches + 8);
  });
});

it('a critic trains to the same bits', async () => {
  const [, config] = configRows[0] ?? [];
  if (!config) throw new Error('no config');
  const batch = randomBatch(config);
  const targets = batch.map(({ prompt, completion, oldLogp, policyWeight }) => {
    return { prompt, completion, target: oldLogp, oldValue: oldLogp, weight: policyWeight };
  });
  const work = async (options: { readonly maxShardBytes?: number }) => {
    const critic = await createCritic(gpu, config, randomWeights(config), options);
    const losses = [await critic.update(targets, 0.5, adam), await critic.update(targets, 0.5, adam)];
    const saved = bits(await critic.save());
    critic.dispose();
    return { losses, saved };
  };
  expect(await work({ maxShardBytes })).toEqual(await work({}));
});
