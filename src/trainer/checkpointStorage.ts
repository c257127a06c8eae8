/** What a checkpoint needs of a place to lie in: files on a disk (Node), OPFS (browser), memory (tests). Names are flat: letters,
 * digits, dots and dashes. */
export interface CheckpointStorage {
  /** Writes a whole new file, or replaces one; resolves once the bytes are flushed. Rejects when not all of them were taken
   * (at quota Chromium's OPFS returns a wrong count instead of throwing: check it). May leave a torn file behind when killed. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Null where there is no such file. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  list(): Promise<readonly string[]>;
  /** Atomic: after a kill the file has the one name or the other. Replaces what was there. */
  rename(from: string, to: string): Promise<void>;
  /** No error where there is no such file. */
  remove(name: string): Promise<void>;
}

/** For tests. `beforeEach` is called before every change and may throw, as a kill or a full disk would. */
export function createMemoryStorage(
  beforeEach: (operation: string, name: string) => void = () => {},
): CheckpointStorage & {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
} {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    files,
    async write(name, bytes) {
      // A kill in the middle leaves half of the file.
      files.set(name, bytes.slice(0, Math.floor(bytes.length / 2)));
      beforeEach('write', name);
      files.set(name, bytes.slice());
    },
    read: async (name) => files.get(name)?.slice() ?? null,
    list: async () => [...files.keys()],
    async rename(from, to) {
      beforeEach('rename', from);
      const bytes = files.get(from);
      if (bytes === undefined) throw new Error(`no file ${from}`);
      files.set(to, bytes);
      files.delete(from);
    },
    async remove(name) {
      beforeEach('remove', name);
      files.delete(name);
    },
  };
}
