/** Keys and values of prompts, straight into the cache of a rollout: forward over packed rows, with the activations of one
 * layer, which the next one overwrites. The last layer only projects. */
import { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { plansStretch, type Stretch } from '../../gpu/pacedSubmits';
import { Plan } from '../../gpu/plan';
import { batchUniformBytes, encodeBatchUniform, noLoss } from '../../kernels/batchUniform';
import { storeKeys } from '../../kernels/decode';
import { embed } from '../../kernels/embed';
import { at } from '../../lib/invariant';
import type { MicroBatch } from '../batch/packing';
import { tableFloats } from '../batch/uploadSlots';
import { allocate, layerFloats } from '../decoder/buffers';
import { forwardCalls, projectCalls, type LayerActivations, type LayerContext } from '../decoder/layer';
import { headShape, type ProductContext } from '../decoder/products';

/** Rows of prompts that are computed at once, where the longest prompt has `longest`: a prompt is never parted. */
export const prefillRows = (longest: number): number => Math.max(2048, longest);

/** Rows that there must be room for, of prompts of `rows` rows in all. */
export function prefillCapacity(rows: number, longest: number): number {
  return Math.max(64, Math.ceil(Math.min(rows, prefillRows(longest)) / 64) * 64);
}

export class Prefill {
  private constructor(
    private readonly gpu: Gpu,
    readonly pool: BufferPool,
    /** Rows at once, a multiple of 64. */
    readonly capacity: number,
    /** The cache of each layer that it fills. */
    readonly caches: readonly GPUBuffer[],
    private readonly tables: { readonly batch: GPUBuffer; readonly rows: GPUBuffer; readonly slots: GPUBuffer },
    private readonly plan: Plan,
  ) {}

  /** `caches` [l]: keys and values [slots, k | v] of layer l. */
  static async build(
    gpu: Gpu,
    model: Omit<ProductContext, 'capacity'>,
    capacity: number,
    ropeTable: GPUBuffer,
    caches: readonly GPUBuffer[],
  ): Promise<Prefill> {
    const { weights, config } = model;
    const { decoder, layers } = weights.layout;
    const pool = new BufferPool(gpu, 'prefill');
    const tables = {
      batch: pool.uniform('batch', batchUniformBytes),
      rows: pool.storage('tables', 'rows', capacity * tableFloats.rows),
      slots: pool.storage('tables', 'slots', capacity),
    };
    const floats = { x: decoder.widths.x, ...layerFloats(decoder, config, model.adapter?.layout.lowWidth ?? 0) };
    const own: LayerActivations = allocate(floats, capacity, (name, count) => pool.storage('activations', name, count));
    const batch = { buffer: tables.batch };
    const rows = { buffer: tables.rows };
    const context: LayerContext = { ...model, capacity, batch, rows, table: { buffer: ropeTable } };
    const calls = [
      ...embed({ batch, rows, embedding: weights.embedding(), x: { buffer: own.x } }),
      ...layers.flatMap((layer, l) => [
        // x is the layer's input and, in place, its output
        ...(l === layers.length - 1 ? projectCalls(context, layer, own) : forwardCalls(context, layer, own, own.x)),
        storeKeys(headShape(context, layer), {
          batch,
          slots: { buffer: tables.slots },
          qkv: { buffer: own.qkv },
          cache: { buffer: at(caches, l) },
        }),
      ]),
    ];
    return new Prefill(gpu, pool, capacity, caches, tables, await Plan.build(gpu, 'prefill', calls));
  }

  /** Writes the rows that the next submit computes; row r goes to slot `firstSlot` + r. */
  upload({ rows, rowTable }: MicroBatch, firstSlot: number): void {
    const { queue } = this.gpu.device;
    const uniform = encodeBatchUniform({ ...noLoss, rows, headRows: 0, capacity: this.capacity });
    queue.writeBuffer(this.tables.batch, 0, uniform);
    queue.writeBuffer(this.tables.rows, 0, new Uint32Array(rowTable));
    queue.writeBuffer(
      this.tables.slots,
      0,
      Uint32Array.from({ length: rows }, (_, r) => firstSlot + r),
    );
  }

  stretch({ rows }: MicroBatch): Stretch {
    return plansStretch(this.gpu, 'prefill', [this.plan], { rows });
  }

  dispose(): void {
    this.pool.dispose();
  }
}
