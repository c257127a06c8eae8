/** A model folder in Hugging Face's layout: config.json, model.safetensors (or shards and their index), tokenizer.json. */
import { formatConfig, parseConfig, type ModelConfig } from './config';
import { oneLine } from '../lib/errors';
import { FileFormatError } from './fileError';
import { checkFinite, checkParameters, expectedParameters } from './parameters';
import {
  fetchSafetensorsHeader,
  readSafetensorsHeader,
  storedTensor,
  widen,
  writeSafetensors,
  type NamedTensor,
  type SafetensorsHeader,
  type StoredTensor,
} from './safetensors';
import { parseShardIndex } from './shardIndex';
import type { StoredValues } from './weights/tensorImage';

/** Where the files come from: a folder on disk, a web server, an archive. Paths are plain names within the folder. */
export interface ModelSource {
  /** For error messages: the folder's path or address. */
  readonly name: string;
  exists(path: string): Promise<boolean>;
  /** Both reject when there is no such file. */
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Where files can be read in parts: no file of weights is then held whole. Both reject when there is no such file. */
  readonly parts?: {
    bytes(path: string): Promise<number>;
    /** Bytes [begin, end). */
    read(path: string, begin: number, end: number): Promise<Uint8Array>;
  };
}

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major, decoded whenever it is asked for: a 16-bit tensor is kept as the file has it. */
  readonly data: Float32Array;
  readonly stored?: StoredValues;
}

export interface ModelFolder {
  readonly config: ModelConfig;
  /** The parameters of `expectedParameters(config)`, in that order. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Text of tokenizer.json and tokenizer_config.json, null where there is none. */
  readonly tokenizerJson: string | null;
  readonly tokenizerConfigJson: string | null;
}

interface Shard {
  readonly path: string;
  readonly header: SafetensorsHeader;
  read(begin: number, end: number): Promise<Uint8Array>;
}

/** What can be known of a folder without its weights. */
export interface FolderHead {
  readonly config: ModelConfig;
  /** Every matrix lies in 16 bits. */
  readonly sixteenBit: boolean;
}

/** Checks config, index and every tensor's name, shape and type, and reads no weights. Throws `FileFormatError`. */
export async function checkModelFolder(source: ModelSource): Promise<FolderHead> {
  const { config, entries } = await readHead(source);
  const matrices = [...entries.values()].filter(({ shape }) => shape.length > 1);
  return { config, sixteenBit: matrices.every(({ dtype }) => dtype !== 'F32') };
}

const weightTypes = ['F32', 'F16', 'BF16'];

async function readHead(source: ModelSource) {
  if (!(await source.exists('config.json')))
    throw new FileFormatError(source.name, 'not a model folder: there is no config.json');
  const config = parseConfig(await source.readText('config.json'), `${source.name}/config.json`);
  const shards = await readShards(source);
  const owners = new Map(
    shards.flatMap((shard) => [...shard.header.tensors.keys()].map((name) => [name, shard] as const)),
  );
  const entries = new Map(shards.flatMap((shard) => [...shard.header.tensors]));
  checkParameters(config, entries, source.name);
  for (const { name } of expectedParameters(config)) {
    const dtype = entries.get(name)?.dtype ?? '';
    if (!weightTypes.includes(dtype))
      throw new FileFormatError(source.name, `tensor ${name} has dtype ${dtype}; allowed: ${weightTypes.join(', ')}`);
  }
  return { config, owners, entries };
}

