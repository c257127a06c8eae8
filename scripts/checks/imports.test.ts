import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkHiddenImports, checkImports } from './imports';

let root: string;

beforeEach(() => {
  mkdirSync('.cache', { recursive: true });
  root = mkdtempSync('.cache/imports-');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function plant(files: Readonly<Record<string, string>>): void {
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), source);
  }
}

describe('the import rule', () => {
  it('lets imports go down', () => {
    plant({
      'src/lib/rng.ts': 'export const one = 1;',
      'src/experiment/types.ts': 'export interface Spec { kind: string }',
      'src/schedules/linear.ts':
        "import type { Spec } from '../experiment/types';\nexport const linear: Spec = { kind: 'linear' };",
      'src/trainer/run.ts':
        "import { linear } from '../schedules/linear';\nimport { one } from '../lib/rng';\nexport const run = [linear, one];",
      'src/cli/main.ts':
        "import { readFileSync } from 'node:fs';\nimport { run } from '../trainer/run';\nexport default [run, readFileSync];",
    });
    const { modules, violations } = checkImports(root);
    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ['upward', 'src/gpu/device.ts', '../model/plan', 'src/model/plan.ts'],
    ['a sibling', 'src/share/link.ts', '../persist/runs', 'src/persist/runs.ts'],
    ['page to trainer', 'src/ui/App.tsx', '../trainer/run', 'src/trainer/run.ts'],
    [
      'a value of experiment from a pure layer',
      'src/algorithms/signed.ts',
      '../experiment/defaults',
      'src/experiment/defaults.ts',
    ],
    ['an unlisted folder', 'src/utilities/a.ts', '../lib/b', 'src/lib/b.ts'],
  ])('refuses %s', (_, importer, written, imported) => {
    plant({ [importer]: `import { a } from '${written}';\nexport const b = a;`, [imported]: 'export const a = 1;' });
    expect(checkImports(root).violations).toContain(`not-in-allowed: ${importer} -> ${imported}`);
  });

  it('refuses packages and Node modules outside their layer', () => {
    plant({
      'src/trainer/run.ts':
        "import { create } from 'zustand';\nimport { join } from 'node:path';\nexport const a = [create, join];",
    });
    const { violations } = checkImports(root);
    expect(violations).toHaveLength(2);
    expect(violations.join()).toMatch(/zustand.*path|path.*zustand/);
  });

  it('refuses cycles', () => {
    plant({
      'src/lib/a.ts': "import { b } from './b';\nexport const a = () => b;",
      'src/lib/b.ts': "import { a } from './a';\nexport const b = () => a;",
    });
    expect(checkImports(root).violations.join()).toContain('no-cycles');
  });
});

describe('edges that dependency-cruiser cannot see', () => {
  it('lets a registry read its own folder, kernels read shaders and the client start its worker', () => {
    plant({
      'src/tasks/parts/registry.ts': "export const tasks = import.meta.glob<Task>('../*.ts', { eager: true });",
      'src/kernels/shaders.ts': "export const sources = import.meta.glob('/shaders/*.wgsl', { query: '?raw' });",
      'src/worker/client.ts':
        "export const start = () => new Worker(new URL('./main.ts', import.meta.url), { type: 'module' });",
    });
    expect(checkHiddenImports(root)).toEqual({ modules: 3, violations: [] });
  });

  it('refuses a glob into another layer and a worker started elsewhere', () => {
    plant({
      'src/tasks/parts/registry.ts': "const other = import.meta.glob('../../trainer/*.ts');",
      'src/ui/panel.tsx': "const tasks = import.meta.glob('../trainer/*.ts');",
      'src/store/runs.ts': "const worker = new Worker(new URL('../worker/main.ts', import.meta.url));",
    });
    expect(checkHiddenImports(root).violations).toEqual([
      'worker: src/store/runs.ts -> ../worker/main.ts',
      'glob: src/ui/panel.tsx -> ../trainer/*.ts',
      'glob: src/tasks/parts/registry.ts -> ../../trainer/*.ts',
    ]);
  });
});
