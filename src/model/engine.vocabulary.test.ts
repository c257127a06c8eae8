/** Vocabularies of several windows: exact, and the same bits whether logits are kept, computed again or lie in many buffers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { windowTokens } from '../kernels/vocabulary';
import { at } from '../lib/invariant';
import { entropyNats, logSumExp, relativeError, softmax } from '../lib/numeric';
import { initialAdapter } from './adapter/initialAdapter';
import type { ModelConfig } from './config';
import { createCritic } from './criticModel';
import { adam, bfloat16, flatten, loss, mixedPrompts, randomBatch, randomWeights, request, smallConfigs, tensorOf } from './engine.fixture'; // prettier-ignore
import { referenceLoss } from './policyLoss.fixture';
import { createPolicy, type PolicyOptions } from './policyModel';
import type { PolicyCheckpoint } from './policy';
import type { NamedWeights } from './weights/tensorImage';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

/** Three windows, the last one shorter and not a multiple of 4. */
const vocabularySize = 2 * windowTokens + 809;
const tied: ModelConfig = { ...smallConfigs.llama, vocabularySize };
const untied: ModelConfig = { ...smallConfigs.qwen3, vocabularySize };

function adapterOf(config: ModelConfig): NonNullable<PolicyOptions['adapter']> {
  const settings = { rank: 4, alpha: 8, targets: ['q_proj', 'down_proj'], rankStabilised: false } as const;
  const { tensors } = initialAdapter(config, settings, 3);
  // B away from zero, so that all of the adapter matters
  const moved = [...tensors].map(([name, { shape, data }]) => [name, { shape, data: data.map((x, i) => x + 0.1 * Math.sin(i)) }] as const); // prettier-ignore
  return { config: settings, tensors: new Map(moved) };
}

const bits = ({ parameters, firstMoments, secondMoments }: PolicyCheckpoint) =>
  [parameters, firstMoments, secondMoments].map((tensors) => [...flatten(tensors)]);

/** Two steps, rollouts with and without limits, gradients, scores, logits, and a step of a model that was resumed. */
async function policyWork(
  config: ModelConfig,
  weights: ReadonlyMap<string, NamedWeights>,
  options: PolicyOptions,
): Promise<{ result: unknown; dispatches: number }> {
  const before = gpu.counts.dispatches;
  const policy = await createPolicy(gpu, config, weights, options);
  const batch = randomBatch(config, { entropy: 0.02, kl: 0.05 });
  const first = await policy.update(batch, loss, adam);
  const second = await policy.update(batch, loss, adam);
  const samples = [];
  for (const limits of [{}, { topK: 40 }, { topP: 0.7 }, { topK: 40, topP: 0.8, temperature: 1.3 }]) {
    const { sequences } = await policy.rollout(request(mixedPrompts, { maxNewTokens: 4, ...limits }));
    samples.push(sequences.map(({ completion, logp, entropy }) => [completion, [...logp], [...entropy]]));
  }
  const { gradients } = await policy.gradients(batch, loss);
  const { logp } = await policy.score(batch, 0.7);
  const [logits] = await policy.logits([[1, 2, 3]]);
  const saved = await policy.save();
  policy.dispose();
  const resumed = await createPolicy(gpu, config, weights, options);
  await resumed.load(saved);
  await resumed.update(batch, loss, adam);
  const last = bits(await resumed.save());
  resumed.dispose();
  const norms = [first.gradNorm, second.gradNorm];
  const result = {
    norms,
    samples,
    gradients: [...flatten(gradients)],
    logp: logp.map((own) => [...own]),
    logits,
    last,
    saved: bits(saved),
  };
  return { result, dispatches: gpu.counts.dispatches - before };
}

/** A buffer for each window of embedding and head: 4,096 rows of width 12. */
const maxShardBytes = windowTokens * 12 * 4;

describe.each([
  ['tied', tied, {}],
  ['untied', untied, {}],
  ['adapter on a frozen base', untied, { adapter: adapterOf(untied) }],
] as const)('%s', (_, config, own) => {
  it('computes the same bits however many logits and rows of tables a buffer holds', async () => {
    const plain = randomWeights(config);
    const weights = 'adapter' in own ? bfloat16(plain) : plain;
    const whole = await policyWork(config, weights, own);
    const again = await policyWork(config, weights, { ...own, logitBytes: 0 });
    const split = await policyWork(config, weights, { ...own, logitBytes: 0, maxShardBytes });
    expect(again.result).toEqual(whole.result);
    expect(split.result).toEqual(whole.result);
    // products that were made again, and more buffers: both did happen
    expect(again.dispatches).toBeGreaterThan(whole.dispatches);
    expect(split.dispatches).toBeGreaterThan(again.dispatches);
  });
});

