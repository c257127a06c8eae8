import type { FileTree } from './fileTree';

/** A tree in memory. `room`: bytes that it takes in all, then it throws as a full disk does. */
export function memoryTree(
  room = Infinity,
): FileTree & { readonly content: Map<string, Map<string, Uint8Array<ArrayBuffer>>>; room: number } {
  const content = new Map<string, Map<string, Uint8Array<ArrayBuffer>>>();
  const used = (): number =>
    [...content.values()].flatMap((files) => [...files.values()]).reduce((sum, { length }) => sum + length, 0);
  const tree = {
    content,
    room,
    folders: async () => [...content.keys()],
    files: async (folder: string) =>
      [...(content.get(folder) ?? [])].map(([name, bytes]) => ({ name, bytes: bytes.length })),
    read: async (folder: string, name: string, begin = 0, end = Infinity) =>
      content.get(folder)?.get(name)?.slice(begin, end) ?? null,
    append: async (folder: string, name: string, at: number) => {
      const files = content.get(folder) ?? new Map<string, Uint8Array<ArrayBuffer>>();
      content.set(folder, files);
      files.set(name, (files.get(name) ?? new Uint8Array()).slice(0, at));
      return {
        write: (bytes: Uint8Array<ArrayBuffer>) => {
          if (used() + bytes.length > tree.room) throw new Error('the disk is full');
          const before = files.get(name) ?? new Uint8Array();
          const after = new Uint8Array(before.length + bytes.length);
          after.set(before);
          after.set(bytes, before.length);
          files.set(name, after);
        },
        flush: () => undefined,
        close: () => undefined,
      };
    },
    rename: async (folder: string, from: string, to: string) => {
      const files = content.get(folder);
      const bytes = files?.get(from);
      if (!files || !bytes) throw new Error(`no ${from}`);
      files.delete(from);
      files.set(to, bytes);
    },
    removeFile: async (folder: string, name: string) => void content.get(folder)?.delete(name),
    removeFolder: async (folder: string) => void content.delete(folder),
  };
  return tree;
}
