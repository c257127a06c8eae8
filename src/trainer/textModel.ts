/** A model that reads and writes text: config, weights and tokenizer of one folder. All that can be known of it before there is a device. */
import { InputError } from '../lib/errors';
import { readModelFolder, type ModelFolder, type ModelSource } from '../model/folder';
import { readChatTemplate, readEndTokens } from '../model/textFiles';
import { loadTokenizer, type SpawnEncoder, type Tokenizer } from '../model/tokenizer';
import type { Task } from '../tasks/parts/types';

export interface TextModel {
  /** The folder's path, or the id of a shipped model. */
  readonly name: string;
  readonly folder: ModelFolder;
  readonly tokenizer: Tokenizer;
}

/** Reads a folder with config.json, weights and tokenizer.json. A tokenizer that is not the shipped kind brings the files beside it:
 * chat template, and the end tokens of generation_config.json, any of which then ends an answer. `spawn` starts the worker that encodes
 * its texts. Throws `InputError` on anything the folder lacks. */
export async function readTextModel(source: ModelSource, spawn: SpawnEncoder): Promise<TextModel> {
  const { name } = source;
  const folder = await readModelFolder(source);
  const { tokenizerJson, config } = folder;
  if (tokenizerJson === null) throw new InputError(name, 'no tokenizer.json', 'a model folder with a tokenizer');
  const plain = loadTokenizer(tokenizerJson, folder.tokenizerConfigJson, spawn, name);
  if (plain.vocabularySize > config.vocabularySize) {
    const given = `${plain.vocabularySize} tokens in tokenizer.json`;
    throw new InputError(name, given, `at most vocab_size = ${config.vocabularySize}`);
  }
  if (plain.spell !== null) return withEnds({ name, folder, tokenizer: plain }, []);
  const tokenizerConfigJson = await readChatTemplate(source, folder.tokenizerConfigJson);
  const tokenizer =
    tokenizerConfigJson === folder.tokenizerConfigJson
      ? plain
      : loadTokenizer(tokenizerJson, tokenizerConfigJson, spawn, name);
  const named = await readEndTokens(source, config.vocabularySize);
  const own = tokenizer.eosTokenId === null ? [] : [tokenizer.eosTokenId];
  return withEnds({ name, folder: { ...folder, tokenizerConfigJson }, tokenizer }, [...named, ...own]);
}

/** The model with more tokens that end an answer; those of its config.json come first. Throws `InputError` where there is none at all. */
export function withEnds(model: TextModel, ends: readonly number[]): TextModel {
  const { name, folder } = model;
  const eosTokenIds = [...new Set([...folder.config.eosTokenIds, ...ends])];
  if (eosTokenIds.length === 0) throw new InputError(name, 'no eos_token_id', 'a config.json that names the end token');
  if (eosTokenIds.length === folder.config.eosTokenIds.length) return model;
  return { ...model, folder: { ...folder, config: { ...folder.config, eosTokenIds } } };
}

/** Throws `InputError` when the model's tokenizer lacks a character of the task. */
export function checkAlphabet({ name, tokenizer }: Pick<TextModel, 'name' | 'tokenizer'>, task: Task): void {
  const { spell } = tokenizer;
  if (spell === null) return;
  if (task.alphabet === '')
    throw new InputError(name, 'a model that spells characters', `a model that reads any text, as ${task.name} needs`);
  try {
    spell(task.alphabet);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const allowed = `a model whose tokenizer has the characters of ${task.name}: ${task.alphabet}`;
    throw new InputError(name, error.value, allowed);
  }
}
