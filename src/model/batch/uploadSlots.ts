/** Upload slots: each micro-batch of a step is written to its own slot and copied to the kernels' tables in the encoder. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { batchUniformBytes, encodeBatchUniform, type RowLossOptions } from '../../kernels/batchUniform';
import { at } from '../../lib/invariant';
import type { MicroBatch } from './packing';

/** The tables that the kernels read, see shaders/lib/batch.wgsl. */
export interface BatchTables {
  readonly batch: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly headRows: GPUBuffer;
  readonly runs: GPUBuffer;
  readonly sortedRows: GPUBuffer;
}

/** Words of each table, per row; of `headRows` per head row. */
export const tableFloats = { rows: 8, headRows: 8, runs: 4, sortedRows: 1 } as const;

export class UploadSlots {
  private readonly slots: GPUBuffer[] = [];
  private readonly offsets;
  private readonly size: number;

  constructor(
    private readonly gpu: Gpu,
    private readonly pool: BufferPool,
    private readonly tables: BatchTables,
    private readonly capacity: { readonly rows: number; readonly headRows: number },
  ) {
    const rows = batchUniformBytes;
    const headRows = rows + capacity.rows * tableFloats.rows * 4;
    const runs = headRows + capacity.headRows * tableFloats.headRows * 4;
    const sortedRows = runs + capacity.rows * tableFloats.runs * 4;
    this.offsets = { rows, headRows, runs, sortedRows };
    this.size = sortedRows + capacity.rows * tableFloats.sortedRows * 4;
  }

  write(slot: number, batch: MicroBatch, headTable: ArrayBuffer, loss: RowLossOptions): void {
    while (this.slots.length <= slot) {
      const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      this.slots.push(this.pool.create('uploads', `upload ${this.slots.length}`, this.size, usage));
    }
    const buffer = at(this.slots, slot);
    const { queue } = this.gpu.device;
    const { rows, headRows } = batch;
    queue.writeBuffer(buffer, 0, encodeBatchUniform({ ...loss, rows, headRows, capacity: this.capacity.rows }));
    queue.writeBuffer(buffer, this.offsets.rows, new Uint32Array(batch.rowTable));
    queue.writeBuffer(buffer, this.offsets.headRows, headTable);
    queue.writeBuffer(buffer, this.offsets.runs, new Uint32Array(batch.runTable));
    queue.writeBuffer(buffer, this.offsets.sortedRows, new Uint32Array(batch.sortedRows));
  }

  encode(encoder: GPUCommandEncoder, slot: number, batch: MicroBatch): void {
    const from = at(this.slots, slot);
    const { tables, offsets } = this;
    encoder.copyBufferToBuffer(from, 0, tables.batch, 0, batchUniformBytes);
    encoder.copyBufferToBuffer(from, offsets.rows, tables.rows, 0, batch.rows * 32);
    if (batch.headRows > 0) encoder.copyBufferToBuffer(from, offsets.headRows, tables.headRows, 0, batch.headRows * 32);
    encoder.copyBufferToBuffer(from, offsets.runs, tables.runs, 0, batch.runs * 16);
    encoder.copyBufferToBuffer(from, offsets.sortedRows, tables.sortedRows, 0, batch.rows * 4);
  }
}
