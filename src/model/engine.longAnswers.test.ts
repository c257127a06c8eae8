/** Answers of more than a thousand tokens: sampled over pages of keys and values, trained on activations that are computed again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { at } from '../lib/invariant';
import { adapterTargets } from './adapter/adapterConfig';
import { initialAdapter } from './adapter/initialAdapter';
import type { ModelConfig } from './config';
import { adam, bfloat16, flatten, loss, penalised, randomWeights, request, smallConfigs } from './engine.fixture';
import { createPolicy } from './policyModel';

const config: ModelConfig = {
  ...smallConfigs.qwen2, hiddenSize: 32, layers: 2, heads: 4, kvHeads: 2, headDim: 8, intermediateSize: 64, vocabularySize: 48,
  ropeTheta: 1e4, maxPositions: 2048, eosTokenIds: [],
}; // prettier-ignore
const newTokens = 1100;
const prompt = [1, 2, 3, 4, 5, 6, 7, 8];

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

it('samples and trains answers of 1,100 tokens by an adapter over 16-bit weights, to the same log-probabilities', async () => {
  const adapter = initialAdapter(config, { rank: 4, alpha: 8, targets: adapterTargets, rankStabilised: false }, 1);
  const policy = await createPolicy(gpu, config, bfloat16(randomWeights(config)), { adapter, recompute: true });
  const rollout = request([prompt], { groupSize: 2, maxNewTokens: newTokens, temperature: loss.temperature });
  const { sequences } = await policy.rollout(rollout);
  expect(sequences.map(({ completion }) => completion.length)).toEqual([newTokens, newTokens]);
  // pages for what was sampled, and no more: 69 of 16 tokens for each answer, and one for the prompt
  const slots = 16 * (2 * 69 + 1);
  expect(policy.memory()['kv cache']).toBeLessThanOrEqual(
    4 * slots * 2 * config.kvHeads * config.headDim * config.layers,
  );
  const before = flatten((await policy.save()).parameters);
  const batch = sequences.map((sequence) => penalised(prompt, sequence, 1 / (2 * newTokens)));
  const { logp, gradNorm, skipped } = await policy.update(batch, loss, adam);
  expect(policy.packedPlan()?.capacity.recompute).toBe(true);
  sequences.forEach((sequence, s) => {
    const gaps = sequence.logp.map((value, t) => Math.abs(value - at(at(logp, s), t)));
    expect(Math.max(...gaps)).toBeLessThan(1e-4);
  });
  expect([skipped, gradNorm > 0, Number.isFinite(gradNorm)]).toEqual([false, true, true]);
  expect(flatten((await policy.save()).parameters)).not.toEqual(before);
  policy.dispose();
});
