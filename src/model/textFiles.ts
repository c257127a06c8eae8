/** Files of a model folder that matter to text alone: the chat template where it has a file of its own, and generation_config.json. */
import { FileFormatError } from './fileError';
import type { ModelSource } from './folder';
import { parseModelJson } from './modelJson';

const limits = { characters: 2_000_000, depth: 32, keys: 100_000, items: 100_000, string: 1_000_000 };

/** The text of tokenizer_config.json, with the template of chat_template.jinja in it where it has none itself: newer folders keep it there. */
export async function readChatTemplate(
  source: ModelSource,
  tokenizerConfigJson: string | null,
): Promise<string | null> {
  const file = 'chat_template.jinja';
  const config = tokenizerConfigJson === null ? {} : readObject(tokenizerConfigJson, 'tokenizer_config.json');
  if ((config['chat_template'] ?? null) !== null || !(await source.exists(file))) return tokenizerConfigJson;
  const template = await source.readText(file);
  if (template.length > limits.string)
    throw new FileFormatError(`${source.name}/${file}`, `longer than ${limits.string} characters`);
  return JSON.stringify({ ...config, chat_template: template });
}

/** The end tokens that generation_config.json names, one or several; none where there is no such file. Throws `FileFormatError` on an id
 * that is no row of the embedding. */
export async function readEndTokens(source: ModelSource, vocabularySize: number): Promise<readonly number[]> {
  const file = 'generation_config.json';
  if (!(await source.exists(file))) return [];
  const { eos_token_id: given } = readObject(await source.readText(file), `${source.name}/${file}`);
  const ids: readonly unknown[] = Array.isArray(given) ? given : given === undefined || given === null ? [] : [given];
  return ids.map((id) => {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < vocabularySize) return id;
    throw new FileFormatError(`${source.name}/${file}`, `eos_token_id: ${String(id)} is no id below ${vocabularySize}`);
  });
}

function readObject(text: string, file: string): Readonly<Record<string, unknown>> {
  const value = parseModelJson(text, file, limits);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FileFormatError(file, 'not a JSON object');
  return value as Readonly<Record<string, unknown>>;
}
