/** Checkpoints in a folder of the browser's private file system. For a worker: the handles that flush exist only there. */
import type { CheckpointStorage } from '../lib/checkpointStorage';
import { orIfMissing, type DirectoryHandle, type SyncAccessHandle } from './opfs';
import { createPatience, type Patience } from './refusal';

/** The browser took fewer bytes than it was given: its quota or the disk is full. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** `folder`: opens the folder, where told so making it; asked every time, since the page may remove it at any moment. Training waits for
 * what is written: what the browser does not answer in time rejects with `NoAnswerError`. */
export function opfsStorage(
  folder: (create: boolean) => Promise<DirectoryHandle>,
  patience: Patience = createPatience(),
): CheckpointStorage {
  const existing = (): Promise<DirectoryHandle | null> => orIfMissing(folder(false), null);
  return {
    async write(name, bytes) {
      const open = async (): Promise<SyncAccessHandle> =>
        (await (await folder(true)).getFileHandle(name, { create: true })).createSyncAccessHandle();
      // One that comes too late is closed: it would lock the file.
      const handle = await patience(open, (late) => late.close());
      try {
        writeWhole(handle, name, bytes);
        handle.flush();
      } finally {
        // Until it is closed the file can be neither moved nor removed.
        handle.close();
      }
    },
    async read(name) {
      const directory = await existing();
      const file = directory && (await orIfMissing(directory.getFileHandle(name), null));
      return file && new Uint8Array(await (await file.getFile()).arrayBuffer());
    },
    async list() {
      return patience(async () => {
        const directory = await existing();
        const names: string[] = [];
        if (directory) for await (const name of directory.keys()) names.push(name);
        return names;
      });
    },
    async rename(from, to) {
      await patience(async () => (await (await folder(false)).getFileHandle(from)).move(to));
    },
    async remove(name) {
      await patience(async () => orIfMissing((await existing())?.removeEntry(name) ?? Promise.resolve(), undefined));
    },
  };
}

function writeWhole(handle: SyncAccessHandle, name: string, bytes: Uint8Array<ArrayBuffer>): void {
  handle.truncate(0);
  for (let at = 0; at < bytes.length;) {
    const taken = handle.write(bytes.subarray(at), { at });
    // 4294967288 is -8 read as unsigned: a refusal in Chromium, not a count.
    if (!(taken > 0 && taken <= bytes.length - at))
      throw new StorageFullError(`${name}: the browser took ${at} of ${bytes.length} bytes`);
    at += taken;
  }
}
