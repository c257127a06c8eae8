/** Writing that says in words what a person can do when the disk will not take it. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { formatBytes } from '../gpu/buffers';

/** The disk refused a file. The message is one line: which file, why, and how much is missing. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
}

/** Runs `write`, which is to put `bytes` into `file`. Throws `WriteError` for what the disk refuses. */
export function writing<T>(file: string, bytes: number, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const why = refusal(error, file, bytes);
    if (why === null) throw error;
    throw new WriteError(`${file} could not be written: ${why}`, { cause: error });
  }
}

/** What a file is made of: all of it, or its pieces in order, which are asked for one after the other. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/** Writes all of a file and waits until the disk has it. Leaves a torn file when it fails. Throws `WriteError`. */
export function writeDurably(file: string, content: FileContent): void {
  const whole = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const [pieces, size] = whole instanceof Uint8Array ? [[whole], whole.length] : [whole, 0];
  const opened = writing(file, size, () => {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'w');
  });
  try {
    for (const bytes of pieces)
      writing(file, bytes.length, () => {
        for (let written = 0; written < bytes.length;) written += writeSync(opened, bytes, written);
      });
    writing(file, size, () => fsyncSync(opened));
  } finally {
    closeSync(opened);
  }
}

/** The same, so that the name has the old content or the new one whole. */
export function replaceDurably(file: string, content: FileContent): void {
  const temporary = `${file}.tmp`;
  try {
    writeDurably(temporary, content);
    writing(file, 0, () => renameSync(temporary, file));
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // A disk that refuses this, too, has said why already.
    }
    throw error;
  }
}

/** Why the disk refused, in words; null for what is not the disk's doing. */
function refusal(error: unknown, file: string, bytes: number): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  // mkdir says so too where the folder above may not be written to.
  switch (code === 'ENOENT' ? (accessProblem(dirname(file)) ?? code) : code) {
    case 'ENOSPC':
      return `the disk is full (${shortage(file, bytes)})`;
    case 'EDQUOT':
      return `your quota on this disk is used up (the file needs ${formatBytes(bytes)})`;
    case 'EFBIG':
      return `files of ${formatBytes(bytes)} are not allowed here`;
    case 'EROFS':
      return 'the disk is mounted read-only';
    case 'EACCES':
    case 'EPERM':
      return 'you may not write there (read-only folder or file)';
    case 'EIO':
      return 'the disk reports an error of its own';
    default:
      return null;
  }
}

/** Why nothing may be written below the nearest folder that is there; null where it may. */
function accessProblem(folder: string): unknown {
  if (!existsSync(folder) && dirname(folder) !== folder) return accessProblem(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : null;
  }
}

function shortage(file: string, bytes: number): string {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    // What was written of the file before the disk was full is its own again.
    const free = bavail * bsize + (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    const missing = bytes > free ? `, ${formatBytes(bytes - free)} are missing` : '';
    return `${formatBytes(bytes)} to write, ${formatBytes(free)} free${missing}`;
  } catch {
    return `${formatBytes(bytes)} to write`;
  }
}
