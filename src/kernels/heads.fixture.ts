/** Head shapes and packed rows for the attention kernels' tests. */
import type { AttentionRow } from './attention.reference';
import type { HeadShape } from './headShape';
import { normals } from './kernelBench.fixture';

const pad4 = (value: number): number => Math.ceil(value / 4) * 4;

/** Head dimensions 6 to 128 and groups of 1, 2, 3, 7, with biases (Qwen2), q/k norms (Qwen3) and neither (Llama). */
export const headShapes: readonly (readonly [string, HeadShape])[] = (
  [
    [6, 2, 2, 'bias'],
    [6, 4, 2, 'norm'],
    [8, 2, 1, 'plain'],
    [16, 3, 1, 'plain'],
    [32, 2, 1, 'plain'],
    [34, 2, 2, 'norm'],
    [40, 2, 1, 'bias'],
    [64, 7, 1, 'bias'],
    [64, 2, 2, 'plain'],
    [128, 2, 1, 'norm'],
  ] as const
).map(([headDim, qHeads, kvHeads, kind]) => {
  const shape: HeadShape = {
    qHeads, kvHeads, headDim, qkvWidth: pad4((qHeads + 2 * kvHeads) * headDim), mixedWidth: pad4(qHeads * headDim),
    qkNorm: kind === 'norm', qkvBias: kind === 'bias', epsilon: 1e-6, biasAt: kind === 'bias' ? 8 : 0, qGainAt: 4, kGainAt: 4 + headDim,
  }; // prettier-ignore
  return [`head dim ${headDim}, ${qHeads} q heads over ${kvHeads} kv heads, ${kind}`, shape] as const;
});

/** Heads whose kernels differ between CPU adapters and GPUs, see attentionForm.ts. */

export const wideHeads = headShapes.filter(([, { headDim }]) => headDim > 32);

/** Values at the offsets of `shape`'s gains and biases. */
export function headVectors(shape: HeadShape): Float32Array {
  return normals(8 + shape.qkvWidth + 2 * shape.headDim, 0.5, 'vectors').map((value) => 1 + value);
}

/** A prompt length and the row counts of its completions. */
export type PackedGroup = readonly [prompt: number, completions: readonly number[]];

export const packings: readonly (readonly PackedGroup[])[] = [
  [[1, []]],
  [[2, [1]]],
  [[3, [1, 2, 5]], [1, [63]], [7, []]],
  [[65, [1, 64, 2]], [64, [61]]],
]; // prettier-ignore

/** The rows' table (`Row` of shaders/lib/batch.wgsl, head rows left out) and, from the definition, what each row sees. */
export function packRows(groups: readonly PackedGroup[]): { table: number[]; rows: AttentionRow[] } {
  const table: number[] = [];
  const rows: AttentionRow[] = [];
  for (const [prompt, completions] of groups) {
    const start = rows.length;
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const end = start + completions.reduce((sum, length) => sum + length, prompt);
    for (let i = 0; i < prompt; i++) {
      table.push(0, i, 0, 0, start, end, 0, 0);
      rows.push({ position: i, keys: range(start, start + i + 1) });
    }
    for (const length of completions) {
      const own = rows.length;
      for (let i = 0; i < length; i++) {
        table.push(0, prompt + i, start, prompt, own, own + length, 0, 0);
        rows.push({ position: prompt + i, keys: [...range(start, start + prompt), ...range(own, own + i + 1)] });
      }
    }
  }
  return { table, rows };
}
