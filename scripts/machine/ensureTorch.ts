import { spawnSync } from 'node:child_process';

/** What the exported Python package is tested on; Debian's python3-torch is 1.13. */
const oldestPython = [3, 10] as const;

/** Finds a Python that has torch (NSR_PYTHON first), installs Debian's where there is none and we may, and returns its command.
 * Null, after saying on stderr what is missing: the tests of the exported package then fail. */
export function ensureTorch(): string | null {
  const found = findTorch() ?? (installTorch() ? findTorch() : null);
  if (found === null)
    console.error(
      `No Python ${oldestPython.join('.')} or newer with torch: the exported package cannot be tested. Debian: ` +
        'apt-get install python3-torch (needs root); elsewhere pip install torch, and NSR_PYTHON=/path/to/python.',
    );
  return found;
}

/** The first Python that imports torch, or null. */
export function findTorch(): string | null {
  const given = process.env.NSR_PYTHON;
  const candidates = given === undefined ? ['python3', '/usr/bin/python3'] : [given];
  const probe = `import sys, torch; sys.exit(0 if sys.version_info >= (${oldestPython.join(', ')}) else 1)`;
  return candidates.find((command) => spawnSync(command, ['-c', probe], { timeout: 60_000 }).status === 0) ?? null;
}

/** True when something was installed. */
function installTorch(): boolean {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return false;
  console.error('Installing torch for the tests of the exported Python package (python3-torch) ...');
  const apt = (args: readonly string[]) =>
    spawnSync('apt-get', ['-qq', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    }).status === 0;
  const install = ['install', '-y', '--no-install-recommends', 'python3-torch'];
  return apt(install) || (apt(['update']) && apt(install));
}
