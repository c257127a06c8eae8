/** Files for the commands: model folders from disk, and writing that never replaces what it was not told to. */
import { totalmem } from 'node:os';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../lib/errors';
import type { ModelSource } from '../model/folder';
import { readPart } from './diskTree';
import { replaceDurably } from './writing';

/** A model folder on disk. */
export function folderSource(folder: string): ModelSource {
  return {
    name: folder,
    exists: async (path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true,
    readText: async (path) => readFileSync(join(folder, path), 'utf8'),
    readBytes: async (path) => readFileSync(join(folder, path)),
    parts: {
      bytes: async (path) => statSync(join(folder, path)).size,
      read: async (path, begin, end) => {
        const bytes = await readPart(join(folder, path), begin, end);
        if (bytes?.length !== end - begin)
          throw new InputError(
            join(folder, path),
            `${bytes?.length ?? 0} bytes`,
            `${end - begin} bytes from ${begin} on`,
          );
        return bytes;
      },
    },
  };
}

/** Text of an input file. Throws `InputError` naming the option when it cannot be read. */
export function readInput(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(option, path, `a file that can be read (${errorCode(error)})`);
  }
}

/** The JSON in an input file. Throws `InputError` when it cannot be read or is no JSON. */
export function readJsonInput(option: string, path: string): unknown {
  const text = readInput(option, path);
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(option, path, 'a file of valid JSON');
  }
}

/** Throws `InputError` unless a file can be made at `path`: called before the work, not after it. */
export function checkOutput(option: string, path: string, force: boolean): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new InputError(option, path, 'a file, not a folder');
  if (existsSync(path) && !force) throw new InputError(option, path, 'a file that does not exist yet, or --force');
}

/** The same for a folder: it must not exist or be empty. */
export function checkOutputFolder(option: string, path: string, force: boolean): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) throw new InputError(option, path, 'a folder, not a file');
  if (readdirSync(path).length > 0 && !force) throw new InputError(option, path, 'an empty or new folder, or --force');
}

/** Writes a file and the folders above it. Throws `WriteError` when the disk refuses. */
export function writeOutput(path: string, content: string | Uint8Array): void {
  replaceDurably(path, content);
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Bytes that a model may take here: 65 % of this machine's memory, which also is what a software adapter computes in. */
export function systemMemoryBudget(): number {
  return Math.floor(totalmem() * 0.65);
}
