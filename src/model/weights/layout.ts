/**
 * Where every parameter lies. Parameters have addresses in one order, in floats: embedding, head, the layers' matrices, then
 * each layer's vectors (norm gains, biases), so that weight decay can tell matrices from vectors by one address. Buffers are
 * runs of this order (shards.ts); an address outlives them, and decides the order in which the gradient norm is summed.
 *
 * q, k, v lie row after row as one matrix, so do gate and up. Every region starts on 256 bytes, so that it can be bound.
 */
import { vocabularyWindows } from '../../kernels/vocabulary';
import { at, invariant } from '../../lib/invariant';
import { linearRoles, pad4, type Decoder, type LinearMap, type LinearRole } from '../description';
import { tensorsOf, type TensorRole } from '../parameters';

/** `length` floats that lie in one buffer. */
export interface Region {
  readonly at: number;
  readonly length: number;
}

/** A matrix as the kernels see it: [rows, columns], both multiples of 4. */
export interface MatrixRegion extends Region {
  /** What it is, for messages. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Gain of the norm in front of it, folded into its transpose; null when there is none. */
  readonly gainAt: number | null;
}

/** A matrix with the place of its folded transpose [columns, rows], in the order of the transposes. */
export interface FoldedRegion extends MatrixRegion {
  readonly folded: Region;
}

/** Rows of a table for one window of the vocabulary, from row `first` on. */
export interface TableWindow extends MatrixRegion {
  readonly first: number;
}

/** A window of the head, with its transpose [columns, rows] and its folded weight's gradient. */
export interface HeadWindow extends TableWindow, FoldedRegion {
  readonly gradient: MatrixRegion;
}

/** One Hugging Face tensor: row r starts at `at + r * stride`. */
export interface TensorPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly at: number;
  readonly rows: number;
  readonly width: number;
  readonly stride: number;
}

export type VectorRole = 'attentionNorm' | 'mlpNorm' | 'bias' | 'qGain' | 'kGain';

export interface LayerLayout {
  readonly index: number;
  readonly matrices: Readonly<Record<LinearRole, FoldedRegion>>;
  /** The layer's vectors, which attention binds as one. */
  readonly vectors: Region;
  /** Where each begins in `vectors`; 0 where the model has none. */
  readonly offsets: Readonly<Record<VectorRole, number>>;
}

export interface ParameterLayout {
  readonly decoder: Decoder;
  readonly embedding: MatrixRegion;
  /** Equal to the embedding's place when tied, but with the final norm's gain. */
  readonly head: MatrixRegion;
  /** The same by windows of the vocabulary, the only one for small vocabularies. */
  readonly headWindows: readonly HeadWindow[];
  readonly layers: readonly LayerLayout[];
  readonly finalNorm: Region;
  /** Floats of all parameters; those from `vectorsAt` on are norm gains and biases. */
  readonly count: number;
  readonly vectorsAt: number;
  readonly foldedCount: number;
  /** Gradient of the folded head: the head's own region, or one past `count` when it is tied. */
  readonly headGradient: MatrixRegion;
  readonly tensors: readonly TensorPlace[];
}

const align = (value: number): number => Math.ceil(value / 64) * 64;

/** Regions one behind the other. */
export class Taker {
  end = 0;
  take(length: number): Region {
    const region = { at: this.end, length };
    this.end = align(this.end + length);
    return region;
  }
}

