/** Token ids to bytes by looking them up: no regular expression runs over what a model writes, and no library is needed for it. */
import { failure, success, type Result } from '../lib/result';
import { byteOfCharacter } from './byteLevel';
import { readDecoder, type Spelling } from './decoderSteps';

export interface TokenTable {
  /** One more than the highest id; rows of the embedding past it are padding and must never be sampled. */
  readonly size: number;
  /** Spaces taken from the start of a decoded text. */
  readonly leadingSpaces: number;
  /** Every text can be spelled: by bytes, or with a token for what is unknown. Else characters may be dropped silently. */
  readonly spellsEverything: boolean;
  isSpecial(id: number): boolean;
  /** UTF-8 of a token, possibly a part of a character; empty for an id that there is none of. */
  bytes(id: number): Uint8Array;
  /** The id of a token by its own text, such as `<|im_end|>`; null where there is none. */
  idOf(token: string): number | null;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const utf8 = new TextEncoder();

/** Of a parsed tokenizer.json whose ids have been checked. A reason where its model or decoder is none that is read here. */
export function readTokenTable(json: Json): Result<TokenTable> {
  const model = json['model'];
  const vocabulary = isObject(model) ? readVocabulary(model['vocab']) : null;
  if (!isObject(model) || vocabulary === null) return failure('it has no vocabulary');
  const spelling = readDecoder(json['decoder']);
  if (!spelling.ok) return spelling;
  const tokens: (string | undefined)[] = [];
  const ids = new Map<string, number>();
  const add = (token: string, id: number): void => {
    tokens[id] = token;
    ids.set(token, id);
  };
  for (const [token, id] of vocabulary) add(token, id);
  const added = readAdded(json['added_tokens']);
  for (const { content, id } of added) add(content, id);
  if (tokens.length === 0) return failure('its vocabulary is empty');
  const asWritten = new Set(added.map(({ id }) => id));
  const special = new Set(added.filter((token) => token.special).map(({ id }) => id));
  const unknown = model['unk_token'] ?? model['unk_id'] ?? null;
  const { value } = spelling;
  return success({
    size: tokens.length,
    leadingSpaces: value.kind === 'bytes' ? 0 : value.leadingSpaces,
    spellsEverything: value.kind === 'bytes' || model['byte_fallback'] === true || unknown !== null,
    isSpecial: (id) => special.has(id),
    bytes: (id) => {
      const token = tokens[id];
      if (token === undefined) return new Uint8Array();
      return asWritten.has(id) ? utf8.encode(token) : spelledBytes(token, value);
    },
    idOf: (token) => ids.get(token) ?? null,
  });
}

/** BPE lists token -> id, Unigram [token, score] in the order of the ids. */
function readVocabulary(vocabulary: unknown): (readonly [string, number])[] | null {
  if (isObject(vocabulary))
    return Object.entries(vocabulary).flatMap(([token, id]) => (typeof id === 'number' ? [[token, id] as const] : []));
  if (!Array.isArray(vocabulary)) return null;
  return (vocabulary as readonly unknown[]).flatMap((entry, id) => {
    const token: unknown = Array.isArray(entry) ? entry[0] : null;
    return typeof token === 'string' ? [[token, id] as const] : [];
  });
}

function readAdded(added: unknown): { content: string; id: number; special: boolean }[] {
  return (Array.isArray(added) ? (added as readonly unknown[]) : []).flatMap((token) => {
    if (!isObject(token)) return [];
    const { content, id, special } = token;
    return typeof content === 'string' && typeof id === 'number' ? [{ content, id, special: special === true }] : [];
  });
}

function spelledBytes(token: string, spelling: Spelling): Uint8Array {
  if (spelling.kind === 'bytes') {
    const bytes = Array.from(token, byteOfCharacter);
    // A token that is not written in bytes stands for its own text, as in Hugging Face's tokenizers.
    return bytes.includes(null) ? utf8.encode(token) : Uint8Array.from(bytes, (byte) => byte ?? 0);
  }
  const byte = spelling.byteFallback ? /^<0x([0-9A-Fa-f]{2})>$/.exec(token) : null;
  if (byte !== null) return Uint8Array.of(parseInt(byte[1] ?? '', 16));
  return utf8.encode(spelling.replacements.reduce((text, { from, to }) => text.replaceAll(from, to), token));
}
