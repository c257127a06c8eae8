import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { InputError } from '../lib/errors';
import { lockFolder, unlockFolder } from './folderLock';
import { nsr, temporaryFolder } from './nsr.fixture';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folderOf = (name: string, lock: string | object): string => {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'lock'), typeof lock === 'string' ? lock : JSON.stringify(lock));
  return folder;
};
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

it('a folder is this process’s until it lets go, and holds nothing else afterwards', () => {
  const folder = join(root, 'own');
  lockFolder('--out', folder);
  lockFolder('--out', folder);
  expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
  expect(readdirSync(folder)).toEqual(['lock']);
  unlockFolder(folder);
  expect(readdirSync(folder)).toEqual([]);
});

it('folders taken one after the other leave one listener of the process', () => {
  const before = process.listenerCount('exit');
  for (let time = 0; time < 12; time++) {
    lockFolder('--out', join(root, 'again'));
    unlockFolder(join(root, 'again'));
  }
  expect(process.listenerCount('exit') - before).toBeLessThanOrEqual(1);
});

it('a lock that the disk does not let go of does not end the process with an error', () => {
  const folder = join(root, 'kept');
  lockFolder('--out', folder);
  // What cannot be removed as a file.
  rmSync(join(folder, 'lock'));
  mkdirSync(join(folder, 'lock'));
  const atExit = process.listeners('exit').filter(({ name }) => name.includes('unlockAll'));
  expect(atExit).toHaveLength(1);
  for (const unlock of atExit) expect(() => unlock(0)).not.toThrow();
});

it('a folder that another process is writing is refused, by the command too', () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  try {
    const folder = folderOf('busy', { pid: other.pid, host: hostname(), began: null });
    expect(() => lockFolder('--out', folder)).toThrow(InputError);
    const { status, stderr } = nsr('train', '--experiment', 'quick-nsr', '--out', folder, '--force');
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining(`a folder that no other process writes (process ${other.pid} on ${hostname()} is at it)`),
    ]);
    expect(readdirSync(folder)).toEqual(['lock']);
  } finally {
    other.kill();
  }
});

it.each([
  ['a process that is gone', () => ({ pid: deadPid(), host: hostname(), began: null })],
  ['a number that another process has now', () => ({ pid: process.ppid, host: hostname(), began: 'long ago' })],
  ['a kill in the middle of it', () => '{"pid":'],
  ['nobody', () => ''],
])('a lock left by %s is taken over', (name, lock) => {
  const folder = folderOf(name.replaceAll(' ', '-'), lock());
  lockFolder('--out', folder);
  expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  expect(readdirSync(folder)).toEqual(['lock']);
  unlockFolder(folder);
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

it('a lock of another machine is left, and the way out is told', () => {
  const folder = folderOf('elsewhere', { pid: 1, host: 'another-machine', began: null });
  expect(() => lockFolder('--out', folder)).toThrow(
    `process 1 on another-machine is at it; if that process is gone, remove ${join(folder, 'lock')} by hand`,
  );
});
