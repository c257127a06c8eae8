import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What the import rule of docs/design.md says about a source tree. */
export interface ImportReport {
  /** Modules looked at; 0 means that the check itself is broken. */
  readonly modules: number;
  /** One line each: rule, importer, imported. */
  readonly violations: readonly string[];
}

interface CruiseOutput {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

const repository = resolve(import.meta.dirname, '../..');

/** Checks every static and dynamic import under `root`/src against .dependency-cruiser.js. */
export function checkImports(root: string): ImportReport {
  const binary = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(repository, '.dependency-cruiser.js');
  const run = spawnSync(process.execPath, [binary, '--config', config, '--output-type', 'json', 'src'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser printed no result: ${run.stderr}`);
  const { summary } = JSON.parse(run.stdout) as CruiseOutput;
  return {
    modules: summary.totalCruised,
    violations: summary.violations.map((one) => `${one.rule.name}: ${one.from} -> ${one.to}`),
  };
}

const globCall = /import\.meta\.glob\s*(?:<[^(]*>)?\s*\(\s*(\[[^\]]*\]|['"`][^'"`]*['"`])/g;
const workerCall = /new\s+(?:Shared)?Worker\s*\(\s*new\s+URL\s*\(\s*(['"`][^'"`]*['"`])/g;

/** Who may start which worker. */
const workerStarters = new Map([
  ['src/main.tsx', ['./worker/main.ts', './worker/hub.ts']],
  ['src/worker/client.ts', ['./main.ts']],
  ['src/share/fileReader.ts', ['./fileReader.worker.ts']],
  ['src/worker/main/nestedWorkers.ts', ['./text.worker.ts', './grade.worker.ts', './rows.worker.ts']],
]);

/** Checks the edges that dependency-cruiser cannot see: `import.meta.glob` (a registry in a layer's `parts/` reads that layer's
 * files, gpu and kernels read shaders/) and `new Worker(new URL())`. */
export function checkHiddenImports(root: string): ImportReport {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|fixture)\.tsx?$/.test(name));
  const violations = files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    const globs = targets(source, globCall).filter(
      (target) =>
        !/^!?\.\//.test(target) &&
        !(/^src\/\w+\/parts\//.test(file) && /^\.\.\/[^/]+$/.test(target)) &&
        !(/^src\/(gpu|kernels)\//.test(file) && /^(\/|\.\.\/)*shaders\//.test(target)),
    );
    const workers = targets(source, workerCall).filter((target) => workerStarters.get(file)?.includes(target) !== true);
    return [...globs.map((to) => `glob: ${file} -> ${to}`), ...workers.map((to) => `worker: ${file} -> ${to}`)];
  });
  return { modules: files.length, violations };
}

/** The quoted strings inside the first group of every match. */
function targets(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].flatMap((call) =>
    [...(call[1] ?? '').matchAll(/['"`]([^'"`]*)['"`]/g)].map((quoted) => quoted[1] ?? ''),
  );
}
