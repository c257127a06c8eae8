import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { driverEnvironment, driverManifests } from '../../src/cli/vulkanDriver.ts';

type CpuDriver = 'lavapipe' | 'swiftshader';

/** Finds a Vulkan driver on which Dawn gives an adapter (the wanted one first, then the other), installs Mesa's when
 * there is none and we may, and returns the environment that selects it. VK_DRIVER_FILES set by the user is kept.
 * Without any driver it returns an empty record, after saying on stderr what is missing: GPU tests then fail. */
export function ensureVulkan(wanted: CpuDriver): Record<string, string> {
  if (process.platform !== 'linux' || process.env.VK_DRIVER_FILES !== undefined) return {};
  const found = findWorking(wanted) ?? (installLavapipe() ? findWorking('lavapipe') : null);
  const fallback = found ?? findWorking(wanted === 'lavapipe' ? 'swiftshader' : 'lavapipe');
  if (fallback !== null) return fallback;
  console.error(
    'No Vulkan driver for WebGPU in Node. Any one of these will do: a GPU driver with Vulkan; Mesa lavapipe 24 or ' +
      'newer (Debian: mesa-vulkan-drivers, on bookworm from bookworm-backports; and libvulkan1); or the chromium ' +
      'package, which brings SwiftShader. Installing needs root.',
  );
  return {};
}

function findWorking(name: CpuDriver): Record<string, string> | null {
  const environments = driverManifests(name).map(driverEnvironment);
  return environments.find((environment) => probe(environment) !== null) ?? null;
}

/** The adapter's description under this environment; null when Dawn gets none (as from lavapipe before 24). */
function probe(environment: Record<string, string>): string | null {
  const script = join(import.meta.dirname, 'probeVulkan.mjs');
  const run = spawnSync(process.execPath, [script], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return run.status === 0 ? run.stdout.trim() : null;
}

/** Tries the distribution's own Mesa, then its backports. True when something was installed. */
function installLavapipe(): boolean {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return false;
  console.error('Installing a Vulkan driver (mesa-vulkan-drivers) ...');
  const suite = addBackports();
  apt(['update']);
  return apt([
    'install',
    '-y',
    '--no-install-recommends',
    ...(suite === null ? [] : ['-t', suite]),
    'mesa-vulkan-drivers',
    'libvulkan1',
  ]);
}

function apt(args: readonly string[]): boolean {
  const run = spawnSync('apt-get', ['-qq', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return run.status === 0;
}

/** On bookworm, whose own Mesa is too old: adds the backports suite with the very mirror and key the machine's own
 * sources name. Returns the suite to install from, null for the distribution's default. */
function addBackports(): string | null {
  const release = readFileSync('/etc/os-release', 'utf8');
  if (!/^VERSION_CODENAME=bookworm$/m.test(release)) return null;
  const suite = 'bookworm-backports';
  const sources = aptSources();
  if (sources.some((text) => text.includes(suite))) return suite;
  for (const text of sources) {
    const uri = /^URIs:\s*(\S+)/m.exec(text)?.[1];
    const key = /^Signed-By:\s*(\S+)/m.exec(text)?.[1];
    if (uri === undefined || !/^Suites:.*\bbookworm\b/m.test(text)) continue;
    const signed = key === undefined ? '' : `Signed-By: ${key}\n`;
    writeFileSync(
      `/etc/apt/sources.list.d/${suite}.sources`,
      `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n${signed}`,
    );
    return suite;
  }
  for (const text of sources) {
    const line = /^deb\s+(\[[^\]]*\]\s+)?(\S+)\s+bookworm\s+main/m.exec(text);
    if (line === null) continue;
    writeFileSync(`/etc/apt/sources.list.d/${suite}.list`, `deb ${line[1] ?? ''}${line[2] ?? ''} ${suite} main\n`);
    return suite;
  }
  return null;
}

/** The machine's apt sources, one text per one-line file or deb822 paragraph. */
function aptSources(): string[] {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...readdirSync(folder).map((name) => join(folder, name))];
  return files.flatMap((file) => {
    try {
      return readFileSync(file, 'utf8').split(/\n\s*\n/);
    } catch {
      return [];
    }
  });
}
