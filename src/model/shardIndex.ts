import { describeValue } from '../lib/errors';
import { FileFormatError } from './fileError';
import { hasDuplicateKeys } from './jsonKeys';
import { parseModelJson } from './modelJson';

const shardName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\.safetensors$/;
const mostShards = 1000;
/** Some 100,000 tensors. */
const limits = { characters: 20_000_000, depth: 8, keys: 200_000, items: 1000, string: 1000 };

/** Reads model.safetensors.index.json: tensor name -> file name. File names go by a pattern, so that no path can leave
 * the folder. Throws `FileFormatError`. */
export function parseShardIndex(text: string, file: string): ReadonlyMap<string, string> {
  const json = parseModelJson(text, file, limits);
  const map: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'weight_map') : undefined;
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw new FileFormatError(file, 'there is no weight_map');
  if (hasDuplicateKeys(text, json)) throw new FileFormatError(file, 'something is named twice');
  const index = new Map<string, string>();
  for (const [name, path] of Object.entries(map)) {
    if (typeof path !== 'string' || !shardName.test(path)) {
      throw new FileFormatError(file, `weight_map: ${describeValue(path)} is not the name of a safetensors file`);
    }
    index.set(name, path);
  }
  const files = new Set(index.values()).size;
  if (files === 0 || files > mostShards)
    throw new FileFormatError(file, `weight_map names ${files} files; 1 to ${mostShards} are allowed`);
  return index;
}
