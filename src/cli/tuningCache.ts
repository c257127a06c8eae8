/** Tunings on this machine: a file per adapter and kernel in the user's cache folder. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TuningStorage } from '../model/tuning';

/** What this program keeps for its user on this machine. */
export const cacheFolderPath = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'nsr-playground');
const file = (key: string) => join(cacheFolderPath(), `products-${key.slice(0, 16)}.json`);

export const tuningCache: TuningStorage = {
  read: async (key) => readFileSync(file(key), 'utf8'),
  write: async (key, text) => {
    mkdirSync(cacheFolderPath(), { recursive: true });
    // Two commands may write at once: each file appears whole.
    const temporary = `${file(key)}.${process.pid}`;
    writeFileSync(temporary, text);
    renameSync(temporary, file(key));
  },
};
