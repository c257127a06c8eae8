/** One RL step of a real model's shape by an adapter, from nothing: what a page can show of it in a minute or two. */
import type { Gpu } from '../gpu/device';
import { sum } from '../lib/numeric';
import { createRng } from '../lib/rng';
import { initialAdapter } from '../model/adapter/initialAdapter';
import { createPolicy } from '../model/policyModel';
import { rlStep } from './modelBench';
import { plainRollout } from './rolloutJob';
import type { SizeCase } from './sizes';
import { randomSizeWeights } from './sizeWeights';

export interface SizeStepReport {
  readonly parameters: number;
  /** Upload, compiling and the step. */
  readonly seconds: number;
  readonly stepSeconds: number;
  readonly bytes: number;
  readonly submits: number;
  /** Of all values of the adapter's B factors, which begin at zero, the share that the step moved. */
  readonly movedShare: number;
}

/** Opens the model with random weights and makes one step of `step`'s shape. */
export async function sizeStep(
  gpu: Gpu,
  { config, adapter, name }: SizeCase,
  { prompts: count, groupSize, promptTokens, newTokens }: SizeCase['step'],
): Promise<SizeStepReport> {
  const started = performance.now();
  const policy = await createPolicy(gpu, config, randomSizeWeights(config, false), {
    adapter: initialAdapter(config, adapter, 1),
  });
  try {
    const rng = createRng(1, 'size step', name);
    const token = () => rng.int(config.vocabularySize);
    const prompts = Array.from({ length: count }, () => Array.from({ length: promptTokens }, token));
    const submitsBefore = gpu.counts.submits;
    const begun = performance.now();
    await rlStep(policy, prompts, plainRollout(prompts, groupSize, newTokens));
    const ended = performance.now();
    const submits = gpu.counts.submits - submitsBefore;
    const { parameters } = await policy.save();
    const factors = parameters.filter(({ name: tensor }) => tensor.includes('lora_B'));
    const moved = factors.map(({ data }) => data.reduce((n, value) => n + (value === 0 ? 0 : 1), 0));
    gpu.check();
    return {
      parameters: policy.parameterCount,
      seconds: (ended - started) / 1000,
      stepSeconds: (ended - begun) / 1000,
      bytes: sum(Object.values(policy.memory())),
      submits,
      movedShare: sum(moved) / sum(factors.map(({ data }) => data.length)),
    };
  } finally {
    policy.dispose();
  }
}
