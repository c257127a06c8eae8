/** The files of a generation: written so that a kill leaves no half of one under its name, read only when their SHA-256 is right. */
import type { CheckpointStorage } from '../lib/checkpointStorage';
import { sha256Hex } from '../lib/sha256';
import type { ParameterTensor, PolicyCheckpoint } from '../model/policy';
import { readSafetensorsHeader, readTensor, writeSafetensors } from '../model/safetensors';

export type Bytes = Uint8Array<ArrayBuffer>;

export const temporaryPrefix = 'tmp.';

export interface FileEntry {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ShardEntry extends FileEntry {
  readonly optimizerStep: number;
}

/** Written under a temporary name, flushed, then renamed: the name appears with all of its bytes or not at all. */
export async function placeFile(storage: CheckpointStorage, name: string, bytes: Bytes): Promise<void> {
  await storage.write(temporaryPrefix + name, bytes);
  await storage.rename(temporaryPrefix + name, name);
}

const renamed = (tensors: readonly ParameterTensor[], prefix: string) =>
  tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }));

/** A model's parameters and moments as one safetensors file. */
export async function saveShard(
  storage: CheckpointStorage,
  name: string,
  checkpoint: PolicyCheckpoint,
): Promise<ShardEntry> {
  const { optimizerStep, parameters, firstMoments, secondMoments } = checkpoint;
  const bytes = writeSafetensors([
    ...parameters,
    ...renamed(firstMoments, 'first/'),
    ...renamed(secondMoments, 'second/'),
  ]);
  return { ...(await saveFile(storage, name, bytes)), optimizerStep };
}

export async function saveFile(storage: CheckpointStorage, name: string, bytes: Bytes): Promise<FileEntry> {
  await placeFile(storage, name, bytes);
  return { name, bytes: bytes.length, sha256: await sha256Hex(bytes) };
}

/** Rejects where the file is missing, short or changed. */
export async function loadFile(storage: CheckpointStorage, entry: FileEntry): Promise<Bytes> {
  const bytes = await storage.read(entry.name);
  if (bytes === null) throw new Error(`${entry.name} is missing`);
  if (bytes.length !== entry.bytes)
    throw new Error(`${entry.name} has ${bytes.length} bytes instead of ${entry.bytes}`);
  if ((await sha256Hex(bytes)) !== entry.sha256) throw new Error(`${entry.name} was changed: its SHA-256 differs`);
  return bytes;
}

export async function loadShard(storage: CheckpointStorage, entry: ShardEntry): Promise<PolicyCheckpoint> {
  const bytes = await loadFile(storage, entry);
  const header = readSafetensorsHeader(bytes, entry.name);
  const names = [...header.tensors.keys()];
  const tensors = (prefix: string): ParameterTensor[] =>
    names.flatMap((name) => {
      if (prefix === '' ? /^(first|second)\//.test(name) : !name.startsWith(prefix)) return [];
      const shape = header.tensors.get(name)?.shape ?? [];
      return [{ name: name.slice(prefix.length), shape, data: readTensor(bytes, header, name, entry.name) }];
    });
  return {
    optimizerStep: entry.optimizerStep,
    parameters: tensors(''),
    firstMoments: tensors('first/'),
    secondMoments: tensors('second/'),
  };
}
