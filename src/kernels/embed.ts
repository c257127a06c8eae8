/** Wrappers of embed.wgsl and embed_grad.wgsl: token rows of the embedding and their gradient. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';
import { bindTensor, storedAs, type TensorHandle, type TensorWindow } from './tensor';

/** x [rows, d] = E[token], a dispatch for each window of the vocabulary. */
export function embed(spec: {
  batch: BufferSlice;
  rows: BufferSlice;
  embedding: readonly TensorWindow[];
  x: BufferSlice;
}): KernelCall[] {
  return spec.embedding.map(({ first, tensor }) => ({
    label: 'embed',
    shader: 'embed.wgsl',
    constants: embeddingConstants(first, tensor),
    bindings: [spec.batch, spec.rows, bindTensor(tensor), spec.x],
    grid: (sizes) => grid1d(Math.ceil(((sizes['rows'] ?? 0) * tensor.columns) / 256)),
  }));
}

/** Of embed.wgsl and decode_embed.wgsl: `tensor` holds the tokens from `first` on. */
export const embeddingConstants = (first: number, { rows, columns, type }: TensorHandle): Record<string, number> => ({
  D4: columns / 4,
  FIRST: first,
  COUNT: rows,
  ...storedAs(2, type, columns),
});

/** dE[token] += sum of dx over the token's rows, a dispatch for each window of the vocabulary; `runs` and `sortedRows` come
 * from the packing of the micro-batch. */
export function embedGrad(spec: {
  runs: BufferSlice;
  sortedRows: BufferSlice;
  dx: BufferSlice;
  gradients: readonly TensorWindow[];
}): KernelCall[] {
  return spec.gradients.map(({ first, tensor }) => ({
    label: 'embed grad',
    shader: 'embed_grad.wgsl',
    constants: { D4: tensor.columns / 4, FIRST: first, COUNT: tensor.rows },
    bindings: [spec.runs, spec.sortedRows, spec.dx, bindTensor(tensor)],
    grid: (sizes) => grid1d(Math.ceil(((sizes['runs'] ?? 0) * tensor.columns) / 256)),
  }));
}
