/**
 * The decoder, described once: its linear maps and norms with Hugging Face's tensors, shapes and what flows in and out.
 * Everything else that knows the decoder's parts follows from this: names and shapes of a checkpoint (parameters.ts), places
 * in memory (weights/layout.ts), dispatches (decoder/), memory plan and shapes to tune.
 *
 * Widths are padded to multiples of 4 with zeros that stay zero (their gradients are products with zero).
 */
import type { ModelConfig } from './config';

/** Log-probabilities of the next token, or one value per position (a critic; Hugging Face's ...ForSequenceClassification). */
export type HeadKind = 'vocabulary' | 'value';

/** What passes between the maps, a row per token: the residual stream before a layer (`x`) and after its attention
 * (`middle`), q | k | v, attention's output, gate | up, SwiGLU's output, logits or values. */
export type Activation = 'x' | 'middle' | 'qkv' | 'mixed' | 'gateUp' | 'act' | 'logits';

type MapInput = Extract<Activation, 'x' | 'middle' | 'mixed' | 'act'>;
type MapOutput = Exclude<Activation, 'mixed' | 'act'>;

export type NormRole = 'attentionNorm' | 'mlpNorm' | 'finalNorm';

export type LinearRole = 'qkv' | 'output' | 'gateUp' | 'down';

/** A tensor [rows, in] of a checkpoint inside a map's matrix. */
export interface MatrixPart {
  /** Hugging Face's name in the layer, without `.weight`. */
  readonly tensor: string;
  readonly rows: number;
  /** Its first row in the matrix. */
  readonly first: number;
}

/** y = W norm(x) + b, W [rows, columns] padded. */
export interface LinearMap<Output extends MapOutput = MapOutput> {
  readonly group: 'attention' | 'mlp' | 'head';
  readonly parts: readonly MatrixPart[];
  readonly rows: number;
  readonly columns: number;
  /** Width of x without padding. */
  readonly width: number;
  readonly norm: NormRole | null;
  /** One bias per part, named like it, `.bias`. */
  readonly bias: boolean;
  readonly input: MapInput;
  /** Where y goes; into `x` and `middle` it is added. */
  readonly output: Output;
}

/** A vector of gains. */
export interface Gain {
  readonly tensor: string;
  readonly width: number;
}

export interface LayerDescription {
  readonly linears: Readonly<Record<LinearRole, LinearMap<Exclude<MapOutput, 'logits'>>>>;
  readonly norms: Readonly<Record<'attentionNorm' | 'mlpNorm', Gain>>;
  /** Gains of the norms of each q and k head, where the model has them. */
  readonly headNorms: Readonly<Record<'qGain' | 'kGain', Gain>> | null;
}

export interface Decoder {
  readonly headKind: HeadKind;
  readonly layers: number;
  /** Padded widths of the activations. */
  readonly widths: Readonly<Record<Activation, number>>;
  /** [vocabulary, width]; a row is looked up. */
  readonly embedding: Pick<LinearMap, 'parts' | 'rows' | 'columns' | 'width'>;
  /** Every layer is the same. */
  readonly layer: LayerDescription;
  readonly finalNorm: Gain;
  /** Its matrix is the embedding's where they are tied. */
  readonly head: LinearMap<'logits'>;
  readonly tied: boolean;
}

/** The order of a layer's maps, and of their matrices in memory. */
export const linearRoles = ['qkv', 'output', 'gateUp', 'down'] as const satisfies readonly LinearRole[];

export const pad4 = (value: number): number => Math.ceil(value / 4) * 4;

/** Parts whose rows follow one another, each padded by `pad`. */
function partsOf(pad: (rows: number) => number, tensors: readonly (readonly [string, number])[]): MatrixPart[] {
  let first = 0;
  return tensors.map(([tensor, rows]) => {
    const part = { tensor, rows, first };
    first += pad(rows);
    return part;
  });
}

const dense = (rows: number): number => rows;

/** A value head is never tied; its one row is padded to 4. */
export function describeDecoder(config: ModelConfig, headKind: HeadKind = 'vocabulary'): Decoder {
  const { hiddenSize: d, headDim, intermediateSize, vocabularySize } = config;
  const q = config.heads * headDim;
  const kv = config.kvHeads * headDim;
  const tied = config.tiedEmbeddings && headKind === 'vocabulary';
  const [width, qkv, mixed, act] = [pad4(d), pad4(q + 2 * kv), pad4(q), pad4(intermediateSize)];
  const logits = headKind === 'value' ? 4 : pad4(vocabularySize);
  const widths = { x: width, middle: width, qkv, mixed, gateUp: 2 * act, act, logits };
  const map = <Output extends MapOutput>(
    input: MapInput,
    output: Output,
    rest: Pick<LinearMap, 'group' | 'parts' | 'norm'> & { readonly width: number; readonly bias?: boolean },
  ): LinearMap<Output> => ({ bias: false, ...rest, input, output, rows: widths[output], columns: widths[input] });

  const embeddingParts = partsOf(dense, [['model.embed_tokens', vocabularySize]]);
  const headParts = headKind === 'value' ? [['score', 1] as const] : [['lm_head', vocabularySize] as const];
  return {
    headKind,
    layers: config.layers,
    widths,
    tied,
    embedding: { parts: embeddingParts, rows: pad4(vocabularySize), columns: width, width: d },
    layer: {
      linears: {
        qkv: map('x', 'qkv', {
          group: 'attention',
          parts: partsOf(dense, [
            ['self_attn.q_proj', q],
            ['self_attn.k_proj', kv],
            ['self_attn.v_proj', kv],
          ]),
          norm: 'attentionNorm',
          width: d,
          bias: config.qkvBias,
        }),
        output: map('mixed', 'middle', {
          group: 'attention',
          parts: partsOf(dense, [['self_attn.o_proj', d]]),
          norm: null,
          width: q,
        }),
        gateUp: map('middle', 'gateUp', {
          group: 'mlp',
          parts: partsOf(pad4, [
            ['mlp.gate_proj', intermediateSize],
            ['mlp.up_proj', intermediateSize],
          ]),
          norm: 'mlpNorm',
          width: d,
        }),
        down: map('act', 'x', {
          group: 'mlp',
          parts: partsOf(dense, [['mlp.down_proj', d]]),
          norm: null,
          width: intermediateSize,
        }),
      },
      norms: {
        attentionNorm: { tensor: 'input_layernorm', width: d },
        mlpNorm: { tensor: 'post_attention_layernorm', width: d },
      },
      headNorms: config.qkNorm
        ? {
            qGain: { tensor: 'self_attn.q_norm', width: headDim },
            kGain: { tensor: 'self_attn.k_norm', width: headDim },
          }
        : null,
    },
    finalNorm: { tensor: 'model.norm', width: d },
    head: map('x', 'logits', {
      group: 'head',
      parts: tied ? embeddingParts : partsOf(dense, headParts),
      norm: 'finalNorm',
      width: d,
    }),
  };
}
