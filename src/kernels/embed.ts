/** Wrappers of embed.wgsl and embed_grad.wgsl: token rows of the embedding and their gradient. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';

/** x [rows, d] = E[token]. */
export function embed(spec: {
  batch: BufferSlice;
  rows: BufferSlice;
  embedding: BufferSlice;
  x: BufferSlice;
  width: number;
}): KernelCall {
  return {
    label: 'embed',
    shader: 'embed.wgsl',
    constants: { D4: spec.width / 4 },
    bindings: [spec.batch, spec.rows, spec.embedding, spec.x],
    grid: (sizes) => grid1d(Math.ceil(((sizes['rows'] ?? 0) * spec.width) / 256)),
  };
}

/** dE[token] += sum of dx over the token's rows; `runs` and `sortedRows` come from the packing of the micro-batch. */
export function embedGrad(spec: {
  runs: BufferSlice;
  sortedRows: BufferSlice;
  dx: BufferSlice;
  grads: BufferSlice;
  width: number;
}): KernelCall {
  return {
    label: 'embed grad',
    shader: 'embed_grad.wgsl',
    constants: { D4: spec.width / 4 },
    bindings: [spec.runs, spec.sortedRows, spec.dx, spec.grads],
    grid: (sizes) => grid1d(Math.ceil(((sizes['runs'] ?? 0) * spec.width) / 256)),
  };
}
