import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CheckpointStorage } from '../lib/checkpointStorage';

/** Checkpoints in a folder on disk, which is made when first written to. */
export function folderStorage(folder: string): CheckpointStorage {
  return {
    async write(name, bytes) {
      mkdirSync(folder, { recursive: true });
      const file = openSync(join(folder, name), 'w');
      try {
        for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    read: async (name) => (existsSync(join(folder, name)) ? new Uint8Array(readFileSync(join(folder, name))) : null),
    list: async () => (existsSync(folder) ? readdirSync(folder) : []),
    rename: async (from, to) => renameSync(join(folder, from), join(folder, to)),
    remove: async (name) => rmSync(join(folder, name), { force: true }),
  };
}
