/** A repository as the hub has them, small enough for a test: a Qwen2-shaped model with random weights and a byte-level BPE tokenizer. */
import type { ModelConfig } from '../../src/model/config.ts';
import { formatModelFolder } from '../../src/model/folder.ts';
import { initialWeights } from '../../src/model/initialWeights.ts';

const END = '<|endoftext|>';

const config: ModelConfig = {
  architecture: 'qwen2',
  hiddenSize: 64,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  intermediateSize: 192,
  // Padded past the tokenizer's 258, as Qwen's is.
  vocabularySize: 272,
  rmsNormEps: 1e-6,
  ropeTheta: 10_000,
  tiedEmbeddings: true,
  qkvBias: true,
  qkNorm: false,
  maxPositions: 128,
  bosTokenId: null,
  eosTokenIds: [257],
  padTokenId: 257,
};

/** GPT-2's printable characters for bytes (https://github.com/openai/gpt-2/blob/master/src/encoder.py). */
function byteCharacters(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

/** Every byte, one merge ("th"), one special token. */
function tokenizer(): { readonly json: string; readonly configJson: string } {
  const vocab = Object.fromEntries([...byteCharacters(), 'th'].map((token, id) => [token, id]));
  const special = {
    id: 257,
    content: END,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [special],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { type: 'BPE', dropout: null, unk_token: null, vocab, merges: [['t', 'h']] },
  };
  const configJson = {
    tokenizer_class: 'Qwen2Tokenizer',
    eos_token: END,
    pad_token: END,
    model_max_length: 128,
    clean_up_tokenization_spaces: false,
  };
  return { json: JSON.stringify(json), configJson: JSON.stringify(configJson) };
}

/** `seed`: of its weights. Files that no import takes lie in it too. */
export function tinyRepository(seed = 1): Map<string, Uint8Array> {
  const { json, configJson } = tokenizer();
  const files = formatModelFolder({
    config,
    tensors: initialWeights(config, seed),
    tokenizerJson: json,
    tokenizerConfigJson: configJson,
  });
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const bytes = [...files].map(
    ([path, content]) => [path, typeof content === 'string' ? text(content) : content] as const,
  );
  return new Map<string, Uint8Array>([
    ['.gitattributes', text('*.safetensors filter=lfs diff=lfs merge=lfs -text\n')],
    ['README.md', text('# A model for tests\n')],
    ['generation_config.json', text(JSON.stringify({ eos_token_id: 257, temperature: 0.7 }))],
    ...bytes,
  ]);
}
