/** What an optimiser step may depend on, and what it must leave alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { at } from '../lib/invariant';
import { relativeError, sum } from '../lib/numeric';
import {
  adam,
  flatten,
  loss,
  mixedPrompts,
  randomBatch,
  randomWeights,
  request,
  smallConfigs,
  tensorOf,
} from './engine.fixture';
import type { PolicyCheckpoint } from './policy';
import { createPolicy, type PolicyModel, type PolicyOptions } from './policyModel';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

const config = smallConfigs.qwen3;
const batch = randomBatch(config, { entropy: 0.02, kl: 0.05 });
async function withPolicy(
  work: (policy: PolicyModel) => Promise<void>,
  options: PolicyOptions = {},
  weights = randomWeights(config),
): Promise<void> {
  const policy = await createPolicy(gpu, config, weights, options);
  await work(policy);
  policy.dispose();
}
const state = (saved: PolicyCheckpoint) => [
  saved.optimizerStep,
  ...[saved.parameters, saved.firstMoments, saved.secondMoments].map((t) => [...flatten(t)]),
];

describe('invariant 12, on the engine: the gradient does not depend on', () => {
  let whole: Float32Array;
  beforeAll(async () => {
    await withPolicy(async (policy) => {
      whole = flatten((await policy.gradients(batch, loss)).gradients);
    });
  });

  it('the split into micro-batches', async () => {
    await withPolicy(
      async (policy) => {
        const many = [...batch, ...batch, ...batch, ...batch, ...batch, ...batch];
        const result = await policy.gradients(many, loss);
        expect(
          relativeError(
            flatten(result.gradients),
            whole.map((value) => 6 * value),
          ),
        ).toBeLessThan(1e-5);
        expect(policy.packedPlan()?.capacity.rows).toBe(64);
        expect(sum(many.map(({ completion }) => completion.length))).toBeGreaterThan(64);
      },
      { maxRows: 64 },
    );
  });

  it('the order of the sequences', async () => {
    await withPolicy(async (policy) => {
      const order = [3, 0, 5, 1, 4, 2].map((i) => at(batch, i));
      expect(relativeError(flatten((await policy.gradients(order, loss)).gradients), whole)).toBeLessThan(1e-5);
    });
  });

  it('whether prompts are shared: the sum over batches of one is the whole', async () => {
    await withPolicy(async (policy) => {
      const total = new Float64Array(whole.length);
      for (const sequence of batch) {
        flatten((await policy.gradients([sequence], loss)).gradients).forEach((value, i) => {
          total[i] = at(total, i) + value;
        });
      }
      expect(relativeError(total, whole)).toBeLessThan(1e-5);
    });
  });
});

it('invariant 13, on the engine: rows of the logits gradient sum to zero: so do the columns of the head gradient', async () => {
  await withPolicy(async (policy) => {
    const { gradients } = await policy.gradients(batch, loss);
    const head = tensorOf(gradients, 'lm_head.weight');
    const d = config.hiddenSize;
    for (let column = 0; column < d; column++) {
      const values = Array.from({ length: config.vocabularySize }, (_, v) => at(head, v * d + column));
      expect(Math.abs(sum(values))).toBeLessThan(1e-5 * sum(values.map(Math.abs)));
    }
  });
});

it('invariant 13, on the engine: a uniform distribution has entropy ln V at every temperature', async () => {
  const weights = randomWeights(config);
  const head = at(
    [...weights].filter(([name]) => name === 'lm_head.weight'),
    0,
  )[1];
  weights.set('lm_head.weight', { shape: head.shape, data: new Float32Array(head.data.length) });
  await withPolicy(
    async (policy) => {
      for (const temperature of [0.5, 2]) {
        const { logp, entropy } = await policy.score(batch, temperature);
        for (const values of entropy)
          for (const value of values) expect(value).toBeCloseTo(Math.log(config.vocabularySize), 6);
        for (const values of logp)
          for (const value of values) expect(value).toBeCloseTo(-Math.log(config.vocabularySize), 6);
      }
    },
    {},
    weights,
  );
});

it('the same start and batches give the same bits', async () => {
  const run = async (): Promise<unknown> => {
    let end: unknown;
    await withPolicy(async (policy) => {
      for (let step = 0; step < 3; step++) await policy.update(randomBatch(config, { seed: step }), loss, adam);
      end = state(await policy.save());
    });
    return end;
  };
  expect(await run()).toEqual(await run());
});

it('a run that was saved and loaded goes on with the same bits, moments and step included', async () => {
  let saved: PolicyCheckpoint | null = null;
  let end: unknown;
  await withPolicy(async (policy) => {
    await policy.update(batch, loss, adam);
    await policy.update(randomBatch(config, { seed: 2 }), loss, adam);
    saved = await policy.save();
    expect(saved.optimizerStep).toBe(2);
    await policy.update(randomBatch(config, { seed: 3 }), loss, adam);
    end = [state(await policy.save()), await policy.rollout(request(mixedPrompts))];
  });
  await withPolicy(
    async (policy) => {
      if (!saved) throw new Error('not saved');
      await policy.load(saved);
      await policy.update(randomBatch(config, { seed: 3 }), loss, adam);
      expect([state(await policy.save()), await policy.rollout(request(mixedPrompts))]).toEqual(end);
    },
    {},
    randomWeights(config, 9),
  );
});

describe('a step that is not finite is skipped and changes nothing:', () => {
  it('an infinite advantage', async () => {
    await withPolicy(async (policy) => {
      await policy.update(batch, loss, adam);
      const before = state(await policy.save());
      const first = at(batch, 0);
      const broken = [{ ...first, advantage: first.advantage.map(() => Infinity) }, ...batch.slice(1)];
      expect((await policy.update(broken, loss, adam)).skipped).toBe(true);
      expect(state(await policy.save())).toEqual(before);
      expect((await policy.update(batch, loss, adam)).skipped).toBe(false);
    });
  });

  it('a weight that is not a number', async () => {
    const weights = randomWeights(config);
    const gain = at(
      [...weights].filter(([name]) => name === 'model.layers.0.mlp.up_proj.weight'),
      0,
    )[1];
    gain.data[3] = NaN;
    await withPolicy(
      async (policy) => {
        const before = state(await policy.save());
        expect((await policy.update(batch, loss, adam)).skipped).toBe(true);
        expect(state(await policy.save())).toEqual(before);
      },
      {},
      weights,
    );
  });
});

it('a batch without any weight takes no step', async () => {
  await withPolicy(async (policy) => {
    const before = state(await policy.save());
    const none = batch.map((sequence) => {
      const zeros = new Float32Array(sequence.completion.length);
      return { ...sequence, policyWeight: zeros, entropyWeight: zeros, klWeight: zeros };
    });
    const result = await policy.update(none, loss, adam);
    expect(result).toMatchObject({ gradNorm: 0, skipped: false });
    expect(state(await policy.save())).toEqual(before);
  });
});

it('two policies on one device do not disturb each other', async () => {
  const alone = async (seed: number) => {
    let end: unknown;
    await withPolicy(
      async (policy) => {
        await policy.update(batch, loss, adam);
        end = [state(await policy.save()), await policy.rollout(request(mixedPrompts))];
      },
      {},
      randomWeights(config, seed),
    );
    return end;
  };
  const expected = [await alone(1), await alone(2)];
  const policies = [
    await createPolicy(gpu, config, randomWeights(config, 1)),
    await createPolicy(gpu, config, randomWeights(config, 2)),
  ];
  await Promise.all(policies.map((policy) => policy.update(batch, loss, adam)));
  const rollouts = await Promise.all(policies.map((policy) => policy.rollout(request(mixedPrompts))));
  const saved = await Promise.all(policies.map(async (policy) => state(await policy.save())));
  expect(policies.map((_, i) => [saved[i], rollouts[i]])).toEqual(expected);
  for (const policy of policies) policy.dispose();
});
