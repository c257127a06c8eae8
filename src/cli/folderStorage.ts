import { existsSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointStorage } from '../lib/checkpointStorage';
import { writeDurably, writing } from './writing';

/** Checkpoints in a folder on disk, which is made when first written to. Changes reject with `WriteError` when the disk refuses. */
export function folderStorage(folder: string): CheckpointStorage {
  return {
    write: async (name, bytes) => writeDurably(join(folder, name), bytes),
    read: async (name) => (existsSync(join(folder, name)) ? new Uint8Array(readFileSync(join(folder, name))) : null),
    list: async () => (existsSync(folder) ? readdirSync(folder) : []),
    rename: async (from, to) => writing(join(folder, to), 0, () => renameSync(join(folder, from), join(folder, to))),
    remove: async (name) => writing(join(folder, name), 0, () => rmSync(join(folder, name), { force: true })),
  };
}
