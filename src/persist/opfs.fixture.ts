/** The browser's private file system in memory, with its ways to fail. */
import type { DirectoryHandle, FileHandle } from './opfs';

export interface FakeFiles {
  /** Called before every change; may throw, as a browser does that refuses. */
  beforeEach: (operation: 'open' | 'write' | 'flush' | 'move' | 'remove', name: string) => void;
  /** What a write returns: the bytes it takes, or a wrong count. `left`: room in bytes. */
  take: (bytes: number, left: number) => number;
  /** Bytes that all files together may have. */
  quota: number;
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** Chromium's answer to a write for which there is no room. */
export const refusedWrite = 4_294_967_288;

export function createFakeRoot(): { readonly root: DirectoryHandle; readonly behaviour: FakeFiles } {
  const behaviour: FakeFiles = {
    beforeEach: () => {},
    take: (bytes, left) => (bytes <= left ? bytes : refusedWrite),
    quota: Infinity,
  };
  const contents = new Map<object, Uint8Array<ArrayBuffer>>();
  const used = (): number => [...contents.values()].reduce((sum, { length }) => sum + length, 0);

  function createFolder(): DirectoryHandle {
    const files = new Map<string, { readonly key: object; readonly locked: { open: boolean } }>();
    const folders = new Map<string, DirectoryHandle>();

    function handleOf(name: string): FileHandle {
      const entry = files.get(name);
      if (!entry) throw named('NotFoundError', `no file ${name}`);
      const { key, locked } = entry;
      const unlocked = (): void => {
        if (locked.open) throw named('NoModificationAllowedError', `${name} is open`);
      };
      return {
        async createSyncAccessHandle() {
          unlocked();
          behaviour.beforeEach('open', name);
          locked.open = true;
          return {
            write(bytes, { at }) {
              behaviour.beforeEach('write', name);
              const taken = behaviour.take(bytes.length, behaviour.quota - used());
              if (taken > bytes.length) return taken;
              const old = contents.get(key) ?? new Uint8Array();
              const grown = new Uint8Array(Math.max(old.length, at + taken));
              grown.set(old);
              grown.set(bytes.subarray(0, taken), at);
              contents.set(key, grown);
              return taken;
            },
            truncate: (size) => void contents.set(key, (contents.get(key) ?? new Uint8Array()).slice(0, size)),
            flush: () => behaviour.beforeEach('flush', name),
            close: () => void (locked.open = false),
          };
        },
        getFile: async () => new Blob([contents.get(key) ?? new Uint8Array()]),
        async move(to) {
          unlocked();
          behaviour.beforeEach('move', name);
          files.delete(name);
          const replaced = files.get(to);
          if (replaced) contents.delete(replaced.key);
          files.set(to, entry);
        },
      };
    }

    return {
      async getFileHandle(name, { create = false } = {}) {
        if (create && !files.has(name)) files.set(name, { key: {}, locked: { open: false } });
        return handleOf(name);
      },
      async getDirectoryHandle(name, { create = false } = {}) {
        const folder = folders.get(name) ?? (create ? createFolder() : null);
        if (!folder) throw named('NotFoundError', `no folder ${name}`);
        folders.set(name, folder);
        return folder;
      },
      async removeEntry(name) {
        behaviour.beforeEach('remove', name);
        const file = files.get(name);
        if (!file && !folders.has(name)) throw named('NotFoundError', `nothing called ${name}`);
        if (file?.locked.open) throw named('NoModificationAllowedError', `${name} is open`);
        if (file) contents.delete(file.key);
        files.delete(name);
        folders.delete(name);
      },
      async *keys() {
        yield* [...files.keys(), ...folders.keys()];
      },
    };
  }

  return { root: createFolder(), behaviour };
}
