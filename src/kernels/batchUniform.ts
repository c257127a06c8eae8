/** The uniform `Batch` of shaders/lib/batch.wgsl. */
export interface BatchUniform {
  readonly rows: number;
  readonly headRows: number;
  readonly klEstimator: 1 | 3;
  readonly dualClip: number | null;
  readonly temperature: number;
  readonly clipLow: number;
  readonly clipHigh: number;
  /** Rows that the activations' buffers hold. */
  readonly capacity: number;
}

export const batchUniformBytes = 48;

/** A float32 that no ratio reaches: stands for "no bound", since WGSL may assume that there are no infinities. */
const unbounded = 1e30;

export function encodeBatchUniform(batch: BatchUniform): ArrayBuffer {
  const words = new ArrayBuffer(batchUniformBytes);
  const integers = new Uint32Array(words);
  const { temperature, clipLow, clipHigh, dualClip } = batch;
  integers.set([batch.rows, batch.headRows, batch.klEstimator, dualClip === null ? 0 : 1]);
  new Float32Array(words).set(
    [1 / temperature, Math.min(clipLow, unbounded), Math.min(clipHigh, unbounded), dualClip ?? 0],
    4,
  );
  integers[8] = batch.capacity;
  return words;
}
