/** The `train` part: next-token cross-entropy and AdamW through the training plan of every run. */
import type { Gpu } from '../gpu/device';
import { at } from '../lib/invariant';
import { crossEntropy, demonstration } from '../model/crossEntropy';
import type { OptimizerOptions, UpdateResult } from '../model/policy';
import { createPolicy, type PackedUpdate, type PolicyModel } from '../model/policyModel';
import { ensureTuned, productShapes } from '../model/tuning';
import { readBenchModel, readIntegers, rowsOfTokens, type ReadFile } from './benchFiles';
import type { BenchJob } from './job';
import type { TrainBenchSpec } from './spec';

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

  /** `batches`: lists of token rows; every token but a row's first is predicted from those before it. Matrices decay, norm gains do not: the policy must say so (`decayVectors`). */
  static async build(
    policy: PolicyModel,
    batches: readonly (readonly (readonly number[])[])[],
    optimizer: OptimizerOptions,
  ): Promise<TrainBench> {
    const packed: PackedUpdate[] = [];
    for (const rows of batches) {
      const tokens = rows.reduce((sum, row) => sum + row.length - 1, 0);
      packed.push(await policy.packUpdate(rows.map((row) => demonstration(row.slice(0, 1), row.slice(1), 1 / tokens))));
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
