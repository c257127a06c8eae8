/**
 * Forward, loss and backward over packed micro-batches of at most `capacity` rows: buffers and static plans.
 *
 * One instance serves update, score and logits; the plans of each are built on first use.
 * Everything a micro-batch needs is uploaded to a slot and copied inside the encoder, so that any number of micro-batches
 * share one submit.
 */
import { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { plansStretch, type Stretch } from '../../gpu/pacedSubmits';
import { Plan, type KernelCall, type PlanSizes } from '../../gpu/plan';
import { batchUniformBytes, type RowLossOptions } from '../../kernels/batchUniform';
import { at } from '../../lib/invariant';
import type { MicroBatch } from '../batch/packing';
import { tableFloats, UploadSlots, type BatchTables } from '../batch/uploadSlots';
import type { TrainableState } from '../weights/trainableState';
import { allocate, gradientFloats, headFloats, layerFloats } from './buffers';
import {
  backwardHeadCalls,
  embedCalls,
  embedGradCalls,
  headCall,
  isSwept,
  lossCall,
  lossSweepCalls,
  type HeadContext,
} from './ends';
import { logitWindows, type LogitWindow } from './headWindows';
import { forwardCalls, type LayerActivations } from './layer';
import { backwardCalls } from './layerBackward';
import type { ProductContext } from './products';

export interface PackedCapacity {
  /** Packed rows and head rows of one micro-batch, multiples of 64. */
  readonly rows: number;
  readonly headRows: number;
  /** Of each layer only its input is kept, and the rest computed again before its backward pass. */
  readonly recompute: boolean;
  /** The logits of all windows of the vocabulary are held at once. */
  readonly keepLogits: boolean;
}

/** Logits (or values) of the head rows in one window of the vocabulary: valid until the next one's. */
export interface LogitStage {
  readonly window: LogitWindow;
  readonly plan: Plan;
}

/** What a step of training encodes for each micro-batch, in this order. */
export interface TrainingStages {
  readonly forward: readonly Plan[];
  readonly backward: Plan;
}

export class PackedPlan {
  readonly pool: BufferPool;
  readonly layers: readonly LayerActivations[];
  readonly result: GPUBuffer;
  private readonly tables: BatchTables;
  private readonly slots: UploadSlots;
  private readonly context: HeadContext;
  /** The residual stream before each layer, and behind the last. */
  private readonly streams: readonly GPUBuffer[];
  private readonly plans = new Map<string, Promise<Plan>>();

  constructor(
    private readonly gpu: Gpu,
    model: Omit<ProductContext, 'capacity'>,
    readonly capacity: PackedCapacity,
    ropeTable: GPUBuffer,
  ) {
    const { config, weights, adapter } = model;
    const { decoder } = weights.layout;
    const lowWidth = adapter?.layout.lowWidth ?? 0;
    const pool = (this.pool = new BufferPool(gpu, 'training'));
    const { rows: R, headRows: H } = capacity;
    const table = (label: string, count: number) => pool.storage('tables', label, count);
    this.tables = {
      batch: pool.uniform('batch', batchUniformBytes),
      rows: table('rows', R * tableFloats.rows),
      headRows: table('head rows', H * tableFloats.headRows),
      runs: table('token runs', R * tableFloats.runs),
      sortedRows: table('sorted rows', R * tableFloats.sortedRows),
    };
    this.slots = new UploadSlots(gpu, pool, this.tables, capacity);
    const activation = (label: string, count: number) => pool.storage('activations', label, count);
    this.streams = Array.from({ length: config.layers + 1 }, (_, l) => activation(`x ${l}`, R * decoder.widths.x));
    const kept = (l: number | string) =>
      allocate(layerFloats(decoder, config, lowWidth), R, (name, count) => activation(`${name} ${l}`, count));
    const shared = capacity.recompute ? kept('of one layer') : null;
    this.layers = this.streams.slice(0, -1).map((x, l): LayerActivations => ({ x, ...(shared ?? kept(l)) }));
    const head = allocate(headFloats(decoder), H, (name, count) => activation(`head ${name}`, count));
    this.result = head.result;
    this.context = {
      ...model,
      capacity: R,
      batch: { buffer: this.tables.batch },
      rows: { buffer: this.tables.rows },
      table: { buffer: ropeTable },
      headCapacity: H,
      headRows: { buffer: this.tables.headRows },
      windows: logitWindows(gpu, pool, decoder, config.vocabularySize, H, capacity.keepLogits),
      keepLogits: capacity.keepLogits,
      hidden: at(this.streams, config.layers),
      head,
    };
  }

  /** All layers. */
  forward(): Promise<Plan> {
    return this.plan('forward', () => this.layerCalls());
  }

  /** Behind the layers, in this order. */
  logitStages(): Promise<readonly LogitStage[]> {
    const { windows } = this.context;
    return Promise.all(windows.map(async (window, w) => ({ window, plan: await this.headPlan(w) })));
  }

  /** Log-probabilities and entropies (or values) of the head rows, in `result`. */
  async scores(): Promise<readonly Plan[]> {
    return [await this.forward(), ...(await this.lossPlans(false))];
  }

  /** The same with the adapter off: of the base. */
  async baseScores(): Promise<readonly Plan[]> {
    const base = { ...this.context, adapter: null };
    return [await this.plan('forward, base', () => this.layerCalls(base)), ...(await this.lossPlans(false))];
  }

  /** The same with their loss, and gradients added to those of `trainable`, which must be the same in every call. */
  async training(trainable: TrainableState): Promise<TrainingStages> {
    const forward = [await this.forward(), ...(await this.lossPlans(true))];
    const backward = await this.plan('backward', () => this.backwardCalls(trainable));
    return { forward, backward };
  }

  /** Writes micro-batch `slot`'s tables (`head`: see headTable.ts) into its upload slot (before the submit). */
  upload(slot: number, batch: MicroBatch, head: ArrayBuffer, loss: RowLossOptions): void {
    this.slots.write(slot, batch, head, loss);
  }

  /** Copies slot `slot` to where the kernels read it. */
  encodeUpload(encoder: GPUCommandEncoder, slot: number, batch: MicroBatch): void {
    this.slots.encode(encoder, slot, batch);
  }

  /** The given plans, in order. */
  stretch(batch: MicroBatch, plans: readonly Plan[]): Stretch {
    return plansStretch(this.gpu, plans.map(({ label }) => label).join(', '), plans, sizesOf(batch));
  }

  dispose(): void {
    this.pool.dispose();
  }

  private plan(label: string, calls: () => readonly KernelCall[]): Promise<Plan> {
    const known = this.plans.get(label) ?? Plan.build(this.gpu, label, calls());
    this.plans.set(label, known);
    return known;
  }

  private headPlan(w: number): Promise<Plan> {
    return this.plan(`head ${w}`, () => [headCall(this.context, w)]);
  }

  /** From the layers to `result`. `gradient`: so that the backward pass can follow. */
  private async lossPlans(gradient: boolean): Promise<readonly Plan[]> {
    const { context } = this;
    if (isSwept(context)) return [await this.plan('loss sweep', () => lossSweepCalls(context))];
    const loss = gradient
      ? this.plan('loss', () => [lossCall(context, context.head.dots)])
      : this.plan('score', () => [lossCall(context, null)]);
    return [await this.headPlan(0), await loss];
  }

  private layerCalls(context = this.context): KernelCall[] {
    const { layers, streams } = this;
    return [
      ...embedCalls(context, at(streams, 0)),
      ...context.weights.layout.layers.flatMap((layer, l) =>
        forwardCalls(context, layer, at(layers, l), at(streams, l + 1)),
      ),
    ];
  }

  private backwardCalls(trainable: TrainableState): KernelCall[] {
    const { context, pool } = this;
    const { layers, decoder } = context.weights.layout;
    const scratch = (label: string, count: number) => pool.storage('activation gradients', label, count);
    const lowWidth = context.adapter?.layout.lowWidth ?? 0;
    const floats = gradientFloats(decoder, context.config, context.variant, lowWidth);
    const gradients = allocate(floats, context.capacity, scratch);
    const dHead = scratch('dHead', context.headCapacity * decoder.widths.x);
    return [
      ...backwardHeadCalls(context, dHead, gradients.dx, trainable),
      ...[...layers.entries()].reverse().flatMap(([l, layer]) => [
        // the last layer's activations are those of the forward pass
        ...(this.capacity.recompute && l < layers.length - 1
          ? forwardCalls(context, layer, at(this.layers, l), at(this.streams, l + 1), true)
          : []),
        ...backwardCalls(context, layer, at(this.layers, l), gradients, trainable),
      ]),
      ...(context.adapter ? [] : embedGradCalls(context, this.tables, gradients.dx, trainable)),
    ];
  }
}

function sizesOf(batch: MicroBatch): PlanSizes {
  return { rows: batch.rows, headRows: batch.headRows, runs: batch.runs };
}
