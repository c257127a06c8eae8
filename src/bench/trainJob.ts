/** The `train` part: next-token cross-entropy and AdamW through the training plan of every run. */
import type { Gpu } from '../gpu/device';
import { at } from '../lib/invariant';
import type { OptimizerOptions, UpdateResult } from '../model/policy';
import type { LossOptions, WeightedSequence } from '../records/weighted';
import { createPolicy, type PackedUpdate, type PolicyModel } from '../model/policyModel';
import { ensureTuned, productShapes } from '../model/tuning';
import { readBenchModel, readIntegers, rowsOfTokens, type ReadFile } from './benchFiles';
import type { BenchJob } from './job';
import type { TrainBenchSpec } from './spec';

/** Cross-entropy in the terms of the policy loss, as in trainer/supervised.ts: the k1 estimate of the KL to a reference
 * of log-probability 0 is log p itself, and weight -1/tokens on it makes the loss -mean log p. */
const crossEntropy: LossOptions = {
  temperature: 1,
  clipLow: Infinity,
  clipHigh: Infinity,
  dualClip: null,
  klEstimator: 'k1',
};

/** A row of T + 1 tokens: every one but the first is predicted from those before it. */
export function languageModelRow(row: readonly number[], tokens: number): WeightedSequence {
  const length = row.length - 1;
  const zeros = new Float32Array(length);
  return {
    prompt: row.slice(0, 1),
    completion: row.slice(1),
    oldLogp: zeros,
    refLogp: zeros,
    advantage: zeros,
    policyWeight: zeros,
    entropyWeight: zeros,
    klWeight: new Float32Array(length).fill(-1 / tokens),
  };
}

/** Training steps over packed batches, at most two in flight; step k, counted from 0, takes batch k mod batches. */
export class TrainBench {
  /** Steps since the start, and the mean cross-entropy before the last one's update, nats. */
  step = 0;
  loss = NaN;

  private constructor(
    readonly policy: PolicyModel,
    private readonly batches: readonly PackedUpdate[],
    private readonly optimizer: OptimizerOptions,
  ) {}

  /** `batches`: lists of token rows. Matrices decay, norm gains do not: the policy must say so (`decayVectors`). */
  static async build(
    policy: PolicyModel,
    batches: readonly (readonly (readonly number[])[])[],
    optimizer: OptimizerOptions,
  ): Promise<TrainBench> {
    const packed: PackedUpdate[] = [];
    for (const rows of batches) {
      const tokens = rows.reduce((sum, row) => sum + row.length - 1, 0);
      packed.push(await policy.packUpdate(rows.map((row) => languageModelRow(row, tokens))));
    }
    return new TrainBench(policy, packed, optimizer);
  }

  /** Micro-batches of a step, at most. */
  get microBatches(): number {
    return Math.max(0, ...this.batches.map(({ batches }) => batches.length));
  }

  /** Resolves to the losses before each update, nats. */
  async run(steps: number): Promise<number[]> {
    const losses: number[] = [];
    let previous: Promise<UpdateResult> | null = null;
    for (let i = 0; i <= steps; i++) {
      const next: Promise<UpdateResult> | null = i < steps ? this.submit() : null;
      if (previous) losses.push(meanLoss(await previous));
      previous = next;
    }
    this.loss = losses.at(-1) ?? this.loss;
    return losses;
  }

  private submit(): Promise<UpdateResult> {
    const batch = at(this.batches, this.step % this.batches.length);
    this.step++;
    return this.policy.submitUpdate(batch, crossEntropy, this.optimizer);
  }
}

export async function prepareTrain(gpu: Gpu, read: ReadFile, spec: TrainBenchSpec): Promise<BenchJob> {
  const { sequenceLength: T, batch, batches, files, adamw } = spec;
  const { config, tensors } = await readBenchModel(read, files, spec.model, T);
  const tokens = await readIntegers(read, files.tokens, batches * batch * (T + 1));
  const rows = rowsOfTokens(tokens, T + 1);
  await ensureTuned(gpu, productShapes(config), null);
  const policy = await createPolicy(gpu, config, tensors, { decayVectors: false });
  try {
    const groups = Array.from({ length: batches }, (_, k) => rows.slice(k * batch, (k + 1) * batch));
    const bench = await TrainBench.build(policy, groups, { ...adamw, maxGradNorm: Infinity });
    return {
      answer: { losses: await bench.run(spec.checkSteps) },
      round: async (repetitions) => {
        await bench.run(repetitions);
        await gpu.device.queue.onSubmittedWorkDone();
      },
      verify: async () => ({ step: bench.step, loss: bench.loss }),
      dispose: () => policy.dispose(),
    };
  } catch (error) {
    policy.dispose();
    throw error;
  }
}

function meanLoss({ logp, skipped }: UpdateResult): number {
  if (skipped) throw new Error('the gradient is not finite: the step was skipped');
  let total = 0;
  let count = 0;
  for (const row of logp) {
    for (const value of row) total -= value;
    count += row.length;
  }
  return total / count;
}
