/** Character-level tokenizers in Hugging Face's tokenizer.json: a BPE without merges, which every implementation reads
 * as one token per character. (WordLevel would say the same, but the JavaScript implementation lacks it.) */
import { invariant } from '../lib/invariant';

export const endToken = '<eos>';

export interface CharacterVocabulary {
  /** Every token, special ones included. */
  readonly ids: ReadonlyMap<string, number>;
  readonly special: ReadonlySet<string>;
}

/** The files of a character tokenizer: id 0 is the end token, then the alphabet in the order given. */
export function createCharacterTokenizer(alphabet: string): {
  readonly tokenizerJson: string;
  readonly tokenizerConfigJson: string;
} {
  const characters = Array.from(alphabet);
  invariant(new Set(characters).size === characters.length, 'the characters of an alphabet differ');
  const tokens = [endToken, ...characters];
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      { id: 0, content: endToken, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    ],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: [],
    },
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: endToken,
    pad_token: endToken,
    clean_up_tokenization_spaces: false,
    model_max_length: 1_000_000,
  };
  return {
    tokenizerJson: `${JSON.stringify(tokenizer, null, 2)}\n`,
    tokenizerConfigJson: `${JSON.stringify(config, null, 2)}\n`,
  };
}

/** The vocabulary of a parsed tokenizer.json that spells character by character; null when it does anything else. */
export function readCharacterVocabulary(json: Readonly<Record<string, unknown>>): CharacterVocabulary | null {
  const { model, added_tokens: added, normalizer, post_processor: postProcessor, pre_tokenizer: preTokenizer } = json;
  if (!isRecord(model) || model.type !== 'BPE' || !isRecord(model.vocab)) return null;
  if (!Array.isArray(model.merges) || model.merges.length > 0 || model.byte_fallback === true) return null;
  if ((normalizer ?? null) !== null || (postProcessor ?? null) !== null) return null;
  if (isRecord(preTokenizer) ? preTokenizer.type !== 'Split' : (preTokenizer ?? null) !== null) return null;

  const special = new Set<string>();
  for (const token of Array.isArray(added) ? (added as unknown[]) : []) {
    if (isRecord(token) && typeof token.content === 'string') special.add(token.content);
  }
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(model.vocab)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) return null;
    if (!special.has(token) && Array.from(token).length !== 1) return null;
    ids.set(token, id);
  }
  return ids.size > 0 && new Set(ids.values()).size === ids.size ? { ids, special } : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
