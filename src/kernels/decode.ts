/** Wrappers of decode_embed, decode_attention with its forms (attentionForm.ts) and store_keys: one new token for every sequence. */
import { grid1d, type BufferSlice, type KernelCall, type PlanSizes } from '../gpu/plan';
import { attentionForm, keysAtOnce } from './attentionForm';
import { headConstants, vectorWidth, type HeadShape } from './headShape';
import { bindTensor, type TensorWindow } from './tensor';
import { embeddingConstants } from './embed';
import type { KernelVariant } from './variant';

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

/** Attention of the new token: one dispatch, or for wide heads two. */
export function decodeAttention(
  shape: HeadShape,
  variant: KernelVariant,
  spec: {
    sampling: BufferSlice;
    sequences: BufferSlice;
    active: BufferSlice;
    /** [rows, qkvWidth] as projected; with wide heads q is rotated in place. */
    qkv: BufferSlice;
    /** [slots, k | v]; which slots are whose, see shaders/lib/kv_pages.wgsl. */
    cache: BufferSlice;
    /** Numbers of pages of `pageTokens` slots each. */
    pages: BufferSlice;
    pageTokens: number;
    mixed: BufferSlice;
    table: BufferSlice;
    vectors: BufferSlice;
  },
): KernelCall[] {
  const { sampling, sequences, active, qkv, cache, pages, mixed, table } = spec;
  const constants = { ...headConstants(shape), PAGE: spec.pageTokens };
  const vectors = shape.qkNorm ? spec.vectors : null;
  const threads = (perRow: number) => (sizes: PlanSizes) => grid1d(Math.ceil(((sizes['rows'] ?? 0) * perRow) / 64));
  const groups = (perRow: number) => (sizes: PlanSizes) => grid1d((sizes['rows'] ?? 0) * perRow);
  const label = 'decode attention';
  const form = attentionForm(shape, variant);
  if (form === 'registers') {
    const bindings = [sampling, sequences, qkv, cache, mixed, table, vectors, active, pages];
    return [{ label, shader: 'decode_attention.wgsl', constants, bindings, grid: threads(shape.qHeads) }];
  }
  const software = form === 'loops';
  return [
    {
      label: 'decode heads',
      shader: 'decode_heads.wgsl',
      constants,
      bindings: [sampling, sequences, qkv, cache, table, vectors, active, null, pages],
      grid: threads(shape.qHeads + 2 * shape.kvHeads),
    },
    {
      label,
      shader: software ? 'decode_attention_loops.wgsl' : 'decode_attention_tiles.wgsl',
      constants: software ? { ...constants, KEYS: keysAtOnce } : constants,
      bindings: [sampling, sequences, qkv, cache, mixed, active, null, null, pages],
      grid: groups(software ? shape.kvHeads : shape.qHeads),
    },
  ];
}

/** Keys and values of `rows` packed rows into the slots of the cache that `slots` [rows] names. */
export function storeKeys(
  shape: HeadShape,
  spec: { batch: BufferSlice; slots: BufferSlice; qkv: BufferSlice; cache: BufferSlice },
): KernelCall {
  const lanes = (2 * shape.kvHeads * shape.headDim) / vectorWidth(shape);
  return {
    label: 'store keys',
    shader: 'store_keys.wgsl',
    constants: headConstants(shape),
    bindings: [spec.batch, spec.slots, spec.qkv, spec.cache],
    grid: (sizes) => grid1d(Math.ceil(((sizes['rows'] ?? 0) * lanes) / 64)),
  };
}
