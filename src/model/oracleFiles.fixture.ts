/** Reads fixtures/oracle for the engine: model folders, expected tensors, and the mini-batch with its loss weights. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchAdvantages } from '../objective/batchAdvantages';
import { oracleCases } from '../objective/oracle.fixture';
import { tokenWeights } from '../objective/tokenWeights';
import { penaltyWeights } from '../objective/penaltyWeights';
import { mean } from '../lib/stats';
import { evaluateSchedule } from '../schedules/parts/registry';
import type { ModelSource } from './folder';
import type { OptimizerOptions } from './policy';
import type { WeightedSequence } from '../records/weighted';
import { readSafetensorsHeader, readTensor } from './safetensors';

const root = join(import.meta.dirname, '../../fixtures/oracle');

type Oracle = ReturnType<typeof oracleCases>[number];

interface BatchFile {
  readonly sequences: readonly { readonly prompt: number[]; readonly completion: number[] }[];
  readonly temperature: number;
  readonly optimizer: { lr: number; betas: [number, number]; eps: number; weightDecay: number; maxGradNorm: number };
}

export function oracleFolder(name: string): ModelSource {
  const file = (path: string) => join(root, name, path);
  return {
    name,
    exists: (path) => Promise.resolve(readdirSync(join(root, name)).includes(path)),
    readText: (path) => Promise.resolve(readFileSync(file(path), 'utf8')),
    readBytes: (path) => Promise.resolve(new Uint8Array(readFileSync(file(path)))),
  };
}

/** The tensors that a case expects; `has` tells which there are. */
export function expectedTensors(name: string): { has(tensor: string): boolean; read(tensor: string): Float32Array } {
  const path = join(root, name, 'expected.safetensors');
  const bytes = new Uint8Array(readFileSync(path));
  const header = readSafetensorsHeader(bytes, path);
  return { has: (tensor) => header.tensors.has(tensor), read: (tensor) => readTensor(bytes, header, tensor, path) };
}

export const forwardNames: readonly string[] = readdirSync(join(root, 'forward'));

export function forwardTokens(name: string): number[][] {
  const text = readFileSync(join(root, 'forward', name, 'tokens.json'), 'utf8');
  return (JSON.parse(text) as { tokens: number[][] }).tokens;
}

/** [name, case] rows for `it.each`; with `perArchitecture` the first case of each architecture only. */
export function oracleRows(perArchitecture = false): (readonly [string, Oracle])[] {
  const seen = new Set<string>();
  return oracleCases().flatMap((oracle) => {
    const architecture = oracle.name.split('-').at(-1) ?? '';
    if (perArchitecture && seen.has(architecture)) return [];
    seen.add(architecture);
    return [[oracle.name, oracle] as const];
  });
}

export function oracleBatch(oracle: Oracle): BatchFile & { weighted: WeightedSequence[]; adam: OptimizerOptions } {
  const batch = JSON.parse(readFileSync(join(root, oracle.name, 'batch.json'), 'utf8')) as BatchFile;
  const { lr, betas, eps, weightDecay, maxGradNorm } = batch.optimizer;
  const adam = { learningRate: lr, beta1: betas[0], beta2: betas[1], eps, weightDecay, maxGradNorm };
  return { ...batch, adam, weighted: weigh(oracle, batch) };
}

function weigh({ objective, samples, step, totalSteps }: Oracle, batch: BatchFile): WeightedSequence[] {
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

/** Rows laid side by side at the length of the longest, zeros behind, as the expected tensors are. */
export function padRows(rows: readonly Float32Array[]): Float32Array {
  const longest = Math.max(...rows.map((row) => row.length));
  const out = new Float32Array(rows.length * longest);
  rows.forEach((row, i) => {
    out.set(row, i * longest);
  });
  return out;
}
