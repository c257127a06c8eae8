/**
 * Where every parameter lies in the flat arenas (weights, gradients, moments), and the tables that drive the kernels
 * which walk them.
 *
 * Inner dimensions and row counts are padded to multiples of 4 with zeros that stay zero (their gradients are products
 * with zero). q, k, v lie row after row as one matrix, so do gate and up. Matrices come first, then norm gains and
 * biases, so that weight decay can tell them apart by one index; every region starts on 256 bytes, so that it can be bound.
 */
import { at } from '../lib/invariant';
import type { ModelConfig } from './config';
import { expectedParameters, type HeadKind } from './parameters';

/** A matrix as the kernels see it: [rows, columns], both multiples of 4. Offsets in floats. */
export interface MatrixRegion {
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  /** Gain of the norm in front of it, folded into its transpose; null when there is none. */
  readonly gainAt: number | null;
  /** Start of the folded transpose [columns, rows] in the folded arena. */
  readonly foldedAt: number;
}

/** One Hugging Face tensor inside the arenas: row r starts at `at + r * stride`. */
export interface TensorPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly at: number;
  readonly rows: number;
  readonly width: number;
  readonly stride: number;
}

export interface LayerLayout {
  /** Start of the layer's matrices, and their total length. */
  readonly at: number;
  readonly length: number;
  readonly qkv: MatrixRegion;
  readonly output: MatrixRegion;
  readonly gateUp: MatrixRegion;
  readonly down: MatrixRegion;
  /** Start of the layer's block of vectors; the rest are offsets inside it. */
  readonly vectorsAt: number;
  readonly vectorsLength: number;
  readonly attentionNorm: number;
  readonly mlpNorm: number;
  readonly bias: number;
  readonly qGain: number;
  readonly kGain: number;
}

export interface ParameterLayout {
  readonly headKind: HeadKind;
  /** Padded widths, floats. */
  readonly width: number;
  readonly qkvWidth: number;
  readonly mixedWidth: number;
  readonly mlpWidth: number;
  readonly vocabularyWidth: number;
  readonly embedding: MatrixRegion;
  /** Equal to the embedding's place when tied, but with the final norm's gain and a transpose. */
  readonly head: MatrixRegion;
  readonly layers: readonly LayerLayout[];
  readonly finalNorm: number;
  /** Floats up to which parameters lie; norm gains and biases start at `vectorsAt`. */
  readonly count: number;
  readonly vectorsAt: number;
  /** Gradient of the folded head: the head's own region, or an extra one past `count` when it is tied. */
  readonly headGradientAt: number;
  /** Floats per slab of the gradient arena. */
  readonly gradientLength: number;
  readonly foldedLength: number;
  readonly tensors: readonly TensorPlace[];
}

/** Whether the head is the embedding. */
export const isTied = (config: ModelConfig, headKind: HeadKind): boolean =>
  config.tiedEmbeddings && headKind === 'vocabulary';

export const pad4 = (value: number): number => Math.ceil(value / 4) * 4;
const align = (value: number): number => Math.ceil(value / 64) * 64;

/** A value head is never tied; its one row is padded to 4. */
export function layoutParameters(config: ModelConfig, headKind: HeadKind = 'vocabulary'): ParameterLayout {
  const width = pad4(config.hiddenSize);
  const qkvWidth = pad4((config.heads + 2 * config.kvHeads) * config.headDim);
  const mixedWidth = pad4(config.heads * config.headDim);
  const mlpWidth = pad4(config.intermediateSize);
  const vocabularyWidth = pad4(config.vocabularySize);

  let end = 0;
  let foldedEnd = 0;
  const take = (length: number): number => {
    const start = end;
    end = align(end + length);
    return start;
  };
  const matrix = (rows: number, columns: number): MatrixRegion => {
    const region = { at: take(rows * columns), rows, columns, gainAt: null, foldedAt: foldedEnd };
    foldedEnd = align(foldedEnd + rows * columns);
    return region;
  };

  const embedding = matrix(vocabularyWidth, width);
  const headRows = headKind === 'value' ? 4 : vocabularyWidth;
  const untiedHead = isTied(config, headKind) ? null : matrix(headRows, width);
  const matrices = Array.from({ length: config.layers }, () => {
    const start = end;
    return {
      at: start,
      qkv: matrix(qkvWidth, width),
      output: matrix(width, mixedWidth),
      gateUp: matrix(2 * mlpWidth, width),
      down: matrix(width, mlpWidth),
      length: end - start,
    };
  });
  const vectorsAt = end;
  const layers = matrices.map((part): LayerLayout => {
    const start = end;
    const attentionNorm = take(width) - start;
    const mlpNorm = take(width) - start;
    const bias = config.qkvBias ? take(qkvWidth) - start : 0;
    const qGain = config.qkNorm ? take(pad4(config.headDim)) - start : 0;
    const kGain = config.qkNorm ? take(pad4(config.headDim)) - start : 0;
    return {
      ...part,
      length: lengthOf(part.at, part.down),
      qkv: { ...part.qkv, gainAt: start + attentionNorm },
      gateUp: { ...part.gateUp, gainAt: start + mlpNorm },
      vectorsAt: start,
      vectorsLength: end - start,
      attentionNorm,
      mlpNorm,
      bias,
      qGain,
      kGain,
    };
  });
  const finalNorm = take(width);
  const count = end;
  const head: MatrixRegion = { ...(untiedHead ?? embedding), gainAt: finalNorm };
  const headGradientAt = untiedHead ? untiedHead.at : take(vocabularyWidth * width);
  const layout = {
    headKind, width, qkvWidth, mixedWidth, mlpWidth, vocabularyWidth, embedding, head, layers, finalNorm, count, vectorsAt,
    headGradientAt, gradientLength: end, foldedLength: foldedEnd,
  }; // prettier-ignore
  return { ...layout, tensors: placeTensors(config, layout) };
}

