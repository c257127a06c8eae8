/** A decoder's shape as Hugging Face's config.json tells it. What the engine does not compute (a rope type, a sliding
 * window, another activation) is refused by name: to ignore it would give silently wrong numbers. */
import { describeValue, oneLine } from '../lib/errors';
import { FileFormatError } from './fileError';
import { parseModelJson } from './modelJson';

/** Tokens of a vocabulary, far above any that was seen. */
export const largestVocabulary = 16_777_216;

export const architectures = ['llama', 'qwen2', 'qwen3'] as const;
export type Architecture = (typeof architectures)[number];

const classNames = {
  llama: 'LlamaForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
} as const satisfies Record<Architecture, string>;

export interface ModelConfig {
  readonly architecture: Architecture;
  /** Width d of the residual stream. */
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Width of one head; heads * headDim need not be hiddenSize (Qwen3). */
  readonly headDim: number;
  readonly intermediateSize: number;
  /** Rows of the embedding; may exceed the tokenizer's vocabulary. */
  readonly vocabularySize: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  /** The head is the embedding. */
  readonly tiedEmbeddings: boolean;
  /** Biases on the q, k and v projections. */
  readonly qkvBias: boolean;
  /** RMSNorm over each head of q and k. */
  readonly qkNorm: boolean;
  /** Longest context, tokens. */
  readonly maxPositions: number;
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number | null;
}

/** Far above any config that was seen; layer_types has an item per layer. */
const limits = { characters: 1_000_000, depth: 16, keys: 10_000, items: 100_000, string: 100_000 };

/** Reads config.json's text; `file` names it in errors. Throws `FileFormatError` naming the key and its value. */
export function parseConfig(text: string, file = 'config.json'): ModelConfig {
  const json = parseModelJson(text, file, limits);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new FileFormatError(file, 'not a JSON object');
  const fields = new Fields(json as Record<string, unknown>, file);
  const architecture = readArchitecture(fields);
  refuseWhatWeDoNotCompute(fields, architecture);

  const hiddenSize = fields.size('hidden_size', 65_536);
  const heads = fields.size('num_attention_heads', 1024);
  const vocabularySize = fields.size('vocab_size', largestVocabulary);
  const kvHeads = fields.size('num_key_value_heads', 1024, heads);
  const config: ModelConfig = {
    architecture,
    hiddenSize,
    layers: fields.size('num_hidden_layers', 1024),
    heads,
    kvHeads,
    headDim: readHeadDim(fields, architecture, hiddenSize, heads),
    intermediateSize: fields.size('intermediate_size', 1_048_576),
    vocabularySize,
    rmsNormEps: fields.positive('rms_norm_eps', 1e-6),
    ropeTheta: readRopeTheta(fields),
    tiedEmbeddings: fields.flag('tie_word_embeddings', false),
    // Qwen2 always has these biases; its config has no key for them.
    qkvBias: architecture === 'qwen2',
    qkNorm: architecture === 'qwen3',
    maxPositions: fields.size('max_position_embeddings', 16_777_216, 2048),
    bosTokenId: fields.tokenIds('bos_token_id', vocabularySize)[0] ?? null,
    eosTokenIds: fields.tokenIds('eos_token_id', vocabularySize),
    padTokenId: fields.tokenIds('pad_token_id', vocabularySize)[0] ?? null,
  };
  if (heads % kvHeads !== 0) fields.refuse('num_key_value_heads', `a divisor of num_attention_heads = ${heads}`);
  return config;
}

