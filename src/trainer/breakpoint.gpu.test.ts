/** A pause of a model that takes many seconds for its step, on a real device. */
import { expect, it } from 'vitest';
import { openDevice } from '../gpu/device';
import { monotonicClock } from '../lib/clock';
import { adam, loss, penalised, request, smallConfigs } from '../model/engine.fixture';
import { elementCount, expectedParameters } from '../model/parameters';
import { createPolicy } from '../model/policyModel';
import { AbandonedError, createBreakpoint } from './breakpoint';

const config = {
  ...smallConfigs.llama, hiddenSize: 512, layers: 2, heads: 8, kvHeads: 4, headDim: 32, intermediateSize: 1024, vocabularySize: 20_000,
  eosTokenIds: [],
}; // prettier-ignore

/** Small weights without a pattern, sixteen million of them in no time (Knuth's multiplicative hash). */
const weights = new Map(
  expectedParameters(config).map(({ name, shape }) => {
    const spread = (_: unknown, i: number) => 0.1 * ((Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32 - 0.5);
    const data = Float32Array.from(new Float32Array(elementCount(shape)), spread);
    return [name, { shape, data: name.endsWith('norm.weight') ? data.fill(1) : data }];
  }),
);

it('ends a rollout and an update within a few submits, each of at most about a second', async () => {
  const gpu = await openDevice();
  const policy = await createPolicy(gpu, config, weights);
  const prompt = [1, 2, 3, 4];
  const asked = request([prompt], { groupSize: 64, maxNewTokens: 48 });
  /** Submits that a work makes after a pause was asked for, `after` milliseconds from its first submit on. */
  const submitsAfterPause = async (work: (breakpoint: () => void) => Promise<unknown>): Promise<number> => {
    const control = new AbortController();
    const breakpoint = createBreakpoint(monotonicClock, control.signal);
    let before = 0;
    const ended = work(() => {
      if (!control.signal.aborted) {
        before = gpu.counts.submits;
        control.abort();
      }
      breakpoint();
    });
    await expect(ended).rejects.toThrow(AbandonedError);
    return gpu.counts.submits - before;
  };
  // submits within the moment that a step may take to its end, of a tenth of a second at least once their speed is known
  expect(await submitsAfterPause((breakpoint) => policy.rollout(asked, breakpoint))).toBeLessThan(8);
  const { sequences } = await policy.rollout({ ...asked, groupSize: 16, maxNewTokens: 6 });
  const batch = sequences.map((sequence) => penalised(prompt, sequence, 0.01));
  expect(await submitsAfterPause((breakpoint) => policy.update(batch, loss, adam, breakpoint))).toBeLessThan(8);
  policy.dispose();
  gpu.destroy();
});
