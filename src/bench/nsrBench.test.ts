import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { at } from '../lib/invariant';
import { referenceLoss, referenceRollout, referenceTraining } from './decoder.fixture';
import { engineVersion, type NsrBench } from './nsrBench';
import { adamw, constants, PeerFiles } from './peer.fixture';

let nsrBench: NsrBench;
beforeAll(async () => {
  // as a driver does it
  await import('./node');
  const scope: { nsrBench?: NsrBench } = globalThis as object;
  if (!scope.nsrBench) throw new Error('importing the module must set globalThis.nsrBench');
  nsrBench = scope.nsrBench;
});

const setup = {
  peer: 'nsr',
  version: engineVersion,
  adapter: expect.any(String) as string,
  setup_ms: expect.any(Number) as number,
};

/** prepare, two rounds, verify after each, dispose. */
async function drive(part: string, spec: object) {
  const id = `test ${part}`;
  const call = (phase: string) => nsrBench(part, { ...spec, phase, id, reps: 3 });
  const prepared = await call('prepare');
  const rounds = [await call('round'), await call('round')];
  const verified = await call('verify');
  expect(await call('dispose')).toEqual({});
  await expect(call('round')).rejects.toThrow(/prepare it first/);
  return { prepared, rounds, verified };
}

function closeTo(values: unknown, expected: readonly number[], tolerance: number): void {
  expect(values).toHaveLength(expected.length);
  (values as number[]).forEach((value, i) => expect(Math.abs(value - at(expected, i))).toBeLessThan(tolerance));
}

it('tells the version of package.json', () => {
  expect(engineVersion).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
});

describe('gemm', () => {
  it.each([
    [64, 32, 64],
    [70, 33, 18],
  ])('%i x %i x %i, also after rounds', async (M, K, N) => {
    const files = new PeerFiles();
    const a = files.floats('a', M * K);
    const b = files.floats('b', K * N);
    const r = files.floats('r', N);
    const spec = { M, K, N, files: { a: a.file, b: b.file, r: r.file } };
    const { prepared, rounds, verified } = await drive('gemm', spec);
    const projected = Array.from({ length: K }, (_, k) =>
      r.values.reduce((sum, value, n) => sum + value * at(b.values, k * N + n), 0),
    );
    const expected = Array.from({ length: M }, (_, m) =>
      projected.reduce((sum, value, k) => sum + value * at(a.values, m * K + k), 0),
    );
    expect(prepared).toMatchObject(setup);
    closeTo(prepared.row_dots, expected, 1e-3);
    closeTo(verified.row_dots, expected, 1e-3);
    for (const round of rounds) {
      expect(round.counts).toMatchObject({ dispatches: 3, bindGroups: 0, buffers: 0 });
      expect(round.ms).toBeGreaterThan(0);
    }
  });
});

describe('train', () => {
  const sizes = { d: 8, layers: 1, heads: 2, ff: 12, vocab: 8, T: 5, batch: 3 };

  it('has the losses of a float64 reference, before and after rounds, and creates nothing in a round', async () => {
    const files = new PeerFiles();
    const { config, weights, files: model } = files.model(sizes);
    const batches = 2;
    const tokens = files.tokens('tokens', batches * sizes.batch, sizes.T + 1, sizes.vocab);
    const spec = {
      config: { name: 'tiny', ...sizes },
      model: constants,
      adamw,
      batches,
      check_steps: 4,
      files: { ...model, tokens: tokens.file },
    };
    const { prepared, rounds, verified } = await drive('train', spec);
    const groups = [tokens.rows.slice(0, sizes.batch), tokens.rows.slice(sizes.batch)];
    const expected = referenceTraining(config, weights, groups, adamw, 10);
    expect(prepared).toMatchObject(setup);
    closeTo(prepared.losses, expected.slice(0, 4), 2e-4);
    // the first step takes batch 0, which another batch in its place would show
    expect(at(prepared.losses as number[], 0)).toBeCloseTo(referenceLoss(config, weights, at(groups, 0)), 3);
    expect(Math.abs(referenceLoss(config, weights, at(groups, 1)) - at(expected, 0))).toBeGreaterThan(1e-2);
    expect(at(expected, 9)).toBeLessThan(at(expected, 0) - 0.05);
    expect(verified.step).toBe(10);
    closeTo([verified.loss], expected.slice(9), 2e-3);
    expect(at(rounds, 1).counts).toMatchObject({ submits: 3, bindGroups: 0, buffers: 0 });
  });
});

describe('rollout', () => {
  const sizes = { d: 16, layers: 2, heads: 2, ff: 24, vocab: 11, T: 16, batch: 1 };

  it('takes the tokens of a float64 reference under the given noise, every time', async () => {
    const files = new PeerFiles();
    const { config, weights, files: model } = files.model(sizes);
    const [n, prompt, newTokens] = [9, 4, 7];
    const prompts = files.tokens('prompts', n, prompt, sizes.vocab);
    const noise = files.floats('noise', n * newTokens * sizes.vocab);
    const spec = {
      config: { name: 'tiny', ...sizes },
      model: constants,
      n,
      prompt,
      new_tokens: newTokens,
      files: { ...model, prompts: prompts.file, noise: noise.file },
    };
    const { prepared, rounds, verified } = await drive('rollout', spec);
    const span = newTokens * sizes.vocab;
    const expected = prompts.rows.flatMap((row, i) =>
      referenceRollout(config, weights, row, noise.values.subarray(i * span, (i + 1) * span), newTokens),
    );
    expect(prepared).toMatchObject({ ...setup, tokens: expected });
    expect(verified.tokens).toEqual(expected);
    expect(at(rounds, 1).counts).toMatchObject({ bindGroups: 0, buffers: 0 });
  });
});

describe('bad requests', () => {
  it.each([
    ['softmax', { phase: 'prepare', id: 1 }, /part: "softmax".*gemm, train, rollout/],
    ['gemm', { phase: 'begin', id: 1 }, /spec.phase: "begin"/],
    ['gemm', { phase: 'prepare', id: 1, M: 0, K: 4, N: 4, files: { a: '', b: '', r: '' } }, /spec.M: 0/],
    ['gemm', { phase: 'prepare', id: 1, M: 4, K: 4, N: 4, files: { a: 'x' } }, /spec.files.b/],
    ['train', { phase: 'round', id: 'nobody', reps: 1 }, /prepare it first/],
  ])('%s %j rejects', async (part, spec, message) => {
    await expect(nsrBench(part, spec)).rejects.toThrow(message);
  });
});
