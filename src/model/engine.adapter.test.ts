/** Adapters of low rank over frozen weights of 16 bits: what they compute, what trains, and what a checkpoint holds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { relativeError } from '../lib/numeric';
import { createRng } from '../lib/rng';
import { adapterTargets, type AdapterConfig } from './adapter/adapterConfig';
import type { Adapter } from './adapter/adapterFolder';
import { initialAdapter } from './adapter/initialAdapter';
import type { ModelConfig } from './config';
import {
  adam,
  bfloat16,
  configRows,
  flatten,
  loss,
  mixedPrompts,
  randomBatch,
  randomWeights,
  request,
  tensorOf,
} from './engine.fixture';
import type { ParameterTensor } from './policy';
import { createPolicy, type PolicyModel, type PolicyOptions } from './policyModel';
import type { NamedWeights } from './weights/tensorImage';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

const lora: AdapterConfig = { rank: 3, alpha: 6, targets: adapterTargets, rankStabilised: false };

/** Weights that are bfloat16, as a hub stores them. */
const storedWeights = (config: ModelConfig) => bfloat16(randomWeights(config));

/** An adapter that has trained: B is no longer zero. */
function trainedAdapter(config: ModelConfig, lowRank = lora): Adapter {
  const fresh = initialAdapter(config, lowRank, 5);
  const tensors = [...fresh.tensors].map(([name, { shape, data }]) => {
    const rng = createRng(3, 'adapter tests', name);
    return [name, { shape, data: data.map((value) => value + 0.2 * rng.nextGaussian()) }] as const;
  });
  return { config: lowRank, tensors: new Map(tensors) };
}

/** The base with the adapter added to its weights. */
function merged(config: ModelConfig, { config: lowRank, tensors }: Adapter): Map<string, NamedWeights> {
  const scale = lowRank.alpha / lowRank.rank;
  return new Map(
    [...storedWeights(config)].map(([name, { shape, data }]) => {
      const prefix = `base_model.model.${name.replace(/\.weight$/, '')}`;
      const a = tensors.get(`${prefix}.lora_A.weight`);
      const b = tensors.get(`${prefix}.lora_B.weight`);
      if (!a || !b) return [name, { shape, data }];
      const [, columns = 0] = shape;
      const values = data.map((value, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        let sum = 0;
        for (let r = 0; r < lowRank.rank; r++)
          sum += (b.data[row * lowRank.rank + r] ?? NaN) * (a.data[r * columns + column] ?? NaN);
        return value + scale * sum;
      });
      return [name, { shape, data: values }];
    }),
  );
}

const named = (tensors: readonly ParameterTensor[]) => new Map(tensors.map((tensor) => [tensor.name, tensor]));
const bitsOf = (tensors: readonly ParameterTensor[]) => [...flatten(tensors)];

// rows of q, k and v on multiples of 4
const rows = configRows.map(([name, config]) => [name, { ...config, headDim: 4 }] as const);

