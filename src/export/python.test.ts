/** The exported Python package under Python and torch: the numbers of our engine, and every method that verl and TRL call. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { frameworks } from './expressible';
import { findTorch } from './findTorch.fixture';
import { pythonCases } from './pythonCases.fixture';
import { pythonSources } from './pythonSources';

const folder = mkdtempSync(join(tmpdir(), 'nsr-python-'));
const cases = join(folder, 'cases.json');
let python = '';

beforeAll(() => {
  const found = findTorch();
  if (found === null)
    throw new Error('no Python with torch: apt-get install python3-torch, or NSR_PYTHON (npm test installs it)');
  python = found;
  // As an export lays them out, the tests and the stand-ins beside.
  for (const { path, content } of frameworks.flatMap(pythonSources)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  cpSync(join(import.meta.dirname, 'python/tests'), join(folder, 'tests'), { recursive: true });
  writeFileSync(cases, JSON.stringify(pythonCases()));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['test_curves', 'test_objective', 'test_tasks', 'test_verl', 'test_trl', 'test_grader'])('%s', (name) => {
  const path = ['.', 'tests', 'tests/standins'].map((part) => join(folder, part)).join(':');
  const run = spawnSync(python, ['-W', 'ignore', '-m', 'unittest', name], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1', NSR_CASES: cases, OMP_NUM_THREADS: '1' },
  });
  expect(run.stderr).toMatch(/\nOK\n$/);
  expect(run.status).toBe(0);
});
