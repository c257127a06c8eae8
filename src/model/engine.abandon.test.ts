/** Works that are cut over many submits, and ended between two of them. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { initialAdapter } from './adapter/initialAdapter';
import { adapterTargets } from './adapter/adapterConfig';
import { adam, flatten, loss, mixedPrompts, randomBatch, randomWeights, request, smallConfigs } from './engine.fixture';
import type { PolicyModel, PolicyOptions } from './policyModel';
import { createPolicy } from './policyModel';

/** Milliseconds by which the clock moves each time that it is read. */
let pace = 0;
let now = 0;
vi.mock('../lib/clock', () => ({ monotonicClock: () => (now += pace) }));

const config = { ...smallConfigs.qwen3, maxPositions: 512 };
const adapter = initialAdapter(config, { rank: 4, alpha: 8, targets: adapterTargets, rankStabilised: false }, 1);
const batch = [1, 2, 3].flatMap((seed) => randomBatch(config, { seed, entropy: 0.02 }));
let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

/** Ends a work when it is told of its progress for the `nth` time. */
function endingAt(nth: number): { readonly watch: () => void; told(): number } {
  let told = 0;
  return {
    watch: () => {
      if (++told === nth) throw new Error('enough');
    },
    told: () => told,
  };
}

async function bits(policy: PolicyModel): Promise<number[][]> {
  const { parameters, firstMoments, secondMoments, optimizerStep } = await policy.save();
  return [[...flatten(parameters)], [...flatten(firstMoments)], [...flatten(secondMoments)], [optimizerStep]];
}

/** A policy whose works take `slow` times the time of a submit. */
async function policyAt(slow: number, options: PolicyOptions = {}): Promise<PolicyModel> {
  pace = 0;
  const policy = await createPolicy(gpu, config, randomWeights(config), { maxRows: 64, ...options });
  await policy.update(batch, loss, adam);
  pace = slow * gpu.submitBudgetMs;
  await policy.update(batch, loss, adam);
  await policy.rollout(request(mixedPrompts));
  return policy;
}

describe.each<[string, PolicyOptions]>([
  ['all weights', {}],
  ['an adapter', { adapter }],
])('%s', (_, options) => {
  it('an update that is ended leaves weights, moments and step as they were, and made again has the same bits', async () => {
    const whole = await policyAt(0, options);
    const parted = await policyAt(20, options);
    const before = await bits(parted);
    expect(before).toEqual(await bits(whole));
    const submits = gpu.counts.submits;
    for (const nth of [1, 9]) {
      const { watch, told } = endingAt(nth);
      await expect(parted.update(batch, loss, adam, watch)).rejects.toThrow('enough');
      expect(told()).toBe(nth);
      expect(await bits(parted)).toEqual(before);
    }
    const again = await parted.update(batch, loss, adam);
    expect(gpu.counts.submits - submits).toBeGreaterThan(25);
    const undisturbed = await whole.update(batch, loss, adam);
    expect(again).toEqual(undisturbed);
    expect(await bits(parted)).toEqual(await bits(whole));
    parted.dispose();
    whole.dispose();
  });

  it('a rollout that is ended comes out the same the next time', async () => {
    const whole = await policyAt(0, options);
    const parted = await policyAt(20, options);
    const asked = request(mixedPrompts);
    for (const nth of [1, 12]) {
      await expect(parted.rollout(asked, endingAt(nth).watch)).rejects.toThrow('enough');
    }
    const told: number[][] = [];
    const again = await parted.rollout(asked, (...progress) => told.push(progress));
    expect(again).toEqual(await whole.rollout(asked));
    const tokens = again.sequences.reduce((sum, { completion }) => sum + completion.length, 0);
    expect(told.at(-1)).toEqual([15 * 8, 15 * 8, tokens]);
    // more than one submit for each token
    expect(told.length).toBeGreaterThan(16);
    parted.dispose();
    whole.dispose();
  });
});

it('a prompt longer than a submit is parted, to the same bits', async () => {
  const prompt = Array.from({ length: 400 }, (_unused, t) => (t * 7) % config.vocabularySize);
  const asked = request([prompt], { maxNewTokens: 4 });
  const sample = async (slow: number) => {
    const policy = await policyAt(slow);
    const before = gpu.counts.submits;
    await policy.rollout(asked);
    const result = await policy.rollout(asked);
    policy.dispose();
    return { result, submits: gpu.counts.submits - before };
  };
  const whole = await sample(0);
  const parted = await sample(20);
  expect(parted.result).toEqual(whole.result);
  expect(parted.submits).toBeGreaterThan(whole.submits + 10);
});
