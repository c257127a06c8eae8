/** Text to token ids and back. The shipped models spell character by character and are read here; of any other tokenizer.json the
 * decoding is a table (`text/tokenTable.ts`), and encoding goes to Hugging Face's own implementation in a worker that can be killed. */
import { InputError } from '../lib/errors';
import { decodeTokens, tokenText, tokenTexts } from '../text/decode';
import { createEncoder, type ChatMessage, type EncoderOptions, type TextEncoding } from '../text/encoder';
import { readTokenTable, type TokenTable } from '../text/tokenTable';
import { readCharacterVocabulary } from './characterTokenizer';
import { FileFormatError } from './fileError';
import { parseModelJson } from './modelJson';
import { checkTokenIds } from './tokenIds';

export interface Tokenizer {
  /** One more than the highest id; rows of the embedding past it are padding and must never be sampled. */
  readonly vocabularySize: number;
  /** Id of the end token that tokenizer_config.json names, null when it names none. */
  readonly eosTokenId: number | null;
  /** Token ids of each text; `begin`: with the special tokens that the tokenizer puts at the start. Rejects with `InputError` on a text
   * that it cannot write, and where its worker does not answer. */
  encode(texts: readonly string[], begin?: boolean): Promise<readonly (readonly number[])[]>;
  /** The same at once, where every token is one character; null where it takes the worker. Throws `InputError` on another character. */
  readonly spell: ((text: string) => readonly number[]) | null;
  /** Each chat by the model's own template, with the assistant's turn begun. Rejects with `InputError`. */
  renderChats(chats: readonly (readonly ChatMessage[])[]): Promise<readonly string[]>;
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** One token as text, special tokens included: for showing. */
  tokenText(id: number): string;
  /** The tokens of one answer, for showing: a character of several tokens stands at the last. */
  tokenTexts(ids: readonly number[]): readonly string[];
  /** The id of a token by its text; null where there is none. */
  idOf(token: string): number | null;
  /** Ends the worker. */
  dispose(): void;
}

/** The largest vocabularies have 260,000 tokens and 500,000 merges. */
const limits = { characters: 100_000_000, depth: 32, keys: 5_000_000, items: 10_000_000, string: 1_000_000 };

/** Starts workers that encode; null where none is ever needed. */
export type SpawnEncoder = EncoderOptions['spawn'];

/** Reads the texts of tokenizer.json and tokenizer_config.json. Throws `FileFormatError` when they are malformed, and on a tokenizer
 * whose decoder is none that is read here. `spawn` is called at the first text that is to be encoded. */
export function loadTokenizer(
  tokenizerJson: string,
  tokenizerConfigJson: string | null,
  spawn: SpawnEncoder,
  name = 'tokenizer.json',
): Tokenizer {
  const json = parseObject(tokenizerJson, 'tokenizer.json');
  const config = tokenizerConfigJson === null ? {} : parseObject(tokenizerConfigJson, 'tokenizer_config.json');
  const eosToken = readToken(config.eos_token);
  checkTokenIds(json, 'tokenizer.json');
  const vocabulary = readCharacterVocabulary(json);
  if (vocabulary !== null) return characterTokenizer(vocabulary, eosToken);
  const table = readTokenTable(json);
  if (!table.ok) throw new FileFormatError('tokenizer.json', table.reason);
  return tableTokenizer(table.value, createEncoder(name, { tokenizerJson, tokenizerConfigJson }, { spawn }), eosToken);
}

/** `ids`: every token, special ones included. */
function characterTokenizer(
  { ids, special }: { readonly ids: ReadonlyMap<string, number>; readonly special: ReadonlySet<string> },
  eosToken: string | null,
): Tokenizer {
  const tokens = new Map([...ids].map(([token, id]) => [id, token]));
  const spell = (text: string): readonly number[] =>
    Array.from(text, (character) => {
      const id = special.has(character) ? undefined : ids.get(character);
      if (id === undefined) throw new InputError('text', character, `the characters ${alphabetOf(ids, special)}`);
      return id;
    });
  const textOf = (id: number): string => tokens.get(id) ?? '';
  return {
    vocabularySize: sizeOf(tokens.keys()),
    eosTokenId: eosToken === null ? null : (ids.get(eosToken) ?? null),
    encode: async (texts) => texts.map(spell),
    spell,
    renderChats: async () => {
      throw new InputError('prompt.format', 'chat', 'plain: this model spells characters and has no chat template');
    },
    decode: (sequence) =>
      sequence
        .map(textOf)
        .filter((token) => !special.has(token))
        .join(''),
    tokenText: textOf,
    tokenTexts: (sequence) => sequence.map(textOf),
    idOf: (token) => ids.get(token) ?? null,
    dispose: () => undefined,
  };
}

function alphabetOf(ids: ReadonlyMap<string, number>, special: ReadonlySet<string>): string {
  return [...ids.keys()].filter((token) => !special.has(token)).join('');
}

function tableTokenizer(table: TokenTable, encoder: TextEncoding, eosToken: string | null): Tokenizer {
  const decode = (ids: readonly number[]): string => decodeTokens(table, ids);
  return {
    vocabularySize: table.size,
    eosTokenId: eosToken === null ? null : table.idOf(eosToken),
    encode: async (texts, begin = false) => {
      const ids = await encoder.encode(texts, begin);
      if (!table.spellsEverything) texts.forEach((text, index) => checkSpelled(text, decode(ids[index] ?? [])));
      return ids;
    },
    spell: null,
    renderChats: (chats) => encoder.renderChats(chats),
    decode,
    tokenText: (id) => tokenText(table, id),
    tokenTexts: (ids) => tokenTexts(table, ids),
    idOf: (token) => table.idOf(token),
    dispose: () => encoder.dispose(),
  };
}

/** A BPE without bytes and without a token for what is unknown silently drops characters: what came back must hold them all. */
function checkSpelled(text: string, spelled: string): void {
  const left = new Set(spelled);
  const lost = Array.from(text).find((character) => character.trim() !== '' && !left.has(character));
  if (lost !== undefined) throw new InputError('text', lost, 'the characters that this tokenizer has tokens for');
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
