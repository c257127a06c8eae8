/** Which files of a repository or folder a model consists of. */
import { parseShardIndex } from '../model/shardIndex';
import { HubError } from './hubError';

export const INDEX = 'model.safetensors.index.json';
const SINGLE = 'model.safetensors';

/** Beside config.json and the weights, where they are there. */
const beside = [
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'chat_template.json',
] as const;

/** More than any text file of a model that was seen (Gemma's tokenizer.json: 33 MB). */
export const mostTextBytes = 100_000_000;

/** The paths that an import takes. `readIndex` is asked where the weights lie in several files. Rejects with `HubError` `unsuitable` on what is no model of ours, and with
 * `FileFormatError` on a malformed index. */
export async function neededFiles(
  name: string,
  paths: ReadonlySet<string>,
  readIndex: () => Promise<string>,
): Promise<readonly string[]> {
  if (!paths.has('config.json')) throw new HubError('unsuitable', `${name} is no model: it has no config.json`);
  if (!paths.has('tokenizer.json'))
    throw new HubError('unsuitable', `${name} has no tokenizer.json, so that no text can be given to it`);
  const texts = ['config.json', ...beside.filter((path) => paths.has(path))];
  if (paths.has(SINGLE)) return [...texts, SINGLE];
  if (!paths.has(INDEX)) throw new HubError('unsuitable', `${name} ${otherWeights(paths)}`);
  const shards = [...new Set(parseShardIndex(await readIndex(), `${name}/${INDEX}`).values())];
  const missing = shards.filter((path) => !paths.has(path));
  if (missing.length > 0)
    throw new HubError(
      'unsuitable',
      `${name} lacks ${missing.length} of the ${shards.length} files that its index names: ${missing.slice(0, 3).join(', ')}`,
    );
  return [...texts, INDEX, ...shards];
}

function otherWeights(paths: ReadonlySet<string>): string {
  const endings = [...paths].map((path) => /\.(gguf|bin|pth?|onnx|safetensors)$/.exec(path)?.[1]);
  const found = [...new Set(endings.filter((ending) => ending !== undefined))];
  const has = found.length > 0 ? `has weights as ${found.join(', ')}, but ` : 'has ';
  return `${has}no ${SINGLE} and no ${INDEX}`;
}