it('a token takes two dispatches for each window, and those of the search where the draw is limited', async () => {
  const policy = await createPolicy(gpu, tied, randomWeights(tied));
  const [windows, layers, sweeps] = [3, 5 * tied.layers + 1, 8];
  const dispatches = async (limits: { topK?: number; topP?: number }) => {
    await policy.rollout(request(mixedPrompts, { maxNewTokens: 2, ...limits }));
    return policy.decodeDispatches() - layers;
  };
  expect(await dispatches({})).toBe(2 * windows);
  expect(await dispatches({ topK: 5 })).toBe((2 + sweeps + 1) * windows);
  expect(await dispatches({ topK: 5, topP: 0.5 })).toBe((2 + 2 * sweeps + 1) * windows);
  // as many as there are is no limit
  expect(await dispatches({ topK: vocabularySize })).toBe(2 * windows);
  policy.dispose();
});

it('a critic of such a model trains to the same bits', async () => {
  const batch = randomBatch(tied);
  const targets = batch.map(({ prompt, completion, oldLogp, policyWeight }) => {
    return { prompt, completion, target: oldLogp, oldValue: oldLogp, weight: policyWeight };
  });
  const work = async (options: PolicyOptions) => {
    const critic = await createCritic(gpu, tied, randomWeights(tied), options);
    const losses = [await critic.update(targets, 0.5, adam), await critic.update(targets, 0.5, adam)];
    const saved = bits(await critic.save());
    critic.dispose();
    return { losses, saved };
  };
  expect(await work({ maxShardBytes })).toEqual(await work({}));
});

it('logits, log-probabilities and entropies belong together, at any temperature', async () => {
  const policy = await createPolicy(gpu, tied, randomWeights(tied));
  const batch = randomBatch(tied);
  const { logp, entropy } = await policy.score(batch, 0.7);
  const logits = await policy.completionLogits(batch);
  const exact = batch.map(({ completion }, s) =>
    completion.map((token, t) => {
      const row = at(logits, s).subarray(t * vocabularySize, (t + 1) * vocabularySize);
      const scaled = Float64Array.from(row, (logit) => logit / 0.7);
      return { logp: at(scaled, token) - logSumExp(scaled), entropy: entropyNats(softmax(scaled)) };
    }),
  );
  const flat = (rows: readonly Float32Array[]) => rows.flatMap((row) => Array.from(row));
  expect(relativeError(flat(logp), exact.flat().map((token) => token.logp))).toBeLessThan(1e-6); // prettier-ignore
  expect(relativeError(flat(entropy), exact.flat().map((token) => token.entropy))).toBeLessThan(1e-6); // prettier-ignore
  policy.dispose();
});

it('gradients of rows in every window, and of what lies before the head, are finite differences of the exact loss', async () => {
  const config = { ...untied, qkNorm: false, architecture: 'llama', layers: 1 } as const;
  const weights = randomWeights(config);
  const batch = randomBatch(config, { entropy: 0.02, kl: 0.05 }).slice(0, 2);
  const policy = await createPolicy(gpu, config, weights);
  const { gradients } = await policy.gradients(batch, loss);
  const exact = new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]));
  const label = at(at(batch, 0).completion, 0);
  const d = config.hiddenSize;
  const rows = [label, 17, windowTokens - 1, windowTokens, vocabularySize - 1];
  const places = [
    ...rows.map((row) => ['lm_head.weight', row * d + 3] as const),
    ['model.norm.weight', 4] as const,
    ['model.layers.0.mlp.down_proj.weight', 5] as const,
  ];
  const differences = places.map(([name, index]) => {
    const values = exact.get(name) ?? new Float64Array();
    const before = at(values, index);
    const moved = [1e-4, -1e-4].map((step) => {
      values[index] = before + step;
      return referenceLoss(config, exact, batch, loss);
    });
    values[index] = before;
    return (at(moved, 0) - at(moved, 1)) / 2e-4;
  });
  const computed = places.map(([name, index]) => at(tensorOf(gradients, name), index));
  differences.forEach((difference, i) => {
    const bound = 1e-5 * Math.abs(difference) + 1e-9;
    expect(Math.abs(at(computed, i) - difference), at(places, i).join()).toBeLessThan(bound);
  });
  policy.dispose();
});

