import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `import ... from '...'` without those of types alone, which leave nothing behind when they are compiled. */
const valueImport = /^(?:import|export)\s+(?!type\s)([^;]*?from\s+)?['"]([^'"]+)['"]/gm;

/** What only a test with an adapter or a process of its own does. */
const needs = (names: string, module: string): boolean =>
  /\bopenDevice\b/.test(names) || module === 'webgpu' || module === 'node:child_process';

/** Whether a test opens a WebGPU device or starts a process, itself or through what it imports: then it runs one at a time on
 * lavapipe, and `npm run check` leaves it out. Read off the imports, so that no test has to be entered in a list. */
export function needsAdapter(file: string, seen = new Set<string>()): boolean {
  seen.add(file);
  for (const [, names = '', module = ''] of readFileSync(file, 'utf8').matchAll(valueImport)) {
    if (needs(names, module)) return true;
    const imported = module.startsWith('.') ? resolveSource(join(dirname(file), module)) : null;
    if (imported !== null && !seen.has(imported) && needsAdapter(imported, seen)) return true;
  }
  return false;
}

/** The source that a relative import without ending means; null for what is no script (JSON, styles, shaders). */
function resolveSource(path: string): string | null {
  return [path, `${path}.ts`, `${path}.tsx`].find((file) => /\.tsx?$/.test(file) && existsSync(file)) ?? null;
}

/** Paths, relative to `root`, of the tests that need an adapter. */
export function adapterTests(root: string): string[] {
  return ['src', 'scripts']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((file) => /\.test\.tsx?$/.test(file) && needsAdapter(join(root, file)));
}
