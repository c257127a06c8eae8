/** Prefill, decode, a training step and a whole RL step of a real model's shape, through the engine that trains. */
import type { Gpu } from '../gpu/device';
import { timeKernels, type KernelTime } from '../gpu/kernelTimes';
import { at } from '../lib/invariant';
import { sum } from '../lib/numeric';
import { createRng } from '../lib/rng';
import { initialAdapter } from '../model/adapter/initialAdapter';
import { contextOf } from '../model/decoder/ropeTable';
import { forecastMemory, type MemoryWorkload } from '../model/memoryPlan';
import { createPolicy, type PolicyModel } from '../model/policyModel';
import { measureInterleaved, type Measurement } from './measure';
import { benchOptimizer, rlStep } from './modelBench';
import { plainRollout } from './rolloutJob';
import { decodedPrompt, sizeCosts, type SizeCost } from './sizeCosts';
import type { SizeCase, SizeOptions, SizeWork } from './sizes';
import { randomSizeWeights } from './sizeWeights';
import { TrainBench } from './trainJob';

export interface SizeFigure extends Measurement, Omit<SizeCost, 'count' | 'flops'> {
  readonly model: string;
  /** What trains. */
  readonly trains: 'adapter' | 'all weights';
  readonly recompute: boolean;
  readonly tokensPerSecond: number;
  /** Of matrix products and attention, per repetition. */
  readonly flops: number;
  readonly dispatchesPerToken: number;
  /** Bytes on the GPU by role, and their sum: nothing is freed while a model works, so the sum is the peak. */
  readonly memory: Readonly<Record<string, number>>;
  readonly peakBytes: number;
  /** What the memory plan says of these capacities, bytes. */
  readonly plannedBytes: number;
  readonly kernels: readonly KernelTime[] | null;
}

export interface SizeRounds {
  readonly rounds: number;
  readonly leastMs: number;
  /** Told what is being done: at such sizes a repetition takes minutes on a CPU. */
  readonly say: (line: string) => void;
}

interface Work {
  readonly cost: SizeCost;
  readonly run: () => Promise<unknown>;
}

/** The figures of one size, timed in turn on a model of random weights. */
export async function measureSize(
  gpu: Gpu,
  size: SizeCase,
  options: SizeOptions,
  { rounds, leastMs, say }: SizeRounds,
): Promise<SizeFigure[]> {
  const { config, name } = size;
  const { full, activationBytes } = options;
  say(`${name}: weights`);
  const policy = await createPolicy(gpu, config, randomSizeWeights(config, full), {
    adapter: full ? null : initialAdapter(config, size.adapter, 1),
    ...(activationBytes === undefined ? {} : { activationBytes }),
  });
  try {
    const { works, microBatches } = await prepareWorks(policy, size, options, say);
    const repeated = works.map(({ run }) => async (times: number) => {
      for (let i = 0; i < times; i++) await run();
    });
    const described = (index: number) => `${name}: ${at(works, index).cost.kind} ${at(works, index).cost.shape}`;
    const measured = await measureInterleaved(gpu, repeated, rounds, leastMs, (index, round, { ms, cpuMs }) => {
      const cost = `${(ms / 1000).toFixed(1)} s${cpuMs === null ? '' : `, ${(cpuMs / 1000).toFixed(1)} s of processor time`}`;
      say(`${described(index)}, ${round === 0 ? 'warm-up' : `round ${round} of ${rounds}`}: ${cost}`);
    });
    const kernels: (KernelTime[] | null)[] = [];
    for (const [index, { run }] of works.entries()) {
      if (options.kernels) say(`${described(index)}, by kernel`);
      kernels.push(options.kernels ? await timeKernels(gpu, run) : null);
    }
    const memory = policy.memory();
    const recompute = policy.packedPlan()?.capacity.recompute ?? false;
    const common = {
      model: name,
      trains: full ? 'all weights' : 'adapter',
      recompute,
      dispatchesPerToken: policy.decodeDispatches(),
      memory,
      peakBytes: sum(Object.values(memory)),
      plannedBytes: planned(policy, size, options, microBatches),
    } as const;
    return works.map(({ cost: { count, flops, ...cost } }, index): SizeFigure => {
      const one = at(measured, index);
      const tokensPerSecond = (count / one.ms.median) * 1000;
      const done = flops({ recompute });
      return { ...common, ...cost, ...one, flops: done, tokensPerSecond, kernels: at(kernels, index) };
    });
  } finally {
    policy.dispose();
  }
}