describe.each(rows)('%s', (_, config) => {
  const prompts = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 1, 2]];
  const open = (options: PolicyOptions = {}): Promise<PolicyModel> =>
    createPolicy(gpu, config, storedWeights(config), { adapter: trainedAdapter(config), ...options });

  it('computes what the merged weights compute; a new adapter changes nothing', async () => {
    const policy = await open();
    const whole = await createPolicy(gpu, config, merged(config, trainedAdapter(config)));
    expect(relativeError((await policy.logits(prompts)).flatMap((row) => [...row]), (await whole.logits(prompts)).flatMap((row) => [...row]))).toBeLessThan(1e-5); // prettier-ignore
    const fresh = await open({ adapter: initialAdapter(config, lora, 1) });
    const base = await createPolicy(gpu, config, storedWeights(config));
    expect(await fresh.logits(prompts)).toEqual(await base.logits(prompts));
    for (const model of [policy, whole, fresh, base]) model.dispose();
  });

  it('has the gradient of the merged weights, carried over to its factors', async () => {
    const adapter = trainedAdapter(config);
    const policy = await open();
    const whole = await createPolicy(gpu, config, merged(config, adapter));
    const batch = randomBatch(config, { entropy: 0.02, kl: 0.05 });
    const own = named((await policy.gradients(batch, loss)).gradients);
    const full = named((await whole.gradients(batch, loss)).gradients);
    const scale = lora.alpha / lora.rank;
    expect(own.size).toBe(adapter.tensors.size);
    for (const [name, { shape, data }] of own) {
      const outer = full.get(name.replace('base_model.model.', '').replace(/\.lora_[AB]\./, '.'));
      const [out = 0, columns = 0] = outer?.shape ?? [];
      const other = adapter.tensors.get(
        name.includes('lora_A') ? name.replace('lora_A', 'lora_B') : name.replace('lora_B', 'lora_A'),
      );
      const expected = data.map((_value, i) => {
        const [row, column] = [Math.floor(i / (shape[1] ?? 1)), i % (shape[1] ?? 1)];
        let sum = 0;
        // dA = s B^T dW, dB = s dW A^T
        if (name.includes('lora_A'))
          for (let n = 0; n < out; n++)
            sum += (other?.data[n * lora.rank + row] ?? NaN) * (outer?.data[n * columns + column] ?? NaN);
        else
          for (let k = 0; k < columns; k++)
            sum += (outer?.data[row * columns + k] ?? NaN) * (other?.data[column * columns + k] ?? NaN);
        return scale * sum;
      });
      expect(relativeError(data, expected), name).toBeLessThan(2e-5);
    }
    policy.dispose();
    whole.dispose();
  });

  it('has the gradient that finite differences of the loss show', async () => {
    const policy = await open();
    const batch = randomBatch(config);
    const smooth = { ...loss, clipLow: 1e6, clipHigh: 1e6 };
    const lossOf = async () =>
      (await policy.gradients(batch, smooth)).policyLoss.flatMap((row) => [...row]).reduce((a, b) => a + b, 0);
    const { gradients } = await policy.gradients(batch, smooth);
    const norm = Math.hypot(...flatten(gradients));
    const { parameters } = await policy.save();
    const at = async (h: number) => {
      const moved = parameters.map(({ name, shape, data }) => {
        const slope = tensorOf(gradients, name);
        return [name, { shape, data: data.map((value, i) => value + (h * (slope[i] ?? NaN)) / norm) }] as const;
      });
      await policy.loadTrained(new Map(moved));
      return lossOf();
    };
    const h = 4e-3;
    const slope = ((await at(h)) - (await at(-h))) / (2 * h);
    expect(Math.abs(slope / norm - 1)).toBeLessThan(2e-3);
    policy.dispose();
  });

  it('trains nothing but its factors, and a run that is resumed goes on to the same bits', async () => {
    const policy = await open();
    const batch = randomBatch(config);
    const start = await policy.score(batch, 1, true);
    await policy.update(batch, loss, adam);
    const saved = await policy.save();
    expect(saved.parameters.map(({ name }) => name)).toEqual([...trainedAdapter(config).tensors.keys()]);
    const last = await policy.update(batch, loss, adam);
    const resumed = await open({ adapter: initialAdapter(config, lora, 9) });
    await resumed.load(saved);
    expect((await resumed.update(batch, loss, adam)).gradNorm).toBe(last.gradNorm);
    expect(bitsOf((await resumed.save()).parameters)).toEqual(bitsOf((await policy.save()).parameters));
    // with the adapter off it is the model that it was
    expect(await policy.score(batch, 1, true)).toEqual(start);
    expect(await policy.score(batch, 1)).not.toEqual(start);
    policy.dispose();
    resumed.dispose();
  });

  it('samples with the log-probabilities that its training forward computes', async () => {
    const policy = await open();
    const { sequences } = await policy.rollout(request(mixedPrompts));
    const scored = await policy.score(sequences.map(({ promptIndex, completion }) => ({ prompt: mixedPrompts[promptIndex] ?? [], completion })), 1); // prettier-ignore
    const gap = sequences.flatMap(({ logp }, i) =>
      [...logp].map((value, t) => Math.abs(value - (scored.logp[i]?.[t] ?? NaN))),
    );
    expect(Math.max(...gap)).toBeLessThan(1e-4);
    policy.dispose();
  });

  it('gives the same bits in many small buffers', async () => {
    const batch = randomBatch(config, { entropy: 0.02 });
    const work = async (maxShardBytes?: number) => {
      const policy = await open(maxShardBytes === undefined ? {} : { maxShardBytes });
      await policy.update(batch, loss, adam);
      const { gradients } = await policy.gradients(batch, loss);
      const { sequences } = await policy.rollout(request(mixedPrompts));
      const { parameters } = await policy.save();
      policy.dispose();
      return { gradients: bitsOf(gradients), parameters: bitsOf(parameters), sequences };
    };
    expect(await work(2048)).toEqual(await work());
  });
});

it('takes any targets, ranks and scales', async () => {
  const [, config] = rows[1] ?? [];
  if (!config) throw new Error('no config');
  for (const lowRank of [
    { rank: 1, alpha: 1, targets: ['v_proj'], rankStabilised: false },
    { rank: 4, alpha: 8, targets: ['gate_proj', 'down_proj'], rankStabilised: false },
    { rank: 5, alpha: 2, targets: ['q_proj', 'k_proj', 'o_proj', 'up_proj'], rankStabilised: true },
  ] as const satisfies readonly AdapterConfig[]) {
    const adapter = trainedAdapter(config, lowRank);
    const scaled = lowRank.rankStabilised
      ? { ...adapter, config: { ...lowRank, alpha: lowRank.alpha * Math.sqrt(lowRank.rank) } }
      : adapter;
    const policy = await createPolicy(gpu, config, storedWeights(config), { adapter });
    const whole = await createPolicy(gpu, config, merged(config, scaled));
    const prompts = [[1, 2, 3, 4]];
    expect(relativeError((await policy.logits(prompts))[0] ?? [], (await whole.logits(prompts))[0] ?? [])).toBeLessThan(
      1e-5,
    );
    policy.dispose();
    whole.dispose();
  }
});
