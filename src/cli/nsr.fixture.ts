/** Runs the command line as a user does, for tests. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function nsr(...args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/nsr.mjs', ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The JSON on the last line of stdout. */
export function resultOf({ stdout }: Outcome): unknown {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** Runs it, and interrupts it once `pattern` has been seen on stderr. */
export function nsrInterrupted(pattern: RegExp, ...args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, ['scripts/nsr.mjs', ...args]);
  let stdout = '';
  let stderr = '';
  let interrupted = false;
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
    if (interrupted || !pattern.test(stderr)) return;
    interrupted = true;
    child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
}

/** Runs it while this process goes on, with these variables beside the environment's. */
export function nsrBeside(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, ['scripts/nsr.mjs', ...args], { env: { ...process.env, ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'nsr-test-'));
}

export function writeJson(folder: string, name: string, value: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}
