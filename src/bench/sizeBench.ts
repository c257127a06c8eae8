/** Prefill, decode, a LoRA training step and a whole RL step of a real model's shape, through the engine that trains. */
import type { Gpu } from '../gpu/device';
import { createRng } from '../lib/rng';
import { at } from '../lib/invariant';
import { sum } from '../lib/numeric';
import { initialAdapter } from '../model/adapter/initialAdapter';
import type { ModelConfig } from '../model/config';
import { contextOf } from '../model/decoder/ropeTable';
import { forecastMemory } from '../model/memoryPlan';
import { bfloat16ToFloat32 } from '../model/halfFloat';
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
    const short = row(shortPrompt);
    const recompute = policy.packedPlan()?.capacity.recompute ?? false;
    const { prefill, sampled, trained, wholeStep } = costs(size, recompute, policy.memory()['weights'] ?? 0);
    const works: readonly Work[] = [
      { ...prefill, run: () => policy.rollout(plainRollout(long, 1, 1)) },
      ...decode.map((count) => ({
        ...sampled(count),
        run: () => policy.rollout(plainRollout([short], count, decodedTokens)),
      })),
      { ...trained, run: () => training.run(1) },
      { ...wholeStep, run: () => rlStep(policy, prompts, request) },
    ];
    const repeated = works.map(({ run }) => async (times: number) => {
      for (let i = 0; i < times; i++) await run();
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
    return works.map(({ run: _, count, ...work }, index): SizeFigure => {
      const one = at(measured, index);
      return { ...common, ...work, ...one, tokensPerSecond: (count / one.ms.median) * 1000 };
    });
  } finally {
    policy.dispose();
  }
}

/** Tokens of the prompt that the decode figures begin with. */
const shortPrompt = 8;

/** What a repetition does: tokens, operations, and bytes of weights that it reads at least. */
interface Cost extends Pick<SizeFigure, 'kind' | 'shape' | 'flops' | 'weightBytes'> {
  readonly count: number;
}

interface Work extends Cost {
  readonly run: () => Promise<unknown>;
}

function planned(policy: PolicyModel, size: SizeCase, microBatches: number): number {
  const { config, adapter, step, decode, decodedTokens, tokens } = size;
  const { rows = 0, headRows = 0, recompute = false } = policy.packedPlan()?.capacity ?? {};
  const workload = {
    rows, headRows, recompute, microBatches,
    sequences: Math.max(step.prompts * step.groupSize, ...decode), newTokens: Math.max(step.newTokens, decodedTokens),
    promptRows: Math.max(step.prompts * (step.promptTokens - 1), tokens - 1), longestPrompt: tokens, contextLength: contextOf(config),
  }; // prettier-ignore
  return forecastMemory(config, policy.variant, workload, { adapter, base: 'bf16' }).total;
}

/** `weights`: bytes of all of them. */
function costs({ config, tokens, decodedTokens, step }: SizeCase, recompute: boolean, weights: number) {
  const { head } = tokenFlops(config, 0);
  const forward = (count: number, context: number): number => count * tokenFlops(config, context).layers;
  const drawn = (count: number, context: number): number => forward(count, context) + count * head;
  const updated = (rows: number, heads: number, context: number): number =>
    (recompute ? 3 : 2) * forward(rows, context) + 2 * heads * head;
  const { prompts, groupSize, promptTokens, newTokens } = step;
  const answers = prompts * groupSize * newTokens;
  const prompted = prompts * promptTokens;
  const context = promptTokens + newTokens / 2;
  return {
    prefill: {
      kind: 'prefill',
      shape: `1 x ${tokens}`,
      count: tokens,
      flops: forward(tokens, tokens / 2) + head,
      weightBytes: 2 * weights,
    },
    sampled: (sequences: number): Cost => ({
      kind: 'decode',
      shape: `${sequences} x ${decodedTokens}`,
      count: sequences * decodedTokens,
      flops: drawn(sequences * decodedTokens, shortPrompt + decodedTokens / 2),
      weightBytes: decodedTokens * weights,
    }),
    trained: {
      kind: 'train',
      shape: `1 x ${tokens}`,
      count: tokens,
      flops: updated(tokens, tokens, tokens / 2),
      weightBytes: 2 * weights,
    },
    wholeStep: {
      kind: 'rlStep',
      shape: `${prompts} x ${groupSize}, ${promptTokens} + ${newTokens} tokens`,
      count: answers,
      flops:
        forward(prompted, promptTokens / 2) + drawn(answers, context) + updated(prompted + answers, answers, context),
      weightBytes: (newTokens + 3) * weights,
    },
  } as const;
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
      // matrices are read as they are stored
      const data = bfloat16ToFloat32(shape.length === 1 ? values : new Uint16Array());
      return [name, { shape, data, stored: { type: 'bf16', values } }];
    }),
  );
}
