/** Rollouts: the same numbers as scoring, the softmax's frequencies, and nothing but seed and stream decides a draw. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { at } from '../lib/invariant';
import { relativeError, softmax, sum } from '../lib/numeric';
import { configRows, mixedPrompts, randomWeights, request, smallConfigs, wideConfigs } from './engine.fixture';
import type { RolloutResult } from './policy';
import { worstSlots } from './sampling/kvPages';
import { createPolicy, type PolicyModel, type PolicyOptions } from './policyModel';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

const config = smallConfigs.llama;
async function withPolicy(options: PolicyOptions, work: (policy: PolicyModel) => Promise<void>): Promise<void> {
  const policy = await createPolicy(gpu, config, randomWeights(config), options);
  await work(policy);
  policy.dispose();
}
const completions = (result: RolloutResult) => result.sequences.map(({ completion }) => completion);
const bits = (result: RolloutResult) =>
  result.sequences.map(({ completion, logp, entropy }) => [completion, [...logp], [...entropy]]);

it.each([...configRows, ...Object.entries(wideConfigs)])(
  '%s: log-probabilities and entropies of a rollout equal those of scoring',
  async (_, architecture) => {
    const policy = await createPolicy(gpu, architecture, randomWeights(architecture));
    const temperature = 0.7;
    const { sequences } = await policy.rollout(request(mixedPrompts, { temperature, maxNewTokens: 11 }));
    expect(sequences.map(({ promptIndex }) => promptIndex)).toEqual(mixedPrompts.flatMap((_prompt, p) => [p, p, p]));
    const scored = await policy.score(
      sequences.map(({ promptIndex, completion }) => ({ prompt: at(mixedPrompts, promptIndex), completion })),
      temperature,
    );
    sequences.forEach(({ logp, entropy, completion, truncated }, s) => {
      expect(relativeError(logp, at(scored.logp, s))).toBeLessThan(1e-4);
      expect(relativeError(entropy, at(scored.entropy, s))).toBeLessThan(1e-4);
      const end = completion.indexOf(0);
      expect(end === -1 ? completion.length : end + 1, 'length').toBe(end === -1 ? 11 : completion.length);
      expect(truncated).toBe(end === -1);
    });
    policy.dispose();
  },
);

describe('one-token draws of one prompt', () => {
  const count = 2000;
  const prompt = [2, 9, 4];
  async function frequencies(policy: PolicyModel, more: Partial<ReturnType<typeof request>>): Promise<number[]> {
    const { sequences } = await policy.rollout(request([prompt], { groupSize: count, maxNewTokens: 1, ...more }));
    const counts = new Array<number>(config.vocabularySize).fill(0);
    for (const { completion } of sequences) counts[at(completion, 0)] = at(counts, at(completion, 0)) + 1;
    return counts;
  }
  const probabilities = async (policy: PolicyModel, temperature: number) =>
    softmax(at(await policy.logits([prompt]), 0).slice(-config.vocabularySize), temperature);
  /** Pearson's statistic over the tokens that may be drawn. */
  const chiSquare = (counts: readonly number[], expected: Float64Array) =>
    sum(
      counts.map((seen, v) =>
        at(expected, v) === 0 ? 0 : (seen - count * at(expected, v)) ** 2 / (count * at(expected, v)),
      ),
    );
  /** Only tokens of at least the k-th largest probability, renormalised. */
  const keep = (p: Float64Array, k: number) => {
    const limit = at(
      [...p].sort((a, b) => b - a),
      k - 1,
    );
    const mass = sum(p.filter((value) => value >= limit));
    return p.map((value) => (value >= limit ? value / mass : 0));
  };

  it('follow the softmax at the temperature', async () => {
    await withPolicy({}, async (policy) => {
      const p = await probabilities(policy, 1.3);
      // 10 degrees of freedom: 29.6 is the 0.1 % point
      expect(chiSquare(await frequencies(policy, { temperature: 1.3 }), p)).toBeLessThan(29.6);
    });
  });

  it('stay within top-k and top-p, in proportion', async () => {
    await withPolicy({}, async (policy) => {
      const p = await probabilities(policy, 1);
      const top3 = await frequencies(policy, { topK: 3 });
      expect(top3.filter((seen) => seen > 0)).toHaveLength(3);
      // 2 degrees of freedom: 13.8 is the 0.1 % point
      expect(chiSquare(top3, keep(p, 3))).toBeLessThan(13.8);
      const sorted = [...p].sort((a, b) => b - a);
      const topP = at(sorted, 0) + at(sorted, 1) + 0.5 * at(sorted, 2);
      expect(chiSquare(await frequencies(policy, { topP }), keep(p, 3))).toBeLessThan(13.8);
      const greedy = await frequencies(policy, { greedy: true });
      expect(greedy.indexOf(count)).toBe(p.indexOf(at(sorted, 0)));
    });
  });
});

