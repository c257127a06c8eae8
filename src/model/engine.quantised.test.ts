/** Adapters over weights in 8 and 4 bits: the model that the dequantised weights are, to the bits of its own sampler and checkpoints. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { relativeError } from '../lib/numeric';
import { createRng } from '../lib/rng';
import { adapterTargets } from './adapter/adapterConfig';
import type { Adapter } from './adapter/adapterFolder';
import { initialAdapter } from './adapter/initialAdapter';
import type { ModelConfig } from './config';
import { adam, bfloat16, flatten, loss, mixedPrompts, randomBatch, randomWeights, request, smallConfigs, tensorOf } from './engine.fixture'; // prettier-ignore
import { createPolicy, type PolicyModel, type PolicyOptions } from './policyModel';
import { dequantise, quantisedImage, quantiseRows } from './weights/quantise';
import type { NamedWeights } from './weights/tensorImage';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

/** Widths that are no multiples of a group, nor of 8; gate and up padded. */
const odd = { hiddenSize: 44, intermediateSize: 70, heads: 3, kvHeads: 1, headDim: 4, layers: 1 } as const;
const configs = {
  'llama, tied': { ...smallConfigs.llama, ...odd },
  'qwen3, untied': { ...smallConfigs.qwen3, ...odd },
} as const satisfies Record<string, ModelConfig>;

const settings = { rank: 3, alpha: 6, targets: adapterTargets, rankStabilised: false };

function trainedAdapter(config: ModelConfig): Adapter {
  const tensors = [...initialAdapter(config, settings, 5).tensors].map(([name, { shape, data }]) => {
    const rng = createRng(3, 'quantised', name);
    return [name, { shape, data: data.map((value) => value + 0.1 * rng.nextGaussian()) }] as const;
  });
  return { config: settings, tensors: new Map(tensors) };
}

/** As a 16-bit checkpoint has them, small enough that softmax is not saturated. */
const storedWeights = (config: ModelConfig): Map<string, NamedWeights> =>
  bfloat16(
    new Map(
      [...randomWeights(config)].map(([name, { shape, data }]) => [
        name,
        { shape, data: shape.length > 1 ? data.map((value) => value / 2) : data },
      ]),
    ),
  );

const isTable = (name: string) => name.includes('embed_tokens') || name.startsWith('lm_head');

/** The values that the quantised matrices mean, in float32. */
function dequantised(weights: ReadonlyMap<string, NamedWeights>, base: 'q8' | 'q4'): Map<string, NamedWeights> {
  return new Map(
    [...weights].map(([name, { shape, data }]) => {
      const [rows = 0, width = 0] = shape;
      if (shape.length === 1) return [name, { shape, data }];
      const image = quantisedImage(base === 'q4' && !isTable(name) ? 'q4' : 'q8', rows, width);
      quantiseRows(data, width, image, 0);
      return [name, { shape, data: dequantise(image) }];
    }),
  );
}

const bitsOf = (tensors: Parameters<typeof flatten>[0]) => [...flatten(tensors)];

describe.each(Object.entries(configs))('%s', (_, config) => {
  const batch = randomBatch(config, { entropy: 0.02, kl: 0.05 });
  const open = (base: 'q8' | 'q4', options: PolicyOptions = {}): Promise<PolicyModel> =>
    createPolicy(gpu, config, storedWeights(config), { adapter: trainedAdapter(config), base, ...options });

  it.each(['q8', 'q4'] as const)(
    '%s computes what its dequantised weights compute, and their gradients',
    async (base) => {
      const own = await open(base);
      const wide = await createPolicy(gpu, config, dequantised(storedWeights(config), base), {
        adapter: trainedAdapter(config),
      });
      const logits = async (policy: PolicyModel) => (await policy.logits([[1, 2, 3], [4]])).flatMap((row) => [...row]);
      expect(relativeError(await logits(own), await logits(wide))).toBeLessThan(1e-5);
      const { gradients } = await own.gradients(batch, loss);
      const expected = (await wide.gradients(batch, loss)).gradients;
      for (const { name, data } of gradients)
        expect(relativeError(data, tensorOf(expected, name)), name).toBeLessThan(1e-5);
      own.dispose();
      wide.dispose();
    },
  );

  it.each(['q8', 'q4'] as const)('%s samples with the log-probabilities of its training forward', async (base) => {
    const policy = await open(base);
    const { sequences } = await policy.rollout(request(mixedPrompts));
    const inputs = sequences.map(({ promptIndex, completion }) => ({ prompt: mixedPrompts[promptIndex] ?? [], completion })); // prettier-ignore
    const { logp } = await policy.score(inputs, 1);
    expect(sequences.map((own) => [...own.logp])).toEqual(logp.map((row) => [...row]));
    policy.dispose();
  });
});

describe.each(['q8', 'q4'] as const)('%s', (base) => {
  const config = configs['qwen3, untied'];
  const batch = randomBatch(config, { kl: 0.05 });
  const open = (options: PolicyOptions = {}): Promise<PolicyModel> =>
    createPolicy(gpu, config, storedWeights(config), { adapter: trainedAdapter(config), base, ...options });

  it('a run that is resumed goes on to the same bits, and with the adapter off the base is what it was', async () => {
    const policy = await open();
    const start = await policy.score(batch, 1, true);
    await policy.update(batch, loss, adam);
    const saved = await policy.save();
    const last = await policy.update(batch, loss, adam);
    const resumed = await open({ adapter: initialAdapter(config, settings, 9) });
    await resumed.load(saved);
    expect((await resumed.update(batch, loss, adam)).gradNorm).toBe(last.gradNorm);
    expect(bitsOf((await resumed.save()).parameters)).toEqual(bitsOf((await policy.save()).parameters));
    expect(await policy.score(batch, 1, true)).toEqual(start);
    policy.dispose();
    resumed.dispose();
  });

  it('gives the same bits where its matrices lie in pieces', async () => {
    const work = async (options: PolicyOptions) => {
      const policy = await open(options);
      const { gradients } = await policy.gradients(batch, loss);
      const { sequences } = await policy.rollout(request(mixedPrompts, { groupSize: 1, maxNewTokens: 3 }));
      policy.dispose();
      return {
        gradients: bitsOf(gradients),
        samples: sequences.map(({ completion, logp }) => [completion, [...logp]]),
      };
    };
    // 64 rows of gate and up, a word of scales behind the 72 or 44 values of each
    expect(await work({ maxShardBytes: 64 * 80 })).toEqual(await work({}));
  });
});

it('takes the memory that it says: 8.5 bits a weight, or 4.5', async () => {
  const config: ModelConfig = { ...smallConfigs.llama, hiddenSize: 64, intermediateSize: 128, heads: 16, headDim: 4, kvHeads: 16 };
  const adapter = initialAdapter(config, settings, 1);
  const bytes = async (base: NonNullable<PolicyOptions['base']>) => {
    const policy = await createPolicy(gpu, config, storedWeights(config), { adapter, base });
    const { weights = NaN } = policy.memory();
    policy.dispose();
    return weights;
  };
  const [table, inLayers, vectors] = [12 * 64, 2 * (4 * 64 * 64 + 3 * 128 * 64), 4 * 5 * 64];
  // each matrix begins on a multiple of 256 bytes
  for (const [base, tableBits, bits] of [['stored', 16, 16], ['q8', 8.5, 8.5], ['q4', 8.5, 4.5]] as const)
    expect(Math.abs((await bytes(base)) - (table * tableBits + inLayers * bits) / 8 - vectors)).toBeLessThan(256 * 9);
}); // prettier-ignore