/** Reads and checks a whole folder. Throws `FileFormatError` on anything malformed. */
export async function readModelFolder(source: ModelSource): Promise<ModelFolder> {
  const { config, owners } = await readHead(source);
  const tensors = new Map<string, Tensor>();
  for (const { name, shape } of expectedParameters(config)) {
    const shard = owners.get(name);
    const entry = shard?.header.tensors.get(name);
    if (shard === undefined || entry === undefined) throw new FileFormatError(source.name, `${name} is missing`);
    const file = `${source.name}/${shard.path}`;
    const stored = storedTensor(name, entry.dtype, await shard.read(entry.begin, entry.end), file);
    checkFinite(name, widen(stored), file);
    tensors.set(name, tensorOf(shape, stored));
  }
  return {
    config,
    tensors,
    tokenizerJson: await readOptional(source, 'tokenizer.json'),
    tokenizerConfigJson: await readOptional(source, 'tokenizer_config.json'),
  };
}

function tensorOf(shape: readonly number[], tensor: StoredTensor): Tensor {
  if (tensor.type === 'f32') return { shape, data: tensor.values };
  return {
    shape,
    stored: tensor,
    get data() {
      return widen(tensor);
    },
  };
}

/** The files of a folder, by name, that `readModelFolder` reads back; the caller writes them. */
export function formatModelFolder(
  folder: Omit<ModelFolder, 'tensors'> & { readonly tensors: readonly NamedTensor[] },
): Map<string, string | Uint8Array> {
  const halves = folder.tensors.every(({ stored }) => stored?.type === 'bf16');
  const files = new Map<string, string | Uint8Array>([
    ['config.json', formatConfig(folder.config, halves ? 'bfloat16' : 'float32')],
    ['model.safetensors', writeSafetensors(folder.tensors)],
  ]);
  if (folder.tokenizerJson !== null) files.set('tokenizer.json', folder.tokenizerJson);
  if (folder.tokenizerConfigJson !== null) files.set('tokenizer_config.json', folder.tokenizerConfigJson);
  return files;
}

async function readOptional(source: ModelSource, path: string): Promise<string | null> {
  return (await source.exists(path)) ? source.readText(path) : null;
}

async function readShards(source: ModelSource): Promise<Shard[]> {
  const single = 'model.safetensors';
  if (await source.exists(single)) return [await readShard(source, single)];
  const indexPath = 'model.safetensors.index.json';
  if (!(await source.exists(indexPath))) {
    throw new FileFormatError(source.name, `not a model folder: there is neither ${single} nor ${indexPath}`);
  }
  const index = parseShardIndex(await source.readText(indexPath), `${source.name}/${indexPath}`);
  const shards: Shard[] = [];
  for (const path of new Set(index.values())) {
    if (!(await source.exists(path)))
      throw new FileFormatError(`${source.name}/${indexPath}`, `names ${path}, which is not there`);
    shards.push(await readShard(source, path));
  }
  checkIndex(index, shards, `${source.name}/${indexPath}`);
  return shards;
}

async function readShard(source: ModelSource, path: string): Promise<Shard> {
  const file = `${source.name}/${path}`;
  const { parts } = source;
  if (parts === undefined) {
    const bytes = await source.readBytes(path);
    const header = readSafetensorsHeader(bytes, file);
    return { path, header, read: async (begin, end) => bytes.subarray(begin, end) };
  }
  const read = (begin: number, end: number) => parts.read(path, begin, end);
  return { path, header: await fetchSafetensorsHeader(read, file, await parts.bytes(path)), read };
}

/** Every tensor lies in the shard that the index names, and no tensor lies anywhere else. */
function checkIndex(index: ReadonlyMap<string, string>, shards: readonly Shard[], file: string): void {
  const byPath = new Map(shards.map((shard) => [shard.path, shard]));
  const missing = [...index].filter(([name, path]) => byPath.get(path)?.header.tensors.has(name) !== true);
  const extra = shards.flatMap(({ path, header }) =>
    [...header.tensors.keys()]
      .filter((name) => index.get(name) !== path)
      .map((name) => `${oneLine(name, 80)} in ${path} is not in the index`),
  );
  const problems = [...missing.map(([name, path]) => `${oneLine(name, 80)} is not in ${path}`), ...extra];
  if (problems.length > 0) throw new FileFormatError(file, problems.join('; '));
}
