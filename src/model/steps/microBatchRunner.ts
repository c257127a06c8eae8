/** Runs packed micro-batches: upload, forward, loss, backward and, at the end, the optimiser; in one submit unless that takes too long. */
import type { Gpu } from '../../gpu/device';
import { FlightLimit } from '../../gpu/flightLimit';
import type { Plan } from '../../gpu/plan';
import type { Readback, ReadbackRing } from '../../gpu/readback';
import { SubmitPacer } from '../../gpu/submitPacer';
import type { RowLossOptions } from '../../kernels/batchUniform';
import { monotonicClock } from '../../lib/clock';
import { at } from '../../lib/invariant';
import { sum } from '../../lib/numeric';
import type { MicroBatch } from '../batch/packing';
import type { PackedPlan } from '../decoder/packedPlan';
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

/** The unit in which work is paced: a packed row through the forward pass; the backward pass counts twice. */
const pacing = { first: 8192, most: 2 ** 26 };

/** Part of a step that stays in one submit. */
interface Piece {
  readonly rows: number;
  readonly encode: (encoder: GPUCommandEncoder) => void;
}

export class MicroBatchRunner {
  private readonly flight = new FlightLimit(stepsInFlight);
  private readonly pacer: SubmitPacer;

  constructor(
    private readonly gpu: Gpu,
    private readonly ring: ReadbackRing,
    private readonly label: string,
  ) {
    this.pacer = new SubmitPacer(monotonicClock, { ...pacing, budgetMs: gpu.submitBudgetMs });
  }

  /** Waits while two other works are in flight, then calls `prepare` (writes that the work's kernels read), submits, and
   * resolves when the results are read back. */
  run(work: MicroBatchWork, prepare: () => void = () => undefined): Promise<MicroBatchResult> {
    return this.flight.run(async () => {
      prepare();
      work.batches.forEach((batch, slot) => {
        work.plan.upload(slot, batch, work.table(batch), work.loss);
      });
      const readback = this.ring.reserve(16 + 16 * sum(work.batches.map(({ headRows }) => headRows)));
      const pieces = this.pieces(work, readback);
      const values = await this.pacer.measure(sum(pieces.map(({ rows }) => rows)) || 1, () => {
        this.submit(pieces);
        return readback.read();
      });
      const floats = new Float32Array(values);
      const step = work.training?.step ?? false;
      return {
        gradNorm: step ? at(floats, 0) : 0,
        skipped: step && at(floats, 1) !== 0,
        rows: floats.subarray(4),
      };
    });
  }

  private pieces({ plan, batches, forward, training }: MicroBatchWork, readback: Readback): Piece[] {
    let offset = 16;
    const pieces = batches.flatMap((batch, slot): Piece[] => {
      const resultAt = offset;
      offset += batch.headRows * 16;
      const first: Piece = {
        rows: batch.rows,
        encode: (encoder) => {
          if (slot === 0) training?.trainable.clearGradients(encoder);
          plan.encodeUpload(encoder, slot, batch);
          plan.encode(encoder, batch, forward);
          readback.copy(encoder, plan.result, 0, resultAt, batch.headRows * 16);
        },
      };
      if (!training) return [first];
      return [first, { rows: 2 * batch.rows, encode: (encoder) => plan.encode(encoder, batch, [training.backward]) }];
    });
    if (training) pieces.push({ rows: 0, encode: (encoder) => this.encodeOptimizer(encoder, training, readback) });
    return pieces;
  }

  private encodeOptimizer(encoder: GPUCommandEncoder, { trainable, step }: TrainingWork, readback: Readback): void {
    const pass = encoder.beginComputePass({ label: `${this.label} optimizer` });
    this.gpu.counts.passes++;
    trainable.encodeFinish(pass);
    if (step) trainable.encodeStep(pass);
    pass.end();
    readback.copy(encoder, trainable.buffers.report, 0, 0, 16);
  }

  /** As few submits as the measured speed allows within the budget. */
  private submit(pieces: readonly Piece[]): void {
    const { device } = this.gpu;
    const most = this.pacer.next();
    let encoder: GPUCommandEncoder | null = null;
    let rows = 0;
    for (const piece of pieces) {
      if (encoder && rows > 0 && rows + piece.rows > most) {
        device.queue.submit([encoder.finish()]);
        encoder = null;
        rows = 0;
      }
      encoder ??= device.createCommandEncoder({ label: this.label });
      piece.encode(encoder);
      rows += piece.rows;
    }
    if (encoder) device.queue.submit([encoder.finish()]);
  }
}
