/** The exported Python package under Python and torch: the numbers of our engine, and every method that verl and TRL call. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTorch } from '../../scripts/machine/ensureTorch';
import { pythonCases } from './pythonCases.fixture';

const sources = join(import.meta.dirname, 'python');
const folder = mkdtempSync(join(tmpdir(), 'nsr-python-'));
const cases = join(folder, 'cases.json');
let python = '';

beforeAll(() => {
  const found = findTorch();
  if (found === null)
    throw new Error('no Python with torch: apt-get install python3-torch, or NSR_PYTHON (npm test installs it)');
  python = found;
  writeFileSync(cases, JSON.stringify(pythonCases()));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['test_curves', 'test_objective', 'test_tasks', 'test_verl', 'test_trl', 'test_grader'])('%s', (name) => {
  const path = ['.', 'verl', 'trl', 'tests', 'tests/standins'].map((part) => join(sources, part)).join(':');
  const run = spawnSync(python, ['-W', 'ignore', '-m', 'unittest', name], {
    cwd: sources,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1', NSR_CASES: cases, OMP_NUM_THREADS: '1' },
  });
  expect(run.stderr).toMatch(/\nOK\n$/);
  expect(run.status).toBe(0);
});
