import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const isRoot = process.getuid?.() === 0;

/** A Chrome or Chromium that is installed: CHROME_PATH, then the PATH, the usual folders, then Playwright's own. */
export function findBrowser(): string | null {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`CHROME_PATH: there is no file ${named}`);
  }
  return candidates().find((file) => existsSync(file)) ?? null;
}

function candidates(): string[] {
  const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const programs = [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']];
  return [
    ...(process.platform === 'win32' ? [] : onPath),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...programs.flatMap((folder) =>
      folder === undefined ? [] : [join(folder, 'Google/Chrome/Application/chrome.exe')],
    ),
    chromium.executablePath(),
  ];
}

/** Finds a browser, or gets one: Playwright's download, then (as root on Debian or Ubuntu) the chromium package.
 * Throws an error that says what to install when there is none. */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found !== null) return found;
  console.error('No Chrome or Chromium found; asking Playwright for one ...');
  const dependencies = isRoot && process.platform === 'linux' ? ['--with-deps'] : [];
  const cli = join(import.meta.dirname, '../../node_modules/playwright/cli.js');
  run(process.execPath, [cli, 'install', ...dependencies, '--no-shell', 'chromium']);
  const downloaded = findBrowser();
  if (downloaded !== null) return downloaded;
  if (isRoot && process.platform === 'linux') {
    console.error('Installing the chromium package ...');
    run('apt-get', ['-qq', 'update']);
    run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', 'chromium']);
    const installed = findBrowser();
    if (installed !== null) return installed;
  }
  throw new Error(
    'No browser with WebGPU: install Google Chrome or Chromium 121 or newer (Debian: apt-get install chromium), ' +
      'or set CHROME_PATH to one.',
  );
}

function run(command: string, args: readonly string[]): void {
  // Standard output stays clean for the caller; what goes wrong is on stderr.
  spawnSync(command, args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 2, 2],
    timeout: 600_000,
  });
}
