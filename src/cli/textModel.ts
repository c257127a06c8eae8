/** A model that reads and writes text: engine and tokenizer of one folder. */
import { InputError } from '../lib/errors';
import type { ModelConfig } from '../model/config';
import { loadTokenizer, type Tokenizer } from '../model/tokenizer';
import type { Task } from '../tasks/parts/types';
import { folderSource } from './files';
import { openPolicy, type OpenPolicy, type OpenPolicyOptions } from './openPolicy';

export interface TextModel extends OpenPolicy {
  readonly tokenizer: Tokenizer;
  /** The folder's path. */
  readonly path: string;
}

/** Opens a folder with config.json, weights and tokenizer.json. Throws `InputError` on anything it lacks. */
export async function openTextModel(path: string, options: OpenPolicyOptions = {}): Promise<TextModel> {
  const opened = await openPolicy(folderSource(path), options);
  const { tokenizerJson, tokenizerConfigJson, config } = opened.folder;
  if (tokenizerJson === null) throw new InputError(path, 'no tokenizer.json', 'a model folder with a tokenizer');
  const tokenizer = await loadTokenizer(tokenizerJson, tokenizerConfigJson);
  checkTokenizer(path, config, tokenizer);
  return { ...opened, tokenizer, path };
}

function checkTokenizer(path: string, config: ModelConfig, tokenizer: Tokenizer): void {
  if (tokenizer.vocabularySize > config.vocabularySize) {
    const given = `${tokenizer.vocabularySize} tokens in tokenizer.json`;
    throw new InputError(path, given, `at most vocab_size = ${config.vocabularySize}`);
  }
  if (config.eosTokenIds.length === 0)
    throw new InputError(path, 'no eos_token_id', 'a config.json that names the end token');
}

/** Throws `InputError` when the model's tokenizer lacks a character of the task. */
export function checkAlphabet({ tokenizer, path }: TextModel, task: Task): void {
  try {
    tokenizer.encode(task.alphabet);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      path,
      error.value,
      `a model whose tokenizer has the characters of ${task.name}: ${task.alphabet}`,
    );
  }
}