it('the same seed and stream give the same bits, another stream other draws', async () => {
  await withPolicy({}, async (policy) => {
    const first = await policy.rollout(request(mixedPrompts));
    expect(bits(await policy.rollout(request(mixedPrompts)))).toEqual(bits(first));
    expect(completions(await policy.rollout(request(mixedPrompts, { stream: 3 })))).not.toEqual(completions(first));
    expect(completions(await policy.rollout(request(mixedPrompts, { seed: 6 })))).not.toEqual(completions(first));
  });
});

it.each([1, 2, 4])('drawing at most %i sequences at once changes no bit', async (maxSequences) => {
  let whole: unknown;
  await withPolicy({}, async (policy) => {
    whole = bits(await policy.rollout(request(mixedPrompts)));
  });
  await withPolicy({ maxSequences }, async (policy) => {
    expect(bits(await policy.rollout(request(mixedPrompts)))).toEqual(whole);
  });
});

it.each([1, 30, 60])('a cache of %i tokens changes no bit', async (tokens) => {
  let whole: unknown;
  await withPolicy({}, async (policy) => {
    whole = bits(await policy.rollout(request(mixedPrompts)));
  });
  await withPolicy({ maxCacheBytes: tokens * 8 * config.kvHeads * config.headDim }, async (policy) => {
    expect(bits(await policy.rollout(request(mixedPrompts)))).toEqual(whole);
  });
});

it('prompts of several submits change no bit', async () => {
  // 1,200 rows where the first rollout's submits hold 64; the second policy's are cut elsewhere
  const prompts = Array.from({ length: 40 }, (_prompt, p) =>
    Array.from({ length: 31 }, (_token, t) => (p + t * t) % 11),
  );
  const rollout = (policy: PolicyModel) => policy.rollout(request(prompts, { groupSize: 1, maxNewTokens: 2 }));
  let whole: unknown;
  await withPolicy({}, async (policy) => {
    whole = bits(await rollout(policy));
  });
  await withPolicy({ maxSequences: 20 }, async (policy) => {
    expect(bits(await rollout(policy))).toEqual(whole);
  });
});

it('takes the activations of one layer, however many there are', async () => {
  const activations = async (layers: number) => {
    const deep = { ...config, layers };
    const policy = await createPolicy(gpu, deep, randomWeights(deep));
    await policy.rollout(request(mixedPrompts));
    const { activations: bytes } = policy.memory();
    policy.dispose();
    return bytes;
  };
  expect(await activations(5)).toBe(await activations(1));
});

it('a cache that grows during a rollout changes no bit, and is smaller than answers of full length would need', async () => {
  await withPolicy({}, async (policy) => {
    const long = () => policy.rollout(request(mixedPrompts, { maxNewTokens: 50 }));
    // the first submits are of a few tokens; the next rollout's may be of all, and takes pages for them
    const grown = await long();
    const taken = policy.memory()['kv cache'];
    expect(bits(await long())).toEqual(bits(grown));
    const scored = await policy.score(
      grown.sequences.map(({ promptIndex, completion }) => ({ prompt: at(mixedPrompts, promptIndex), completion })),
      1,
    );
    grown.sequences.forEach(({ logp }, s) => {
      expect(relativeError(logp, at(scored.logp, s))).toBeLessThan(1e-4);
    });
    const lengths = grown.sequences.map(({ completion }) => completion.length);
    expect(Math.max(...lengths)).toBeGreaterThan(16);
    const whole = 8 * config.kvHeads * config.headDim * config.layers * worstSlots(16, lengths.length, 50);
    expect(taken).toBeLessThan(whole);
  });
});

it('a prompt of one token needs no prefix, and one new token is enough', async () => {
  await withPolicy({}, async (policy) => {
    const { sequences } = await policy.rollout(request([[4]], { groupSize: 1, maxNewTokens: 1 }));
    expect(sequences.map(({ completion }) => completion.length)).toEqual([1]);
  });
});