it.each([
  ['full weights', tied, randomWeights(tied), {}],
  ['adapter on a bfloat16 base', untied, bfloat16(randomWeights(untied)), { adapter: adapterOf(untied) }],
] as const)(
  'samples only ids of the sampled vocabulary, with the log-probabilities of the training forward: %s',
  async (_, config, weights, own) => {
    const sampledVocabulary = windowTokens + 5;
    const policy = await createPolicy(gpu, config, weights, { ...own, sampledVocabulary });
    for (const limits of [{}, { topK: 2000 }, { topP: 0.9 }]) {
      const { sequences } = await policy.rollout(request(mixedPrompts, { groupSize: 8, temperature: 1.2, ...limits }));
      const ids = sequences.flatMap(({ completion }) => completion);
      expect(Math.max(...ids)).toBeLessThan(sampledVocabulary);
      expect(ids.some((id) => id >= windowTokens - 1000)).toBe(true);
      const inputs = sequences.map(({ promptIndex, completion }) => ({
        prompt: at(mixedPrompts, promptIndex),
        completion,
      }));
      const { logp, entropy } = await policy.score(inputs, 1.2);
      const gap = (left: readonly Float32Array[], right: readonly Float32Array[]) =>
        Math.max(...left.flatMap((row, s) => Array.from(row, (value, t) => Math.abs(value - at(at(right, s), t)))));
      expect(gap(logp, sequences.map((own) => own.logp))).toBeLessThan(1e-5); // prettier-ignore
      expect(gap(entropy, sequences.map((own) => own.entropy))).toBeLessThan(1e-5); // prettier-ignore
    }
    policy.dispose();
  },
);

it('refuses a sampled vocabulary that the model does not have', async () => {
  const create = createPolicy(gpu, tied, randomWeights(tied), { sampledVocabulary: vocabularySize + 1 });
  await expect(create).rejects.toThrow(/sampled vocabulary: 9002 is not allowed; allowed: 1 to 9001 tokens/);
});

describe('a vocabulary of 151,936 at width 64, on an adapter that binds 128 MiB', () => {
  const config: ModelConfig = {
    ...smallConfigs.llama, layers: 1, hiddenSize: 64, headDim: 16, intermediateSize: 64, vocabularySize: 151_936,
  }; // prettier-ignore
  const weights = randomWeights(config);
  const length = 32;
  const filled = (value: number) => new Float32Array(length).fill(value);
  const batch = Array.from({ length: 7 }, (_, s) => ({
    prompt: [s + 1, 151_000 + s],
    completion: Array.from({ length }, (__, t) => (s * 20_011 + t * 4_999) % config.vocabularySize),
    oldLogp: filled(-12),
    refLogp: null,
    advantage: filled(s % 2 === 0 ? 1 : -1),
    policyWeight: filled(1 / (7 * length)),
    entropyWeight: filled(0),
    klWeight: filled(0),
  }));

  it.each([
    ['full tuning', weights, {}],
    ['an adapter on a bfloat16 base', bfloat16(weights), { adapter: adapterOf(config) }],
  ] as const)('trains a step: %s', async (_, tensors, options) => {
    // the logits of the 224 rows alone would be 130 MiB
    expect(batch.length * length * config.vocabularySize * 4).toBeGreaterThan(2 ** 27);
    expect(gpu.limits['maxStorageBufferBindingSize']).toBeLessThanOrEqual(2 ** 27);
    const policy = await createPolicy(gpu, config, tensors, options);
    const before = await policy.score(batch, 1);
    const { gradNorm, skipped } = await policy.update(batch, loss, { ...adam, learningRate: 1e-3 });
    expect(skipped).toBe(false);
    expect(gradNorm).toBeGreaterThan(0);
    const after = await policy.score(batch, 1);
    // tokens of positive advantage gained, the others lost
    const gain = (s: number) =>
      at(after.logp, s).reduce((total, value, t) => total + value - at(at(before.logp, s), t), 0);
    expect(gain(0) + gain(2) + gain(4) + gain(6)).toBeGreaterThan(0);
    expect(gain(1) + gain(3) + gain(5)).toBeLessThan(0);
    policy.dispose();
  });
});
