/** One process at a time writes a run's folder: a file `lock` in it names the process. One that is gone (killed, or the
 * machine was restarted) leaves a stale lock, which the next one takes over. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { InputError } from '../lib/errors';
import { writing } from './writing';

const owner = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  host: v.string(),
  /** When the process began, in ticks since the machine did; null where the system does not tell. Another process may have
   * been given the same number since. */
  began: v.nullable(v.string()),
});
type Owner = v.InferOutput<typeof owner>;

const self = (): Owner => ({ pid: process.pid, host: hostname(), began: beganAt(process.pid) });
const held = new Set<string>();

/** Takes the folder for this process, until `unlockFolder` or its end. Throws `InputError` naming the process that has it. */
export function lockFolder(option: string, folder: string): void {
  const file = join(folder, 'lock');
  if (held.has(file)) return;
  const text = `${JSON.stringify(self())}\n`;
  const temporary = `${file}.${process.pid}`;
  writing(file, text.length, () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, text);
  });
  try {
    // Twice: once more after a stale lock has been cleared away.
    if (!place(temporary, file) && !(clearStale(option, folder, file) && place(temporary, file)))
      throw busy(option, folder, file);
  } finally {
    rmSync(temporary, { force: true });
  }
  // Once: a process that takes a thousand folders, one after the other, does not leave as many listeners.
  if (!process.listeners('exit').includes(unlockAll)) process.once('exit', unlockAll);
  held.add(file);
}

export function unlockFolder(folder: string): void {
  const file = join(folder, 'lock');
  if (held.delete(file)) rmSync(file, { force: true });
}

/** At the end of the process: a lock that the disk does not let go of is stale, and is taken over later. */
function unlockAll(): void {
  for (const file of held) {
    try {
      rmSync(file, { force: true });
    } catch {
      // Thrown here it would take the place of what the process ended with.
    }
  }
  held.clear();
}

/** Gives the lock its name, with its content, in one step; false where there is one. */
function place(temporary: string, file: string): boolean {
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    // A file system without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
  }
  try {
    writeFileSync(file, readFileSync(temporary), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a lock away whose process is gone; false where somebody else has done so and taken the folder. */
function clearStale(option: string, folder: string, file: string): boolean {
  const before = read(file);
  if (before !== null && isAlive(parse(before))) throw busy(option, folder, file);
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  const moved = read(aside);
  // Between the look and the move another process took the folder: it gets its lock back.
  if (moved !== before && moved !== null && isAlive(parse(moved))) {
    place(aside, file);
    rmSync(aside, { force: true });
    return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Null for a lock that is torn: whoever wrote it was killed. */
function parse(text: string): Owner | null {
  try {
    const result = v.safeParse(owner, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

function isAlive(owner: Owner | null): boolean {
  if (owner === null) return false;
  // A folder on a shared disk: there is no asking another machine.
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if (codeOf(error) !== 'EPERM') return false;
  }
  const began = beganAt(owner.pid);
  return began === null || owner.began === null || began === owner.began;
}

/** Linux tells it in /proc; elsewhere null. */
function beganAt(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  // The command's name, in brackets, may hold anything: count from behind it. Field 22 is the 20th after it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function busy(option: string, folder: string, file: string): InputError {
  const owner = parse(read(file) ?? '');
  const who = owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  const elsewhere =
    owner === null || owner.host === hostname() ? '' : `; if that process is gone, remove ${file} by hand`;
  return new InputError(option, folder, `a folder that no other process writes (${who} is at it${elsewhere})`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
