/** Wrappers of decode_embed and decode_attention: one new token for every sequence. */
import { grid1d, type BufferSlice, type KernelCall } from '../gpu/plan';
import { headConstants, type HeadShape } from './headShape';
import { bindTensor, type TensorWindow } from './tensor';
import { embeddingConstants } from './embed';

/** x [sequences, width] = E[nextToken], a dispatch for each window of the vocabulary. */
export function decodeEmbed(spec: {
  sampling: BufferSlice;
  sequences: BufferSlice;
  active: BufferSlice;
  embedding: readonly TensorWindow[];
  x: BufferSlice;
}): KernelCall[] {
  return spec.embedding.map(({ first, tensor }) => ({
    label: 'decode embed',
    shader: 'decode_embed.wgsl',
    constants: embeddingConstants(first, tensor),
    bindings: [spec.sampling, spec.sequences, bindTensor(tensor), spec.x, spec.active],
    grid: (sizes) => grid1d(Math.ceil(((sizes['rows'] ?? 0) * tensor.columns) / 256)),
  }));
}

export function decodeAttention(
  shape: HeadShape,
  spec: {
    sampling: BufferSlice;
    sequences: BufferSlice;
    active: BufferSlice;
    qkv: BufferSlice;
    /** Rotated q | k | v rows of the prompts. */
    prefix: BufferSlice;
    /** [sequences, capacity, k | v]. */
    cache: BufferSlice;
    capacity: number;
    mixed: BufferSlice;
    table: BufferSlice;
    vectors: BufferSlice;
  },
): KernelCall {
  return {
    label: 'decode attention',
    shader: 'decode_attention.wgsl',
    constants: { ...headConstants(shape), CAPACITY: spec.capacity },
    bindings: [
      spec.sampling,
      spec.sequences,
      spec.qkv,
      spec.prefix,
      spec.cache,
      spec.mixed,
      spec.table,
      shape.qkNorm ? spec.vectors : null,
      spec.active,
    ],
    grid: (sizes) => grid1d(Math.ceil(((sizes['rows'] ?? 0) * shape.qHeads) / 64)),
  };
}
