/** Rows of data sets in the browser's private file system: folder `data`, a file per set of rows named by its fingerprint, and beside it what people call
 * it. Only a worker can write here. */
import type { StoredData } from '../records/storedData';
import { openPrivateRoot, type DirectoryHandle } from './opfs';
import { opfsStorage } from './opfsStorage';
import { patiently } from './refusal';

const FOLDER = 'data';

export interface DataFiles {
  /** Replaces rows of the same fingerprint. Rejects where storage is refused or full. */
  keep(data: StoredData, rows: string): Promise<void>;
  /** Null where there are none of that fingerprint. */
  rows(fingerprint: string): Promise<string | null>;
  list(): Promise<readonly StoredData[]>;
}

export function createDataFiles(openRoot: () => Promise<DirectoryHandle> = openPrivateRoot): DataFiles {
  const root = patiently(openRoot);
  const storage = opfsStorage(async (create) => (await root()).getDirectoryHandle(FOLDER, { create }));
  const text = async (name: string): Promise<string | null> => {
    const bytes = await storage.read(name);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  return {
    keep: async (data, rows) => {
      // What is listed comes last: a file without it was cut off.
      await storage.write(`${data.fingerprint}.jsonl`, new TextEncoder().encode(rows));
      await storage.write(`${data.fingerprint}.json`, new TextEncoder().encode(JSON.stringify(data)));
    },
    rows: (fingerprint) => text(`${fingerprint}.jsonl`),
    list: async () => {
      const names = await storage.list();
      const found = await Promise.all(names.filter((name) => name.endsWith('.json')).map(text));
      return found.flatMap((json) => (json === null ? [] : readStored(json)));
    },
  };
}

function readStored(json: string): StoredData[] {
  try {
    const value = JSON.parse(json) as Partial<StoredData>;
    const { fingerprint, task, label, train, heldOut } = value;
    const whole =
      typeof fingerprint === 'string' &&
      typeof task === 'string' &&
      typeof label === 'string' &&
      typeof train === 'number' &&
      typeof heldOut === 'number';
    return whole ? [{ fingerprint, task, label, train, heldOut }] : [];
  } catch {
    return [];
  }
}
