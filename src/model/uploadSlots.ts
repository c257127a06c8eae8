/** Upload slots: each micro-batch of a step is written to its own slot and copied to the kernels' tables in the encoder. */
import type { BufferPool } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { batchUniformBytes, encodeBatchUniform } from '../kernels/batchUniform';
import { at } from '../lib/invariant';
import type { MicroBatch } from './packing';
import type { LossOptions } from '../records/weighted';

/** The tables that the kernels read, see shaders/lib/batch.wgsl. */
export interface BatchTables {
  readonly batch: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly headRows: GPUBuffer;
  readonly runs: GPUBuffer;
  readonly sortedRows: GPUBuffer;
}

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
    const headRows = rows + capacity.rows * 32;
    const runs = headRows + capacity.headRows * 32;
    const sortedRows = runs + capacity.rows * 16;
    this.offsets = { rows, headRows, runs, sortedRows };
    this.size = sortedRows + capacity.rows * 4;
  }

  write(slot: number, batch: MicroBatch, headTable: ArrayBuffer, loss: LossOptions): void {
    while (this.slots.length <= slot) {
      const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      this.slots.push(this.pool.create('uploads', `upload ${this.slots.length}`, this.size, usage));
    }
    const buffer = at(this.slots, slot);
    const { queue } = this.gpu.device;
    const { rows, headRows } = batch;
    const klEstimator = loss.klEstimator === 'k1' ? 1 : 3;
    queue.writeBuffer(
      buffer,
      0,
      encodeBatchUniform({ ...loss, rows, headRows, klEstimator, capacity: this.capacity.rows }),
    );
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
