/** The uniform `Batch` of shaders/lib/batch.wgsl. */

/** What token_loss.wgsl and value_loss.wgsl are told of the loss. */
export interface RowLossOptions {
  readonly temperature: number;
  readonly surrogate: 'clipped' | 'likelihood';
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly dualClip: number | null;
  readonly klEstimator: 'k1' | 'k3';
  /** How far a value may move from its old one before its loss no longer falls. */
  readonly valueClip: number;
}

export interface BatchUniform extends RowLossOptions {
  readonly rows: number;
  readonly headRows: number;
  /** Rows that the activations' buffers hold. */
  readonly capacity: number;
}

/** For plans that compute no loss: log-probabilities and values at temperature 1. */
export const noLoss: RowLossOptions = {
  temperature: 1, surrogate: 'clipped', clipLow: 0, clipHigh: 0, dualClip: null, klEstimator: 'k3', valueClip: 0,
}; // prettier-ignore

export const batchUniformBytes = 48;

/** A float32 that no ratio reaches: stands for "no bound", since WGSL may assume that there are no infinities. */
const unbounded = 1e30;

export function encodeBatchUniform(batch: BatchUniform): ArrayBuffer {
  const words = new ArrayBuffer(batchUniformBytes);
  const integers = new Uint32Array(words);
  const floats = new Float32Array(words);
  const { temperature, clipLow, clipHigh, dualClip } = batch;
  integers.set([batch.rows, batch.headRows, batch.klEstimator === 'k1' ? 1 : 3, dualClip === null ? 0 : 1]);
  floats.set([1 / temperature, Math.min(clipLow, unbounded), Math.min(clipHigh, unbounded), dualClip ?? 0], 4);
  integers.set([batch.capacity, batch.surrogate === 'likelihood' ? 1 : 0], 8);
  floats[10] = Math.min(batch.valueClip, unbounded);
  return words;
}
