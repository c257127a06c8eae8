/** A model whose layers' matrices lie in several buffers computes the same bits as one whose matrices are whole. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { createRng } from '../lib/rng';
import { adapterTargets } from './adapter/adapterConfig';
import type { Adapter } from './adapter/adapterFolder';
import { initialAdapter } from './adapter/initialAdapter';
import type { ModelConfig } from './config';
import { createCritic } from './criticModel';
import { describeDecoder } from './description';
import { adam, bfloat16, flatten, loss, mixedPrompts, randomBatch, randomWeights, request, smallConfigs } from './engine.fixture'; // prettier-ignore
import type { PolicyCheckpoint } from './policy';
import { createPolicy, type PolicyOptions } from './policyModel';
import { layoutParameters } from './weights/layout';
import { cutMatrix } from './weights/pieces';
import type { NamedWeights } from './weights/tensorImage';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

/** A trained adapter: B is no longer zero. */
function adapterOf(config: ModelConfig): Adapter {
  const settings = { rank: 4, alpha: 8, targets: adapterTargets, rankStabilised: false };
  const tensors = [...initialAdapter(config, settings, 3).tensors].map(([name, { shape, data }]) => {
    const rng = createRng(3, 'pieces', name);
    return [name, { shape, data: data.map((value) => value + 0.05 * rng.nextGaussian()) }] as const;
  });
  return { config: settings, tensors: new Map(tensors) };
}

const bits = ({ parameters, firstMoments, secondMoments }: PolicyCheckpoint) =>
  [parameters, firstMoments, secondMoments].map((tensors) => [...flatten(tensors)]);

/** Two steps, the second of a model that was resumed, a rollout, gradients and scores. */
async function policyWork(
  config: ModelConfig,
  weights: ReadonlyMap<string, NamedWeights>,
  options: PolicyOptions,
): Promise<{ readonly result: unknown; readonly dispatches: number }> {
  const before = gpu.counts.dispatches;
  const policy = await createPolicy(gpu, config, weights, options);
  const batch = randomBatch(config, { entropy: 0.02, kl: 0.05 });
  const { gradNorm } = await policy.update(batch, loss, adam);
  const saved = await policy.save();
  const { sequences } = await policy.rollout(request(mixedPrompts, { groupSize: 2, maxNewTokens: 4 }));
  const { gradients } = await policy.gradients(batch, loss);
  const { logp } = await policy.score(batch, 0.7);
  policy.dispose();
  const resumed = await createPolicy(gpu, config, weights, options);
  await resumed.load(saved);
  await resumed.update(batch, loss, adam);
  const last = bits(await resumed.save());
  resumed.dispose();
  const result = {
    gradNorm,
    samples: sequences.map(({ completion, logp: own }) => [completion, [...own]]),
    gradients: [...flatten(gradients)],
    logp: logp.map((values) => [...values]),
    saved: bits(saved),
    last,
  };
  return { result, dispatches: gpu.counts.dispatches - before };
}

/** Of the largest piece: 64 rows of 96 columns. q ends inside a piece and so does gate. */
const smallLimit = 64 * 96 * 4;
const small = { hiddenSize: 96, intermediateSize: 80, heads: 12, kvHeads: 6, headDim: 8, layers: 1 } as const;

const cases = {
  'qwen2 with biases, its heads turned in the product': [{ ...smallConfigs.qwen2, ...small }, smallLimit, { qkv: 3, output: 2, gateUp: 3, down: 2 }],
  'a limit of 1 MiB': [
    { ...smallConfigs.llama, hiddenSize: 256, intermediateSize: 1536, heads: 64, kvHeads: 64, headDim: 8, layers: 1 },
    2 ** 20,
    { qkv: 2, output: 1, gateUp: 3, down: 2 },
  ],
} as const satisfies Record<string, readonly [ModelConfig, number, Readonly<Record<string, number>>]>; // prettier-ignore

describe.each(Object.entries(cases))('%s', (_, [config, maxShardBytes, pieces]) => {
  const plain = new Map(
    [...randomWeights(config)].map(([name, { shape, data }]) => [
      name,
      { shape, data: shape.length > 1 ? data.map((value) => value / 4) : data },
    ]),
  );

  it('is cut where the test means it to be', () => {
    const [layer] = layoutParameters(describeDecoder(config)).layers;
    const found = Object.entries(layer?.matrices ?? {}).map(([role, matrix]) => [
      role,
      cutMatrix(matrix, maxShardBytes / 4).length,
    ]);
    expect(Object.fromEntries(found)).toEqual(pieces);
  });

  const ways = [
    ['all weights train', plain, {}],
    ['an adapter on a bfloat16 base', bfloat16(plain), { adapter: adapterOf(config) }],
  ] as const;
  // pipelines of pieces take most of the time: the adapter's are those of one model
  it.each(maxShardBytes === smallLimit ? ways.slice(0, 1) : ways)(
    'gives the same bits: %s',
    async (__, weights, own) => {
      const whole = await policyWork(config, weights, own);
      // 16-bit pieces have twice the rows
      const limit = 'adapter' in own ? maxShardBytes / 2 : maxShardBytes;
      const split = await policyWork(config, weights, { ...own, maxShardBytes: limit });
      expect(split.result).toEqual(whole.result);
      expect(split.dispatches).toBeGreaterThan(whole.dispatches + 8);
    },
  );
});

it('a critic trains to the same bits', async () => {
  const config = { ...smallConfigs.qwen2, ...small };
  const targets = randomBatch(config).map(({ prompt, completion, oldLogp, policyWeight }) => {
    return { prompt, completion, target: oldLogp, oldValue: oldLogp, weight: policyWeight };
  });
  const work = async (options: PolicyOptions) => {
    const critic = await createCritic(gpu, config, randomWeights(config), options);
    const losses = [await critic.update(targets, 0.5, adam), await critic.update(targets, 0.5, adam)];
    const saved = bits(await critic.save());
    critic.dispose();
    return { losses, saved };
  };
  expect(await work({ maxShardBytes: smallLimit })).toEqual(await work({}));
});
