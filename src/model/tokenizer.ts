/** Text to token ids and back. The shipped models spell character by character and are read here; any other
 * tokenizer.json goes to Hugging Face's own JavaScript implementation, loaded only then. */
import { InputError, oneLine } from '../lib/errors';
import { readCharacterVocabulary } from './characterTokenizer';
import { FileFormatError } from './fileError';
import { parseModelJson } from './modelJson';
import { checkTokenIds } from './tokenIds';

export interface Tokenizer {
  /** One more than the highest id; rows of the embedding past it are padding and must never be sampled. */
  readonly vocabularySize: number;
  /** Id of the end token that tokenizer_config.json names, null when it names none. */
  readonly eosTokenId: number | null;
  /** Without special tokens added. */
  encode(text: string): number[];
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** One token as text, special tokens included: for showing. */
  tokenText(id: number): string;
}

/** The largest vocabularies have 260,000 tokens and 500,000 merges. */
const limits = { characters: 100_000_000, depth: 32, keys: 5_000_000, items: 10_000_000, string: 1_000_000 };

/** Reads the texts of tokenizer.json and tokenizer_config.json. Rejects with `FileFormatError` when they are malformed.
 * Hostile tokenizers can hold a regular expression that runs for ever: call this where it can be killed. */
export async function loadTokenizer(tokenizerJson: string, tokenizerConfigJson: string | null): Promise<Tokenizer> {
  const json = parseObject(tokenizerJson, 'tokenizer.json');
  const config = tokenizerConfigJson === null ? {} : parseObject(tokenizerConfigJson, 'tokenizer_config.json');
  const eosToken = readToken(config.eos_token);
  checkTokenIds(json, 'tokenizer.json');
  const vocabulary = readCharacterVocabulary(json);
  return vocabulary === null ? loadForeign(json, config, eosToken) : characterTokenizer(vocabulary, eosToken);
}

/** `ids`: every token, special ones included. */
function characterTokenizer(
  { ids, special }: { readonly ids: ReadonlyMap<string, number>; readonly special: ReadonlySet<string> },
  eosToken: string | null,
): Tokenizer {
  const tokens = new Map([...ids].map(([token, id]) => [id, token]));
  return {
    vocabularySize: sizeOf(tokens.keys()),
    eosTokenId: eosToken === null ? null : (ids.get(eosToken) ?? null),
    encode: (text) =>
      Array.from(text, (character) => {
        const id = special.has(character) ? undefined : ids.get(character);
        if (id === undefined) throw new InputError('text', character, `the characters ${alphabetOf(ids, special)}`);
        return id;
      }),
    decode: (sequence) =>
      sequence
        .map((id) => tokens.get(id) ?? '')
        .filter((token) => !special.has(token))
        .join(''),
    tokenText: (id) => tokens.get(id) ?? '',
  };
}

function alphabetOf(ids: ReadonlyMap<string, number>, special: ReadonlySet<string>): string {
  return [...ids.keys()].filter((token) => !special.has(token)).join('');
}

async function loadForeign(json: object, config: object, eosToken: string | null): Promise<Tokenizer> {
  const { PreTrainedTokenizer } = await import('@huggingface/transformers');
  let tokenizer: InstanceType<typeof PreTrainedTokenizer>;
  let vocabulary: ReadonlyMap<string, number>;
  try {
    // Special tokens may be objects there; the implementation wants their texts.
    const plain = Object.entries(config as Record<string, unknown>).map(([key, value]) => [
      key,
      key.endsWith('_token') ? readToken(value) : value,
    ]);
    tokenizer = new PreTrainedTokenizer(json, Object.fromEntries(plain));
    vocabulary = tokenizer.get_vocab();
  } catch (error) {
    throw new FileFormatError('tokenizer.json', oneLine(String(error), 150));
  }
  return {
    vocabularySize: sizeOf(vocabulary.values()),
    eosTokenId: eosToken === null ? null : (vocabulary.get(eosToken) ?? null),
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }),
    decode: (sequence) => (sequence.length === 0 ? '' : tokenizer.decode([...sequence], { skip_special_tokens: true })),
    tokenText: (id) => tokenizer.decode([id], { skip_special_tokens: false }),
  };
}

function sizeOf(ids: Iterable<number>): number {
  let highest = -1;
  for (const id of ids) highest = Math.max(highest, id);
  return highest + 1;
}

/** A token in tokenizer_config.json is its text, or an object that holds it. */
function readToken(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const content: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'content') : null;
  return typeof content === 'string' ? content : null;
}

function parseObject(text: string, file: string): Record<string, unknown> {
  const value = parseModelJson(text, file, limits);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FileFormatError(file, 'not a JSON object');
  }
  return value as Record<string, unknown>;
}
