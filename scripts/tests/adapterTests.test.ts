import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adapterTests, needsAdapter } from './adapterTests';

const repository = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'nsr-adapter-tests-'));
const plant = (name: string, source: string): string => {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, source);
  return file;
};

describe('which tests need an adapter', () => {
  plant('src/bench.fixture.ts', "import {\n  openDevice,\n  type Gpu,\n} from '../gpu/device';\n");
  plant('src/deep.ts', "import './bench.fixture';\n");
  plant('src/circle.ts', "import { back } from './back';\n");
  plant('src/back.ts', "import { circle } from './circle';\n");
  it.each([
    ['opens a device', "import { openDevice } from '../gpu/device';", true],
    ['uses a bench that opens one', "import { bench } from './bench.fixture';", true],
    ['does so through another file', "import { deep } from './deep';", true],
    ['calls Dawn itself', "import { create } from 'webgpu';", true],
    ['starts a process', "import { spawn } from 'node:child_process';", true],
    ['takes only the type of a device', "import type { Gpu } from './bench.fixture';", false],
    ['imports something else of the same file', "import { NoAdapterError } from '../gpu/device';", false],
    ['imports in a circle', "import { circle } from './circle';", false],
    ['imports nothing', 'const openDevice = 1;', false],
  ])('a test that %s', (name, source, expected) => {
    expect(needsAdapter(plant(`src/${name}.test.ts`, `${source}\n`))).toBe(expected);
  });

  it('finds those of this repository, engine and command among them, and leaves the pure ones', () => {
    const found = adapterTests(repository);
    expect(found).toEqual(expect.arrayContaining(['src/model/engine.steps.test.ts', 'src/cli/runs.test.ts']));
    expect(found).not.toContain('src/lib/rng.test.ts');
  });
});
