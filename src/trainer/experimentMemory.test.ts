import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import type { ModelConfig } from '../model/config';
import { experimentMemory, type Room } from './experimentMemory';

/** Qwen2.5-0.5B's config.json. */
const config: ModelConfig = {
  architecture: 'qwen2',
  hiddenSize: 896,
  layers: 24,
  heads: 14,
  kvHeads: 2,
  headDim: 64,
  intermediateSize: 4864,
  vocabularySize: 151_936,
  rmsNormEps: 1e-6,
  ropeTheta: 1e6,
  tiedEmbeddings: true,
  qkvBias: true,
  qkNorm: false,
  maxPositions: 32_768,
  bosTokenId: null,
  eosTokenIds: [151_645],
  padTokenId: null,
};
const head = { config, sixteenBit: true };
const GiB = 2 ** 30;

function room(memoryBytes: number | null, largestBuffer = 2 * GiB): Room {
  const adapter = { vendor: '', architecture: '', device: '', description: '', software: false };
  const limits = { maxBufferSize: largestBuffer, maxStorageBufferBindingSize: largestBuffer };
  return { gpu: { adapter, limits, products: {} }, memoryBytes };
}

const all = { ...defaultExperiment, adapter: { ...defaultExperiment.adapter, rank: 0 } };
const lora = { ...all, adapter: { ...all.adapter, rank: 16 } };

describe('the memory of an experiment on a model', () => {
  it('counts what trains: all weights take many times what an adapter does', () => {
    const whole = experimentMemory(head, all, room(null));
    const small = experimentMemory(head, lora, room(null));
    expect(whole.parameters).toBe(494_032_768);
    expect(small.roles['weights']).toBeLessThan(1.01 * GiB);
    expect(whole.totalBytes).toBeGreaterThan(494_032_768 * 16);
    expect(small.totalBytes).toBeLessThan(whole.totalBytes / 2);
  });

  it('refuses nothing where nobody knows the memory', () => {
    expect(experimentMemory(head, all, room(null))).toMatchObject({ refusal: null, smaller: null });
  });

  it('refuses with numbers and names the next smaller setting that fits', () => {
    const { refusal, smaller } = experimentMemory(head, all, room(4 * GiB));
    expect(refusal).toMatch(/^it takes [\d.]+ GiB, and 4\.0 GiB are there for it$/);
    expect(smaller?.name).toMatch(/^an adapter of rank 16/);
    expect(smaller?.totalBytes).toBeLessThan(4 * GiB);
    expect(smaller?.totalBytes).toBeLessThan(experimentMemory(head, all, room(null)).totalBytes);
  });

  it('tries 8 bits, then 4, before it makes answers shorter', () => {
    const long = { ...lora, sampling: { ...lora.sampling, maxNewTokens: 1024 } };
    const inBits = (base: 'q8' | 'q4') => {
      const fewer = { ...long, adapter: { ...long.adapter, base } };
      return experimentMemory(head, fewer, room(null)).totalBytes;
    };
    for (const [base, bits] of [
      ['q8', 8],
      ['q4', 4],
    ] as const)
      expect(experimentMemory(head, long, room(inBits(base))).smaller).toEqual({
        name: `weights in ${bits} bits`,
        totalBytes: inBits(base),
      });
  });

  it('makes answers shorter where fewer bits do not help', () => {
    const coarse = { ...lora, adapter: { ...lora.adapter, base: 'q4' as const } };
    const long = { ...coarse, sampling: { ...coarse.sampling, maxNewTokens: 1024 } };
    const [most, least] = [long, { ...long, sampling: { ...long.sampling, maxNewTokens: 256 } }].map(
      (settings) => experimentMemory(head, settings, room(null)).totalBytes,
    );
    expect(least).toBeLessThan(most ?? 0);
    expect(experimentMemory(head, long, room(least ?? 0)).smaller).toEqual({
      name: 'answers of 256 tokens',
      totalBytes: least,
    });
  });

  it('says where one buffer is too large for the device, which no smaller setting mends', () => {
    const { refusal, smaller } = experimentMemory(head, lora, room(null, 2 ** 20));
    expect(refusal).toMatch(/one buffer of .* and this device allows 1\.0 MiB/);
    expect(smaller).toBeNull();
  });
});