export function layoutParameters(decoder: Decoder): ParameterLayout {
  const { embedding, head, layer, tied, widths } = decoder;
  const parameters = new Taker();
  const transposes = new Taker();
  const matrix = (name: string, { rows, columns }: Pick<LinearMap, 'rows' | 'columns'>): MatrixRegion => ({
    ...parameters.take(rows * columns), name, rows, columns, gainAt: null,
  }); // prettier-ignore
  const folded = (region: MatrixRegion): FoldedRegion => ({ ...region, folded: transposes.take(region.length) });

  const embeddingRegion = matrix('embedding', embedding);
  const headRegion = tied ? embeddingRegion : matrix('head', head);
  const headTransposes = tableWindows(headRegion).map(({ length }) => transposes.take(length));
  const matrices = Array.from({ length: decoder.layers }, (_, l) => {
    const of = (role: LinearRole) => folded(matrix(`${role} of layer ${l}`, layer.linears[role]));
    return { qkv: of('qkv'), output: of('output'), gateUp: of('gateUp'), down: of('down') };
  });
  const vectorsAt = parameters.end;
  const layers = matrices.map((own, index): LayerLayout => {
    const start = parameters.end;
    const vector = (width: number) => (width === 0 ? 0 : parameters.take(pad4(width)).at - start);
    const offsets = {
      attentionNorm: vector(layer.norms.attentionNorm.width),
      mlpNorm: vector(layer.norms.mlpNorm.width),
      bias: vector(layer.linears.qkv.bias ? widths.qkv : 0),
      qGain: vector(layer.headNorms?.qGain.width ?? 0),
      kGain: vector(layer.headNorms?.kGain.width ?? 0),
    };
    const behindNorm = (role: LinearRole): FoldedRegion => {
      const { norm } = layer.linears[role];
      return norm === null || norm === 'finalNorm' ? own[role] : { ...own[role], gainAt: start + offsets[norm] };
    };
    return {
      index,
      matrices: { qkv: behindNorm('qkv'), output: own.output, gateUp: behindNorm('gateUp'), down: own.down },
      vectors: { at: start, length: parameters.end - start },
      offsets,
    };
  });
  const finalNorm = parameters.take(widths.x);
  const count = parameters.end;
  const normedHead = { ...headRegion, gainAt: finalNorm.at };
  const headGradient = tied ? matrix('gradient of the tied head', head) : headRegion;
  const gradients = tableWindows(headGradient);
  const headWindows = tableWindows(normedHead).map((window, w) => ({
    ...window,
    folded: at(headTransposes, w),
    gradient: at(gradients, w),
  }));
  const layout = {
    decoder, embedding: embeddingRegion, head: normedHead, headWindows, layers, finalNorm, count, vectorsAt,
    foldedCount: transposes.end, headGradient,
  }; // prettier-ignore
  return { ...layout, tensors: placeTensors(layout) };
}

function placeTensors(layout: Omit<ParameterLayout, 'tensors'>): TensorPlace[] {
  const { decoder } = layout;
  const place = (role: TensorRole): { at: number; stride: number } => {
    const inMatrix = ({ at: start, columns }: MatrixRegion, first: number) => ({
      at: start + first * columns,
      stride: columns,
    });
    switch (role.of) {
      case 'embedding':
        return inMatrix(layout.embedding, 0);
      case 'head':
        return inMatrix(layout.head, role.first);
      case 'finalNorm':
        return { at: layout.finalNorm.at, stride: 0 };
      case 'matrix':
        return inMatrix(at(layout.layers, role.layer).matrices[role.linear], role.first);
      case 'bias': {
        const { vectors, offsets } = at(layout.layers, role.layer);
        invariant(role.linear === 'qkv', 'only q, k and v have biases');
        return { at: vectors.at + offsets.bias + role.first, stride: 0 };
      }
      case 'gain': {
        const { vectors, offsets } = at(layout.layers, role.layer);
        return { at: vectors.at + offsets[role.gain], stride: 0 };
      }
      default:
        return role satisfies never;
    }
  };
  return tensorsOf(decoder).map(({ name, shape, place: role }) => {
    const width = at(shape, shape.length - 1);
    const rows = shape.length === 1 ? 1 : at(shape, 0);
    return { name, shape, rows, width, ...place(role) };
  });
}

/** A table over the vocabulary (embedding, head or a gradient of one) cut at the windows of the vocabulary. */
export function tableWindows(table: MatrixRegion): TableWindow[] {
  const { name, rows, columns } = table;
  const windows = vocabularyWindows(rows);
  return windows.map(({ first, count }) => ({
    ...table,
    name: windows.length === 1 ? name : `${name}, rows ${first} to ${first + count - 1}`,
    first,
    at: table.at + first * columns,
    length: count * columns,
    rows: count,
  }));
}

/** Embedding, head where it is not the embedding, and the layers' matrices, in the order of the addresses. */
export function matrixRegions({ decoder, embedding, head, layers }: ParameterLayout): MatrixRegion[] {
  const inLayers = layers.flatMap(({ matrices }) => linearRoles.map((role) => matrices[role]));
  return [embedding, ...(decoder.tied ? [] : [head]), ...inLayers];
}

/** The layers' vectors and the final norm, in the order of the addresses. */
export function vectorRegions({ layers, finalNorm }: ParameterLayout): NamedRegion[] {
  return [
    ...layers.map(({ vectors, index }) => ({ ...vectors, name: `vectors of layer ${index}` })),
    { ...finalNorm, name: 'final norm' },
  ];
}

/** Embedding or head: a row for each token. */
export const isTable = ({ embedding, head }: ParameterLayout, { at: start }: Region): boolean =>
  start === embedding.at || start === head.at;

export interface NamedRegion extends Region {
  readonly name: string;
}
