/** Prefill, decode, a LoRA training step and a whole RL step of a real model's shape, through the engine that trains. */
import type { Gpu } from '../gpu/device';
import { createRng } from '../lib/rng';
import { sum } from '../lib/numeric';
import { initialAdapter } from '../model/adapter/initialAdapter';
import type { ModelConfig } from '../model/config';
import { contextOf } from '../model/decoder/ropeTable';
import { forecastMemory, planMemory } from '../model/memoryPlan';
import { elementCount, expectedParameters } from '../model/parameters';
import { createPolicy, type PolicyModel } from '../model/policyModel';
import type { NamedWeights } from '../model/weights/tensorImage';
import { measureInterleaved, type Measurement } from './measure';
import { benchOptimizer, rlStep } from './modelBench';
import { plainRollout } from './rolloutJob';
import { tokenFlops, type SizeCase } from './sizes';
import { TrainBench } from './trainJob';

export interface SizeFigure extends Measurement {
  readonly kind: 'prefill' | 'decode' | 'train' | 'rlStep';
  readonly model: string;
  readonly shape: string;
  readonly tokensPerSecond: number;
  /** Of matrix products and attention, per repetition; a trained token counts four times its forward pass (d x alone), and once
   * more where activations are computed again. */
  readonly flops: number;
  /** Of weights that a repetition reads at least. */
  readonly weightBytes: number;
  readonly dispatchesPerToken: number;
  readonly memory: Readonly<Record<string, number>>;
  readonly peakBytes: number;
  readonly plannedBytes: number;
}

/** The figures of one size, timed in turn on a model of random bfloat16 weights. */
export async function measureSize(gpu: Gpu, size: SizeCase, rounds: number, leastMs: number): Promise<SizeFigure[]> {
  const { config, adapter, tokens, decode, decodedTokens, step } = size;
  const policy = await createPolicy(gpu, config, randomHalves(config), { adapter: initialAdapter(config, adapter, 1) });
  try {
    const rng = createRng(1, 'bench', size.name);
    const row = (count: number) => Array.from({ length: count }, () => rng.int(config.vocabularySize));
    const prompts = Array.from({ length: step.prompts }, () => row(step.promptTokens));
    const request = plainRollout(prompts, step.groupSize, step.newTokens);
    // the RL step first: its plan may have to grow, and a packed batch serves one plan
    await rlStep(policy, prompts, request);
    const training = await TrainBench.build(policy, [[row(tokens + 1)]], benchOptimizer);
    const long = [row(tokens)];
    const short = row(8);
    const works = [
      () => policy.rollout(plainRollout(long, 1, 1)),
      ...decode.map((count) => () => policy.rollout(plainRollout([short], count, decodedTokens))),
      () => training.run(1),
      () => rlStep(policy, prompts, request),
    ];
    const repeated = works.map((work) => async (times: number) => {
      for (let i = 0; i < times; i++) await work();
    });
    const measured = await measureInterleaved(gpu, repeated, rounds, leastMs);
    const memory = policy.memory();
    const common = {
      model: size.name,
      memory,
      peakBytes: sum(Object.values(memory)),
      plannedBytes: planned(policy, size, training.microBatches),
      dispatchesPerToken: policy.decodeDispatches(),
    };
    const recompute = policy.packedPlan()?.capacity.recompute ?? false;
    return works.map((_, index): SizeFigure => {
      const { count, ...work } = workOf(size, index, recompute);
      const one = measured[index] ?? raise(index);
      return { ...common, ...work, ...one, tokensPerSecond: (count / one.ms.median) * 1000 };
    });
  } finally {
    policy.dispose();
  }
}

function raise(index: number): never {
  throw new Error(`work ${index} was not measured`);
}

function planned(policy: PolicyModel, size: SizeCase, microBatches: number): number {
  const { config, adapter, step, decode, decodedTokens, tokens } = size;
  const { rows = 0, headRows = 0, recompute = false } = policy.packedPlan()?.capacity ?? {};
  const workload = {
    rows, headRows, recompute, microBatches,
    sequences: Math.max(step.prompts * step.groupSize, ...decode), newTokens: Math.max(step.newTokens, decodedTokens),
    promptRows: Math.max(step.prompts * (step.promptTokens - 1), tokens - 1), longestPrompt: tokens, contextLength: contextOf(config),
  }; // prettier-ignore
  return forecastMemory(config, policy.variant, workload, { adapter, weightBytes: 2 }).total;
}

/** Tokens, operations and bytes of weights of the works, in their order. */
function workOf({ config, tokens, decode, decodedTokens, step }: SizeCase, index: number, recompute: boolean) {
  const { weights } = planMemory(config, false, { adapter: { rank: 1, alpha: 1, targets: ['q_proj'], rankStabilised: false }, weightBytes: 2 }).roles; // prettier-ignore
  const forward = (count: number, context: number) => count * tokenFlops(config, context).layers;
  const { head } = tokenFlops(config, 0);
  const sampled = (sequences: number, prompt: number, count: number) =>
    sequences * count * (tokenFlops(config, prompt + count / 2).layers + head);
  const trained = (rows: number, heads: number, context: number) =>
    (recompute ? 3 : 2) * forward(rows, context) + 2 * heads * head;
  if (index === 0) return { kind: 'prefill', shape: `1 x ${tokens}`, count: tokens, flops: forward(tokens, tokens / 2) + head, weightBytes: 2 * weights } as const; // prettier-ignore
  const sequences = decode[index - 1];
  if (sequences !== undefined) {
    const count = sequences * decodedTokens;
    const flops = sampled(sequences, 8, decodedTokens);
    return { kind: 'decode', shape: `${sequences} x ${decodedTokens}`, count, flops, weightBytes: decodedTokens * weights } as const; // prettier-ignore
  }
  if (index === decode.length + 1) {
    const flops = trained(tokens, tokens, tokens / 2);
    return { kind: 'train', shape: `1 x ${tokens}`, count: tokens, flops, weightBytes: 2 * weights } as const;
  }
  const { prompts, groupSize, promptTokens, newTokens } = step;
  const answers = prompts * groupSize;
  const context = promptTokens + newTokens / 2;
  const rows = prompts * promptTokens + answers * newTokens;
  const flops = forward(prompts * promptTokens, promptTokens / 2) + sampled(answers, promptTokens, newTokens) + trained(rows, answers * newTokens, context); // prettier-ignore
  const shape = `${prompts} x ${groupSize}, ${promptTokens} + ${newTokens} tokens`;
  return { kind: 'rlStep', shape, count: answers * newTokens, flops, weightBytes: (newTokens + 3) * weights } as const;
}

/** Weights of the model's shape as bfloat16, small enough that nothing overflows: drawn as bits, since a hundred million normal
 * numbers would take longer than the benchmark. */
function randomHalves(config: ModelConfig): Map<string, NamedWeights> {
  const rng = createRng(1, 'size bench');
  return new Map(
    expectedParameters(config).map(({ name, shape }) => {
      const values = new Uint16Array(elementCount(shape));
      const gain = shape.length === 1 && !name.endsWith('.bias');
      // sign and mantissa are random, the exponent says +-(1/64 .. 1/32)
      for (let i = 0; i < values.length; i++) values[i] = gain ? 0x3f80 : 0x3c80 | (rng.nextUint32() & 0x807f);
      const data = new Float32Array(shape.length === 1 ? values.length : 0);
      if (shape.length === 1)
        data.set(Float32Array.from(values, (half) => new Float32Array(Uint32Array.of(half << 16).buffer)[0] ?? 0));
      return [name, { shape, data, stored: { type: 'bf16', values } }];
    }),
  );
}
