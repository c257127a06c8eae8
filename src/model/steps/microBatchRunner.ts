/** Runs packed micro-batches: upload, forward, loss, backward and, at the end, the optimiser; in one submit unless that takes too long. */
import type { Gpu } from '../../gpu/device';
import { FlightLimit } from '../../gpu/flightLimit';
import { PacedSubmits, whole, type Stretch } from '../../gpu/pacedSubmits';
import type { Plan } from '../../gpu/plan';
import type { Readback, ReadbackRing } from '../../gpu/readback';
import type { RowLossOptions } from '../../kernels/batchUniform';
import { at } from '../../lib/invariant';
import { sum } from '../../lib/numeric';
import type { MicroBatch } from '../batch/packing';
import type { PackedPlan } from '../decoder/packedPlan';
import type { Watch } from '../policy';
import type { TrainableState } from '../weights/trainableState';

export interface MicroBatchWork {
  readonly plan: PackedPlan;
  readonly batches: readonly MicroBatch[];
  /** A micro-batch's head rows as the loss kernel reads them. */
  readonly table: (batch: MicroBatch) => ArrayBuffer;
  readonly loss: RowLossOptions;
  /** Up to the loss or the score. */
  readonly forward: readonly Plan[];
  readonly training: TrainingWork | null;
}

export interface TrainingWork {
  readonly backward: Plan;
  readonly trainable: TrainableState;
  /** Without a step the parameters stay as they are. */
  readonly step: boolean;
}

export interface MicroBatchResult {
  /** Of all parameters, before clipping; 0 unless a step was taken. */
  readonly gradNorm: number;
  /** The gradient was not finite: parameters and moments are as before. */
  readonly skipped: boolean;
  /** Four floats for each head row, micro-batch after micro-batch. */
  readonly rows: Float32Array;
}

/** Steps that have been submitted and not yet read back. */
const stepsInFlight = 2;

/** Multiply-adds that an optimiser step is taken for, for each value that trains: it is bound by memory. */
const stepCost = 32;

export class MicroBatchRunner {
  private readonly flight = new FlightLimit(stepsInFlight);
  private readonly submits: PacedSubmits;

  constructor(
    private readonly gpu: Gpu,
    private readonly ring: ReadbackRing,
    private readonly label: string,
  ) {
    this.submits = new PacedSubmits(gpu, label);
  }

  /** Waits while two other works are in flight, then calls `prepare` (writes that the work's kernels read), submits, and
   * resolves when the results are read back. `watch` may end it before its optimiser step. */
  run(work: MicroBatchWork, prepare: () => void = () => undefined, watch?: Watch): Promise<MicroBatchResult> {
    return this.flight.run(async () => {
      while (this.submits.submitting) await this.submits.submitting;
      prepare();
      work.batches.forEach((batch, slot) => {
        work.plan.upload(slot, batch, work.table(batch), work.loss);
      });
      const readback = this.ring.reserve(16 + 16 * sum(work.batches.map(({ headRows }) => headRows)));
      const floats = new Float32Array(await this.submits.run(this.stretches(work, readback), readback, watch));
      const step = work.training?.step ?? false;
      return {
        gradNorm: step ? at(floats, 0) : 0,
        skipped: step && at(floats, 1) !== 0,
        rows: floats.subarray(4),
      };
    });
  }

  private stretches({ plan, batches, forward, training }: MicroBatchWork, readback: Readback): Stretch[] {
    let offset = 16;
    const stretches = batches.flatMap((batch, slot): Stretch[] => {
      const resultAt = offset;
      offset += batch.headRows * 16;
      return [
        whole(0, (encoder) => {
          if (slot === 0) training?.trainable.clearGradients(encoder);
          plan.encodeUpload(encoder, slot, batch);
        }),
        plan.stretch(batch, forward),
        whole(0, (encoder) => readback.copy(encoder, plan.result, 0, resultAt, batch.headRows * 16)),
        ...(training ? [plan.stretch(batch, [training.backward])] : []),
      ];
    });
    if (!training) return stretches;
    const cost = stepCost * training.trainable.count;
    return [...stretches, whole(cost, (encoder) => this.encodeOptimizer(encoder, training, readback))];
  }

  private encodeOptimizer(encoder: GPUCommandEncoder, { trainable, step }: TrainingWork, readback: Readback): void {
    const pass = encoder.beginComputePass({ label: `${this.label} optimizer` });
    this.gpu.counts.passes++;
    trainable.encodeFinish(pass);
    if (step) trainable.encodeStep(pass);
    pass.end();
    readback.copy(encoder, trainable.buffers.report, 0, 0, 16);
  }
}
