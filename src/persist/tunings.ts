/** What was measured of this browser's graphics adapters: a file per adapter and kernel in the private file system. */
import { openPrivateRoot, type DirectoryHandle } from './opfs';
import { opfsStorage } from './opfsStorage';
import { patiently } from './refusal';

const FOLDER = 'tunings';

export interface Tunings {
  read(key: string): Promise<string | null>;
  write(key: string, text: string): Promise<void>;
}

/** Both reject where the browser refuses storage. */
export function createTunings(openRoot: () => Promise<DirectoryHandle> = openPrivateRoot): Tunings {
  const root = patiently(openRoot);
  const storage = opfsStorage(async (create) => (await root()).getDirectoryHandle(FOLDER, { create }));
  return {
    read: async (key) => {
      const bytes = await storage.read(key);
      return bytes === null ? null : new TextDecoder().decode(bytes);
    },
    // Moved into place whole: a tab closed in the middle leaves the file before it.
    write: async (key, text) => {
      await storage.write(`${key}.new`, new TextEncoder().encode(text));
      await storage.rename(`${key}.new`, key);
    },
  };
}
