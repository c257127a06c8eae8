/** A model that reads and writes text: config, weights and tokenizer of one folder. All that can be known of it before there is a device. */
import { InputError } from '../lib/errors';
import { readModelFolder, type ModelFolder, type ModelSource } from '../model/folder';
import { loadTokenizer, type Tokenizer } from '../model/tokenizer';
import type { Task } from '../tasks/parts/types';

export interface TextModel {
  /** The folder's path, or the id of a shipped model. */
  readonly name: string;
  readonly folder: ModelFolder;
  readonly tokenizer: Tokenizer;
}

/** Reads a folder with config.json, weights and tokenizer.json. Throws `InputError` on anything it lacks. */
export async function readTextModel(source: ModelSource): Promise<TextModel> {
  const { name } = source;
  const folder = await readModelFolder(source);
  const { tokenizerJson, tokenizerConfigJson, config } = folder;
  if (tokenizerJson === null) throw new InputError(name, 'no tokenizer.json', 'a model folder with a tokenizer');
  const tokenizer = await loadTokenizer(tokenizerJson, tokenizerConfigJson);
  if (tokenizer.vocabularySize > config.vocabularySize) {
    const given = `${tokenizer.vocabularySize} tokens in tokenizer.json`;
    throw new InputError(name, given, `at most vocab_size = ${config.vocabularySize}`);
  }
  if (config.eosTokenIds.length === 0)
    throw new InputError(name, 'no eos_token_id', 'a config.json that names the end token');
  return { name, folder, tokenizer };
}

/** Throws `InputError` when the model's tokenizer lacks a character of the task. */
export function checkAlphabet({ name, tokenizer }: Pick<TextModel, 'name' | 'tokenizer'>, task: Task): void {
  try {
    tokenizer.encode(task.alphabet);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const allowed = `a model whose tokenizer has the characters of ${task.name}: ${task.alphabet}`;
    throw new InputError(name, error.value, allowed);
  }
}