function lengthOf(start: number, last: MatrixRegion): number {
  return align(last.at + last.rows * last.columns) - start;
}

function placeTensors(config: ModelConfig, layout: Omit<ParameterLayout, 'tensors'>): TensorPlace[] {
  const q = config.heads * config.headDim;
  const kv = config.kvHeads * config.headDim;
  const starts: Readonly<Record<string, number>> = { q_proj: 0, k_proj: q, v_proj: q + kv };
  const place = (name: string): { at: number; stride: number } => {
    if (name === 'model.embed_tokens.weight') return { at: layout.embedding.at, stride: layout.width };
    if (name === 'lm_head.weight' || name === 'score.weight') return { at: layout.head.at, stride: layout.width };
    if (name === 'model.norm.weight') return { at: layout.finalNorm, stride: layout.width };
    const match = /^model\.layers\.(\d+)\.(?:self_attn\.|mlp\.)?(\w+)\.(weight|bias)$/.exec(name);
    const layer = at(layout.layers, Number(match?.[1] ?? -1));
    const part = match?.[2] ?? '';
    const vector = (offset: number) => ({ at: layer.vectorsAt + offset, stride: 0 });
    const start = starts[part];
    if (start !== undefined && match?.[3] === 'bias') return vector(layer.bias + start);
    if (start !== undefined) return { at: layer.qkv.at + start * layout.width, stride: layout.width };
    switch (part) {
      case 'o_proj': return { at: layer.output.at, stride: layout.mixedWidth };
      case 'gate_proj': return { at: layer.gateUp.at, stride: layout.width };
      case 'up_proj': return { at: layer.gateUp.at + layout.mlpWidth * layout.width, stride: layout.width };
      case 'down_proj': return { at: layer.down.at, stride: layout.mlpWidth };
      case 'input_layernorm': return vector(layer.attentionNorm);
      case 'post_attention_layernorm': return vector(layer.mlpNorm);
      case 'q_norm': return vector(layer.qGain);
      case 'k_norm': return vector(layer.kGain);
      default: throw new Error(`no place for the tensor ${name}`);
    }
  }; // prettier-ignore
  return expectedParameters(config, layout.headKind).map(({ name, shape }) => {
    const width = at(shape, shape.length - 1);
    const rows = shape.length === 1 ? 1 : at(shape, 0);
    return { name, shape, rows, width, ...place(name) };
  });
}

/** Copies tensors into a zeroed arena image. */
export function packTensor(place: TensorPlace, data: Float32Array, arena: Float32Array): void {
  for (let row = 0; row < place.rows; row++) {
    arena.set(data.subarray(row * place.width, (row + 1) * place.width), place.at + row * place.stride);
  }
}

/** Reads one tensor back out of an arena image, padding stripped. */
export function unpackTensor(place: TensorPlace, arena: Float32Array): Float32Array {
  const data = new Float32Array(place.rows * place.width);
  for (let row = 0; row < place.rows; row++) {
    const start = place.at + row * place.stride;
    data.set(arena.subarray(start, start + place.width), row * place.width);
  }
  return data;
}

/** Rows per chunk of finish_grads: enough chunks to keep a GPU busy, few enough partial sums. */
const chunkRows = 64;

export interface GradientTables {
  /** 8 u32 per chunk, see finish_grads.wgsl. */
  readonly chunks: Uint32Array;
  /** 4 u32 per norm, see gain_grad.wgsl. */
  readonly norms: Uint32Array;
  /** 8 u32 per matrix, see fold_weights.wgsl. */
  readonly matrices: Uint32Array;
  readonly largestBlocks: number;
}

/** Tables of the kernels that run once per optimiser step; offsets in vec4. */
export function gradientTables(layout: ParameterLayout, tied: boolean): GradientTables {
  const chunks: number[] = [];
  const norms: number[] = [];
  const addNorm = (region: MatrixRegion, gradientAt: number, addAt: number | null): void => {
    const gainAt = region.gainAt ?? 0;
    const first = chunks.length / 8;
    for (let row = 0; row < region.rows; row += chunkRows) {
      const offset = row * region.columns;
      chunks.push(
        (gradientAt + offset) / 4,
        Math.min(chunkRows, region.rows - row),
        region.columns / 4,
        (region.at + offset) / 4,
        gainAt / 4,
        ((addAt ?? gradientAt) + offset) / 4,
        addAt === null ? 0 : 1,
        0,
      );
    }
    norms.push(first, chunks.length / 8 - first, gainAt / 4, region.columns / 4);
  };
  for (const layer of layout.layers) {
    addNorm(layer.qkv, layer.qkv.at, null);
    addNorm(layer.gateUp, layer.gateUp.at, null);
  }
  addNorm(layout.head, layout.headGradientAt, tied ? layout.embedding.at : null);

  const folded = [
    ...layout.layers.flatMap((layer) => [layer.qkv, layer.output, layer.gateUp, layer.down]),
    layout.head,
  ];
  const matrices = folded.flatMap((region) => [
    region.at / 4, region.foldedAt / 4, region.rows / 4, region.columns / 4, (region.gainAt ?? 0) / 4, region.gainAt === null ? 0 : 1, 0, 0,
  ]); // prettier-ignore
  return {
    chunks: new Uint32Array(chunks),
    norms: new Uint32Array(norms),
    matrices: new Uint32Array(matrices),
    largestBlocks: Math.max(...folded.map((region) => (region.rows * region.columns) / 16)),
  };
}
