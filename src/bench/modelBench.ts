/** A training step, a rollout and a whole RL step of one model size, through the engine that trains. */
import type { Gpu } from '../gpu/device';
import { createRng } from '../lib/rng';
import { initialWeights } from '../model/initialWeights';
import type { OptimizerOptions, SampledSequence } from '../model/policy';
import type { LossOptions, WeightedSequence } from '../records/weighted';
import { forecastMemory } from '../model/memoryPlan';
import { createPolicy, type PolicyModel } from '../model/policyModel';
import { contextOf } from '../model/decoder/ropeTable';
import { ensureTuned, productShapes } from '../model/tuning';
import { configOf, forwardFlops, type BenchCase } from './cases';
import { measureInterleaved, type Measurement } from './measure';
import { plainRollout } from './rolloutJob';
import { TrainBench } from './trainJob';

export interface ModelFigure extends Measurement {
  readonly kind: 'train' | 'rollout' | 'rlStep';
  readonly model: string;
  readonly parameters: number;
  readonly shape: string;
  readonly tokensPerSecond: number;
  /** Of matrix products and attention, per repetition. */
  readonly flops: number;
  readonly dispatchesPerToken?: number;
  /** Bytes on the GPU by role, and their sum: nothing is freed while a model works, so the sum is the peak. */
  readonly memory: Readonly<Record<string, number>>;
  readonly peakBytes: number;
  /** What the memory plan says of these capacities, bytes. */
  readonly plannedBytes: number;
}

export const benchOptimizer: OptimizerOptions = {
  learningRate: 1e-4, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.01, maxGradNorm: 1,
}; // prettier-ignore
const clipped: LossOptions = { temperature: 1, clipLow: 0.2, clipHigh: 0.2, dualClip: null, klEstimator: 'k3' };

/** The three figures of `bench`, timed in turn on one model with random weights. */
export async function measureModel(
  gpu: Gpu,
  bench: BenchCase,
  rounds: number,
  leastMs: number,
): Promise<ModelFigure[]> {
  const config = configOf(bench);
  const weights = new Map(initialWeights(config, 1).map((tensor) => [tensor.name, tensor]));
  await ensureTuned(gpu, productShapes(config), null);
  const policy = await createPolicy(gpu, config, weights);
  try {
    const rng = createRng(1, 'bench', bench.name);
    const tokens = (count: number) => Array.from({ length: count }, () => rng.int(bench.vocabulary));
    const rows = Array.from({ length: bench.batch }, () => tokens(bench.length + 1));
    const prompts = Array.from({ length: bench.prompts }, () => tokens(bench.promptTokens));
    const request = plainRollout(prompts, bench.groupSize, bench.newTokens);

    // the RL step first: its plan may have to grow, and a packed batch serves one plan
    await rlStep(policy, prompts, request);
    const training = await TrainBench.build(policy, [rows], benchOptimizer);
    const repeated = (work: () => Promise<unknown>) => async (times: number) => {
      for (let i = 0; i < times; i++) await work();
    };
    const works = [
      (times: number) => training.run(times),
      repeated(() => policy.rollout(request)),
      repeated(() => rlStep(policy, prompts, request)),
    ];
    const measured = await measureInterleaved(gpu, works, rounds, leastMs);

    const memory = policy.memory();
    const peakBytes = Object.values(memory).reduce((sum, bytes) => sum + bytes, 0);
    const { rows: packedRows, headRows } = policy.packedPlan()?.capacity ?? { rows: 0, headRows: 0 };
    const { total: plannedBytes } = forecastMemory(config, policy.variant, {
      rows: packedRows,
      headRows,
      microBatches: training.microBatches,
      sequences: bench.prompts * bench.groupSize,
      newTokens: bench.newTokens,
      promptRows: bench.prompts * (bench.promptTokens - 1),
      longestPrompt: bench.promptTokens - 1,
      contextLength: contextOf(config),
    });
    const common = { model: bench.name, parameters: policy.parameterCount, memory, peakBytes, plannedBytes };
    const work = workOf(bench);
    return measured.map((one, index): ModelFigure => {
      const { kind, shape, count, flops } = work[index] ?? work[0];
      return {
        kind,
        ...common,
        shape,
        ...one,
        tokensPerSecond: (count / one.ms.median) * 1000,
        flops,
        ...(kind === 'rollout' ? { dispatchesPerToken: policy.decodeDispatches() } : {}),
      };
    });
  } finally {
    policy.dispose();
  }
}

/** Tokens and operations of the three works. */
function workOf(bench: BenchCase) {
  const { batch, length, prompts, groupSize, promptTokens, newTokens } = bench;
  const sampled = prompts * groupSize * newTokens;
  const prefix = prompts * promptTokens * forwardFlops(bench, promptTokens / 2);
  const decode = sampled * forwardFlops(bench, promptTokens + newTokens / 2);
  const trained = batch * length;
  const rollout = `${prompts}x${groupSize} samples, ${promptTokens}+${newTokens} tokens`;
  return [
    {
      kind: 'train',
      shape: `B${batch} T${length}`,
      count: trained,
      flops: 3 * trained * forwardFlops(bench, length / 2),
    },
    { kind: 'rollout', shape: rollout, count: sampled, flops: prefix + decode },
    { kind: 'rlStep', shape: rollout, count: sampled, flops: prefix + decode + 3 * (prefix + decode) },
  ] as const;
}

/** Rollout, a verdict (here: the first token is even), NSR's advantages and one clipped update. */
export async function rlStep(
  policy: PolicyModel,
  prompts: readonly (readonly number[])[],
  request: Parameters<PolicyModel['rollout']>[0],
): Promise<void> {
  const { sequences } = await policy.rollout(request);
  const tokens = sequences.reduce((sum, { completion }) => sum + completion.length, 0);
  const batch = sequences.map((sequence) => penalised(sequence, prompts[sequence.promptIndex] ?? [], tokens));
  await policy.update(batch, clipped, benchOptimizer);
}

/** Advantage -1 where the verdict is wrong, 0.1 where it is right (W-REINFORCE), so that every token has its gradient. */
function penalised({ completion, logp }: SampledSequence, prompt: readonly number[], tokens: number): WeightedSequence {
  const filled = (value: number) => new Float32Array(completion.length).fill(value);
  const right = (completion[0] ?? 1) % 2 === 0;
  return {
    prompt,
    completion,
    oldLogp: logp,
    refLogp: null,
    advantage: filled(right ? 0.1 : -1),
    policyWeight: filled(1 / tokens),
    entropyWeight: filled(0),
    klWeight: filled(0),
  };
}
