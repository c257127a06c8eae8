import { spawnSync } from 'node:child_process';

/** What the exported Python package is tested on; Debian's python3-torch is 1.13. */
export const oldestPython = '3.10';

/** The first Python that imports torch, or null. */
export function findTorch(): string | null {
  const given = process.env.NSR_PYTHON;
  const candidates = given === undefined ? ['python3', '/usr/bin/python3'] : [given];
  const probe = `import sys, torch; sys.exit(0 if sys.version_info >= (${oldestPython.replace('.', ', ')}) else 1)`;
  return candidates.find((command) => spawnSync(command, ['-c', probe], { timeout: 60_000 }).status === 0) ?? null;
}
