import { spawnSync } from 'node:child_process';
import { findTorch, oldestPython } from '../../src/export/findTorch.fixture.ts';

/** Finds a Python that has torch (NSR_PYTHON first), installs Debian's where there is none and we may, and returns its command.
 * Null, after saying on stderr what is missing: the tests of the exported package then fail. */
export function ensureTorch(): string | null {
  const found = findTorch() ?? (installTorch() ? findTorch() : null);
  if (found === null)
    console.error(
      `No Python ${oldestPython} or newer with torch: the exported package cannot be tested. Debian: ` +
        'apt-get install python3-torch (needs root); elsewhere pip install torch, and NSR_PYTHON=/path/to/python.',
    );
  return found;
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