/** config.json's text for a config, as Hugging Face writes it (transformers 4 and 5 both read it). `weights`: how they are stored. */
export function formatConfig(config: ModelConfig, weights: 'float32' | 'bfloat16' = 'float32'): string {
  const json = {
    architectures: [classNames[config.architecture]],
    model_type: config.architecture,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    intermediate_size: config.intermediateSize,
    vocab_size: config.vocabularySize,
    hidden_act: 'silu',
    rms_norm_eps: config.rmsNormEps,
    rope_theta: config.ropeTheta,
    tie_word_embeddings: config.tiedEmbeddings,
    max_position_embeddings: config.maxPositions,
    bos_token_id: config.bosTokenId,
    eos_token_id: config.eosTokenIds.length === 1 ? config.eosTokenIds[0] : config.eosTokenIds,
    pad_token_id: config.padTokenId,
    torch_dtype: weights,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function readArchitecture(fields: Fields): Architecture {
  const type = fields.get('model_type');
  const architecture = architectures.find((name) => name === type);
  if (architecture === undefined) return fields.refuse('model_type', architectures.join(', '));
  const classes = fields.get('architectures');
  const expected = classNames[architecture];
  if (classes !== undefined && !(Array.isArray(classes) && classes.length === 1 && classes[0] === expected)) {
    return fields.refuse('architectures', `["${expected}"]`);
  }
  return architecture;
}

function refuseWhatWeDoNotCompute(fields: Fields, architecture: Architecture): void {
  const refuseUnless = (key: string, allowed: readonly unknown[]) => {
    const value = fields.get(key);
    if (value !== undefined && !allowed.includes(value)) fields.refuse(key, allowed.map(String).join(', '));
  };
  refuseUnless('hidden_act', ['silu', 'swish']);
  refuseUnless('use_sliding_window', [false]);
  // Qwen configs name a window that use_sliding_window leaves off.
  if (architecture === 'llama') refuseUnless('sliding_window', [null]);
  // Biases on the output projection and in the feed-forward block.
  if (architecture !== 'qwen2') refuseUnless('attention_bias', [false]);
  refuseUnless('mlp_bias', [false]);
  refuseUnless('partial_rotary_factor', [1]);
  refuseUnless('quantization_config', [null]);
  const layerTypes = fields.get('layer_types');
  if (layerTypes !== undefined && layerTypes !== null) {
    const types: unknown[] = Array.isArray(layerTypes) ? layerTypes : [layerTypes];
    const other = types.find((type) => type !== 'full_attention');
    if (other !== undefined)
      throw new FileFormatError(
        fields.file,
        `layer_types: ${describeValue(other)} is not computed here; allowed: full_attention`,
      );
  }
}

function readHeadDim(fields: Fields, architecture: Architecture, hiddenSize: number, heads: number): number {
  // Qwen3's class has a default of its own for a missing key; null means the quotient in all three.
  const missing = fields.get('head_dim') === undefined && architecture === 'qwen3';
  const headDim = fields.size('head_dim', 4096, missing ? 128 : hiddenSize / heads);
  if (!Number.isInteger(headDim))
    fields.refuse('hidden_size', `a multiple of num_attention_heads = ${heads} (there is no head_dim)`);
  if (headDim % 2 !== 0)
    throw new FileFormatError(fields.file, `head_dim: ${headDim} is odd; rotary embeddings turn pairs`);
  return headDim;
}

/** transformers 4 writes rope_theta and rope_scaling, transformers 5 rope_parameters. */
function readRopeTheta(fields: Fields): number {
  const thetas = new Set<number>();
  if (fields.has('rope_theta')) thetas.add(fields.positive('rope_theta', 10_000));
  for (const key of ['rope_parameters', 'rope_scaling']) {
    const value = fields.get(key);
    if (value === undefined || value === null) continue;
    if (typeof value !== 'object') return fields.refuse(key, 'an object or null');
    const rope = new Fields(value as Record<string, unknown>, `${fields.file}: ${key}`);
    for (const name of ['rope_type', 'type']) {
      if (rope.has(name) && rope.get(name) !== 'default') rope.refuse(name, 'default');
    }
    if (rope.has('partial_rotary_factor') && rope.get('partial_rotary_factor') !== 1)
      rope.refuse('partial_rotary_factor', '1');
    const unknown = Object.keys(value).find(
      (name) => !['rope_type', 'type', 'rope_theta', 'partial_rotary_factor'].includes(name),
    );
    if (unknown !== undefined) rope.refuse(unknown, 'only rope_type and rope_theta');
    if (rope.has('rope_theta')) thetas.add(rope.positive('rope_theta', 10_000));
  }
  if (thetas.size > 1) return fields.refuse('rope_theta', 'the same value as in rope_parameters');
  return [...thetas][0] ?? 10_000;
}

/** Typed reading of an untrusted object's own keys. */
class Fields {
  readonly file: string;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(json: Readonly<Record<string, unknown>>, file: string) {
    this.file = file;
    this.#values = new Map(Object.entries(json));
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  /** The key is there and not null. */
  has(key: string): boolean {
    return (this.get(key) ?? null) !== null;
  }

  refuse(key: string, allowed: string): never {
    const value = this.get(key);
    const shown = value === undefined ? 'nothing' : describeValue(value);
    throw new FileFormatError(this.file, `${oneLine(key, 80)}: ${shown} is not computed here; allowed: ${allowed}`);
  }

  /** A whole number from 1 to `largest`. */
  size(key: string, largest: number, whenMissing?: number): number {
    if (!this.has(key) && whenMissing !== undefined) return whenMissing;
    const value = this.get(key);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > largest) {
      return this.refuse(key, `a whole number from 1 to ${largest}`);
    }
    return value;
  }

  positive(key: string, whenMissing: number): number {
    if (!this.has(key)) return whenMissing;
    const value = this.get(key);
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
      return this.refuse(key, 'a positive number');
    return value;
  }

  flag(key: string, whenMissing: boolean): boolean {
    if (!this.has(key)) return whenMissing;
    const value = this.get(key);
    return typeof value === 'boolean' ? value : this.refuse(key, 'true or false');
  }

  /** One id, a list of ids or null; a negative id means none (old Llama configs have pad_token_id -1). */
  tokenIds(key: string, vocabularySize: number): number[] {
    if (!this.has(key)) return [];
    const value = this.get(key);
    const ids: unknown[] = Array.isArray(value) ? value : [value];
    return ids
      .map((id) => {
        if (typeof id !== 'number' || !Number.isInteger(id) || id >= vocabularySize) {
          return this.refuse(key, `token ids below vocab_size = ${vocabularySize}`);
        }
        return id;
      })
      .filter((id) => id >= 0);
  }
}
