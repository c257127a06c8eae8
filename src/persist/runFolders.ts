/** A folder per run in the browser's private file system, for its checkpoints. */
import type { CheckpointStorage } from '../lib/checkpointStorage';
import { openPrivateRoot, orIfMissing, type DirectoryHandle } from './opfs';
import { opfsStorage } from './opfsStorage';
import { patiently } from './refusal';

const FOLDER = 'runs';

export interface RunFolders {
  storage(runId: string): CheckpointStorage;
  /** No error where there is none. */
  remove(runId: string): Promise<void>;
  /** Ids of the runs that have a folder. */
  list(): Promise<readonly string[]>;
}

export function createRunFolders(openRoot: () => Promise<DirectoryHandle> = openPrivateRoot): RunFolders {
  const root = patiently(openRoot);
  const all = async (create: boolean) => (await root()).getDirectoryHandle(FOLDER, { create });
  return {
    storage: (runId) => opfsStorage(async (create) => (await all(create)).getDirectoryHandle(runId, { create })),
    remove: async (runId) => {
      const folders = await orIfMissing(all(false), null);
      if (folders) await orIfMissing(folders.removeEntry(runId, { recursive: true }), undefined);
    },
    list: async () => {
      const folders = await orIfMissing(all(false), null);
      const ids: string[] = [];
      if (folders) for await (const id of folders.keys()) ids.push(id);
      return ids;
    },
  };
}
