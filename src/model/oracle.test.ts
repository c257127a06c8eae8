/** The engine against an independent float64 implementation: 17 mini-batches and 3 checkpoints of fixtures/oracle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchAdvantages } from '../algorithms/batchAdvantages';
import { oracleCases } from '../algorithms/oracle.fixture';
import { tokenWeights } from '../algorithms/tokenWeights';
import { penaltyWeights } from '../confidence/penaltyWeights';
import { openDevice, type Gpu } from '../gpu/device';
import { gpuVariant, softwareVariant } from '../kernels/variant';
import { relativeError } from '../lib/numeric';
import { mean } from '../lib/stats';
import { evaluateSchedule } from '../schedules/registry';
import { readModelFolder, type ModelSource } from './folder';
import type { OptimizerOptions, WeightedSequence } from './policy';
import { createPolicy } from './policyModel';
import { readSafetensorsHeader, readTensor } from './safetensors';

const root = join(import.meta.dirname, '../../fixtures/oracle');

function folder(name: string): ModelSource {
  const file = (path: string) => join(root, name, path);
  return {
    name,
    exists: (path) => Promise.resolve(readdirSync(join(root, name)).includes(path)),
    readText: (path) => Promise.resolve(readFileSync(file(path), 'utf8')),
    readBytes: (path) => Promise.resolve(new Uint8Array(readFileSync(file(path)))),
  };
}

function tensors(name: string): (tensor: string) => Float32Array {
  const path = join(root, name, 'expected.safetensors');
  const bytes = new Uint8Array(readFileSync(path));
  const header = readSafetensorsHeader(bytes, path);
  return (tensor) => readTensor(bytes, header, tensor, path);
}

interface Batch {
  readonly sequences: readonly { readonly prompt: number[]; readonly completion: number[] }[];
  readonly temperature: number;
  readonly optimizer?: { lr: number; betas: [number, number]; eps: number; weightDecay: number; maxGradNorm: number };
}

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

function weighted(oracle: ReturnType<typeof oracleCases>[number], batch: Batch): WeightedSequence[] {
  const { objective, samples, step, totalSteps } = oracle;
  const at = { step, totalSteps, accuracy: mean(samples.map(({ reward }) => reward)) };
  const { advantage } = batchAdvantages(objective, {
    samples,
    positiveWeight: evaluateSchedule(objective.positiveWeight, at),
    negativeWeight: evaluateSchedule(objective.negativeWeight, at),
    tokenWeight: penaltyWeights(samples, objective.confidence).tokenWeight,
    maxNewTokens: 12,
  });
  const entropyCoef = evaluateSchedule(objective.entropyCoef, at);
  const klCoef = evaluateSchedule(objective.klCoef, at);
  const weights = tokenWeights(advantage, { ...objective, maxLength: objective.maxLength ?? 12, entropyCoef, klCoef });
  return batch.sequences.map(({ prompt, completion }, i) => {
    const sample = samples[i];
    const own = weights[i];
    const advantages = advantage[i];
    if (!sample || !own || !advantages) throw new Error('the fixture is incomplete');
    const refLogp = Float32Array.from(sample.refLogp ?? []);
    return { prompt, completion, oldLogp: Float32Array.from(sample.oldLogp), refLogp, advantage: advantages, ...own };
  });
}

describe.each([
  ['software kernels', { variant: softwareVariant }],
  ['GPU kernels', { variant: gpuVariant }],
  ['small micro-batches', { variant: softwareVariant, maxRows: 64 }],
] as const)('%s', (_, options) => {
  it.each(oracleCases().map((oracle) => [oracle.name, oracle] as const))('%s', async (name, oracle) => {
    const batch = JSON.parse(readFileSync(join(root, name, 'batch.json'), 'utf8')) as Batch;
    const { config, tensors: weights } = await readModelFolder(folder(name));
    const policy = await createPolicy(gpu, config, weights, options);
    const expected = tensors(name);
    const { objective } = oracle;
    const loss = { ...objective, temperature: batch.temperature };
    const result = await policy.gradients(weighted(oracle, batch), loss);
    for (const gradient of result.gradients) {
      expect(
        relativeError(gradient.data, expected(`grad.${gradient.name}`)),
        `gradient of ${gradient.name}`,
      ).toBeLessThan(1e-4);
    }
    expect(relativeError([result.gradNorm], expected('grad_norm'))).toBeLessThan(1e-4);
    policy.dispose();
  });

  it.each(readdirSync(join(root, 'forward')))('forward of %s', async (name) => {
    const { config, tensors: weights } = await readModelFolder(folder(`forward/${name}`));
    const { tokens } = JSON.parse(readFileSync(join(root, 'forward', name, 'tokens.json'), 'utf8')) as {
      tokens: number[][];
    };
    const policy = await createPolicy(gpu, config, weights, options);
    const logits = await policy.logits(tokens);
    const longest = Math.max(...tokens.map((row) => row.length)) * config.vocabularySize;
    const padded = new Float32Array(tokens.length * longest);
    logits.forEach((row, i) => {
      padded.set(row, i * longest);
    });
    expect(relativeError(padded, tensors(`forward/${name}`)('logits'))).toBeLessThan(1e-5);
    policy.dispose();
  });
});

describe('log-probabilities and one AdamW step', () => {
  it.each(oracleCases().map((oracle) => [oracle.name, oracle] as const))('%s', async (name, oracle) => {
    const batch = JSON.parse(readFileSync(join(root, name, 'batch.json'), 'utf8')) as Batch;
    const { config, tensors: weights } = await readModelFolder(folder(name));
    const policy = await createPolicy(gpu, config, weights);
    const expected = tensors(name);
    const longest = Math.max(...batch.sequences.map(({ completion }) => completion.length));
    const padded = (rows: readonly Float32Array[]) => {
      const out = new Float32Array(rows.length * longest);
      rows.forEach((row, i) => {
        out.set(row, i * longest);
      });
      return out;
    };
    const scores = await policy.score(batch.sequences, batch.temperature);
    expect(relativeError(padded(scores.logp), expected('logp'))).toBeLessThan(1e-5);
    expect(relativeError(padded(scores.entropy), expected('entropy'))).toBeLessThan(1e-5);
    if (batch.optimizer) {
      const { lr, betas, eps, weightDecay, maxGradNorm } = batch.optimizer;
      const optimizer: OptimizerOptions = {
        learningRate: lr,
        beta1: betas[0],
        beta2: betas[1],
        eps,
        weightDecay,
        maxGradNorm,
      };
      const updated = await policy.update(
        weighted(oracle, batch),
        { ...oracle.objective, temperature: batch.temperature },
        optimizer,
      );
      expect(relativeError([updated.gradNorm], expected('grad_norm'))).toBeLessThan(1e-4);
      const after = await policy.save();
      for (const { name: parameter, data } of after.parameters) {
        const before = weights.get(parameter)?.data ?? new Float32Array();
        const want = expected(`updated.${parameter}`);
        const step = data.map((value, i) => value - (before[i] ?? 0));
        expect(
          relativeError(
            step,
            want.map((value, i) => value - (before[i] ?? 0)),
          ),
          `step of ${parameter}`,
        ).toBeLessThan(2e-2);
      }
    }
    policy.dispose();
  });
});
