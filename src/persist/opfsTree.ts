/** Folders of flat files below one folder of the browser's private file system. `append` needs a worker: the handles that flush exist only
 * there; the rest works on a page too. */
import type { FileTree } from '../lib/fileTree';
import { openPrivateRoot, orIfMissing, type DirectoryHandle } from './opfs';
import { StorageFullError } from './opfsStorage';

/** `root`: the folder's name. Rejects as the browser does where it refuses storage. */
export function opfsTree(root: string, openRoot: () => Promise<DirectoryHandle> = openPrivateRoot): FileTree {
  const all = async (create: boolean) => (await openRoot()).getDirectoryHandle(root, { create });
  const folderAt = async (name: string) => {
    const folders = await orIfMissing(all(false), null);
    return folders && orIfMissing(folders.getDirectoryHandle(name), null);
  };
  const existing = async (folder: string, name: string) => {
    const directory = await folderAt(folder);
    return directory && orIfMissing(directory.getFileHandle(name), null);
  };
  const namesOf = async (directory: DirectoryHandle | null) => {
    const names: string[] = [];
    if (directory) for await (const name of directory.keys()) names.push(name);
    return names;
  };
  return {
    folders: async () => namesOf(await orIfMissing(all(false), null)),
    async files(folder) {
      const directory = await folderAt(folder);
      const found: { name: string; bytes: number }[] = [];
      for (const name of await namesOf(directory)) {
        const file = directory && (await orIfMissing(directory.getFileHandle(name), null));
        if (file) found.push({ name, bytes: (await file.getFile()).size });
      }
      return found;
    },
    async read(folder, name, begin = 0, end) {
      const handle = await existing(folder, name);
      if (!handle) return null;
      const file = await handle.getFile();
      return new Uint8Array(await file.slice(begin, end ?? file.size).arrayBuffer());
    },
    async append(folder, name, at) {
      const directory = await (await all(true)).getDirectoryHandle(folder, { create: true });
      const handle = await (await directory.getFileHandle(name, { create: true })).createSyncAccessHandle();
      let position = at;
      handle.truncate(at);
      return {
        write(bytes) {
          for (let done = 0; done < bytes.length;) {
            const taken = handle.write(bytes.subarray(done), { at: position });
            // 4294967288 is -8 read as unsigned: a refusal in Chromium, not a count.
            if (!(taken > 0 && taken <= bytes.length - done))
              throw new StorageFullError(`${name}: the browser took ${done} of ${bytes.length} bytes`);
            done += taken;
            position += taken;
          }
        },
        flush: () => handle.flush(),
        close: () => handle.close(),
      };
    },
    async rename(folder, from, to) {
      const handle = await existing(folder, from);
      if (!handle) throw new Error(`${from} is gone from the browser's storage`);
      await handle.move(to);
    },
    async removeFile(folder, name) {
      await orIfMissing((await folderAt(folder))?.removeEntry(name) ?? Promise.resolve(), undefined);
    },
    async removeFolder(folder) {
      const folders = await orIfMissing(all(false), null);
      if (folders) await orIfMissing(folders.removeEntry(folder, { recursive: true }), undefined);
    },
  };
}

/** Imported models of this origin. */
export const modelTree = (): FileTree => opfsTree('models');
