// `npm run -s nsr -- COMMAND`: builds the command when a source is newer than it, silently on stdout, and runs it in
// this very process, so that signals and exit codes are its own.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(root, 'dist/cli/main.js');

/** Latest change, in ms, of a file or anything below a folder. */
function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), status.mtimeMs);
}

function isStale() {
  if (!existsSync(bundle)) return true;
  const built = statSync(bundle).mtimeMs;
  return ['src', 'shaders', 'vite.config.ts', 'package-lock.json'].some((name) => newest(join(root, name)) > built);
}

if (isStale()) {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const build = spawnSync(process.execPath, [vite, 'build', '--ssr', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (build.status !== 0) {
    console.error('nsr: the command could not be built');
    process.exit(1);
  }
}
await import(pathToFileURL(bundle).href);