/** The chosen works, and micro-batches of a training step. */
async function prepareWorks(
  policy: PolicyModel,
  size: SizeCase,
  { works: chosen, full }: SizeOptions,
  say: (line: string) => void,
): Promise<{ readonly works: readonly Work[]; readonly microBatches: number }> {
  const { config, tokens, decode, decodedTokens, step, name } = size;
  const rng = createRng(1, 'bench', name);
  const row = (count: number) => Array.from({ length: count }, () => rng.int(config.vocabularySize));
  const prompts = Array.from({ length: step.prompts }, () => row(step.promptTokens));
  const request = plainRollout(prompts, step.groupSize, step.newTokens);
  const wanted = new Set(chosen);
  // the RL step first: its plan may have to grow, and a packed batch serves one plan
  if (wanted.has('rl-step') && wanted.has('train')) {
    say(`${name}: the first RL step, which compiles`);
    await rlStep(policy, prompts, request);
  }
  const training = wanted.has('train') ? await TrainBench.build(policy, [[row(tokens + 1)]], benchOptimizer) : null;
  const [long, short] = [[row(tokens)], [row(decodedPrompt)]];
  const costs = sizeCosts(size, full, policy.memory()['weights'] ?? 0);
  const works: Work[] = [
    { cost: costs.prefill, run: () => policy.rollout(plainRollout(long, 1, 1)) },
    ...decode.map((count) => ({
      cost: costs.decoded(count),
      run: () => policy.rollout(plainRollout(short, count, decodedTokens)),
    })),
    ...(training ? [{ cost: costs.trained, run: () => training.run(1) }] : []),
    { cost: costs.wholeStep, run: () => rlStep(policy, prompts, request) },
  ];
  return { works: works.filter(({ cost }) => wanted.has(cost.kind)), microBatches: training?.microBatches ?? 1 };
}

/** What the plan says of all works together: of each role the most that one of them takes. */
function planned(
  policy: PolicyModel,
  { config, adapter, step, decode, decodedTokens, tokens }: SizeCase,
  { works, full }: SizeOptions,
  microBatches: number,
): number {
  const { rows = 0, headRows = 0, recompute = false } = policy.packedPlan()?.capacity ?? {};
  const common = { rows, headRows, recompute, microBatches, contextLength: contextOf(config) };
  const sampled = (sequences: number, newTokens: number, prompts: number, promptTokens: number): MemoryWorkload => ({
    ...common,
    sequences,
    newTokens,
    promptRows: prompts * (promptTokens - 1),
    longestPrompt: promptTokens - 1,
  });
  const workloads: Record<SizeWork, MemoryWorkload> = {
    prefill: sampled(1, 1, 1, tokens),
    decode: sampled(Math.max(...decode), decodedTokens, 1, decodedPrompt),
    train: sampled(0, 0, 1, 1),
    'rl-step': sampled(step.prompts * step.groupSize, step.newTokens, step.prompts, step.promptTokens),
  };
  const most: Record<string, number> = {};
  for (const work of works) {
    const tuning = full ? null : ({ adapter, base: 'bf16' } as const);
    const { total: _, ...roles } = forecastMemory(config, policy.variant, workloads[work], tuning);
    for (const [role, bytes] of Object.entries(roles)) most[role] = Math.max(most[role] ?? 0, bytes);
  }
  return sum(Object.values(most));
}
