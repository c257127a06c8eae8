/** A place for checkpoints in memory, which can be killed at any change. */
import type { CheckpointStorage } from '../lib/checkpointStorage';

/** `beforeEach` is called before every change and may throw, as a kill or a full disk would. */
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
