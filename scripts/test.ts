/** `npm test`: every check there is, each even when an earlier one failed. Ends with `N passed, N failed` over all unit and
 * browser tests; a check that is no test counts only when it fails. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Step {
  readonly name: string;
  /** A tool's script below node_modules, or a script of ours, and its arguments. */
  readonly command: readonly string[];
  /** Tests it ran, read from its report; a plain check has none. */
  readonly count?: () => Count;
}

const reports = '.cache/reports';
const vitestReport = join(reports, 'vitest.json');
const playwrightReport = join(reports, 'playwright.json');

const steps: readonly Step[] = [
  { name: 'typecheck', command: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  { name: 'lint', command: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'] },
  { name: 'format', command: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
  { name: 'import rule', command: ['scripts/run.mjs', 'scripts/checks/checkImports.ts'] },
  { name: 'unused code', command: ['node_modules/knip/bin/knip.js', '--no-config-hints'] },
  { name: 'build page', command: ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'] },
  { name: 'build command', command: ['node_modules/vite/bin/vite.js', 'build', '--ssr', '--logLevel', 'warn'] },
  { name: 'bundle size', command: ['node_modules/size-limit/bin.js'] },
  {
    name: 'unit tests',
    command: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestReport}`,
    ],
    count: countVitest,
  },
  {
    name: 'browser tests',
    command: ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'],
    count: countPlaywright,
  },
];

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const results = steps.map(runStep);
console.log(`\n${results.map(({ line }) => line).join('\n')}`);
const passed = results.reduce((sum, { count }) => sum + count.passed, 0);
const failed = results.reduce((sum, { count }) => sum + count.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function runStep({ name, command, count }: Step): { readonly line: string; readonly count: Count } {
  console.log(`\n=== ${name}`);
  const start = Date.now();
  const run = spawnSync(process.execPath, [...command], {
    stdio: 'inherit',
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
  });
  const tests = count?.() ?? { passed: 0, failed: 0 };
  // A step that fails without a failed test (a crash, a check) is one failure.
  const broken = run.status !== 0 && tests.failed === 0 ? 1 : 0;
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  const total = { passed: tests.passed, failed: tests.failed + broken };
  return { line: `${total.failed === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`, count: total };
}

function countVitest(): Count {
  const { numPassedTests = 0, numFailedTests = 0 } = readReport(vitestReport);
  return { passed: numPassedTests, failed: numFailedTests };
}

function countPlaywright(): Count {
  const { stats: { expected = 0, flaky = 0, unexpected = 0 } = {} } = readReport(playwrightReport);
  return { passed: expected, failed: unexpected + flaky };
}

interface Report {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly stats?: { readonly expected?: number; readonly flaky?: number; readonly unexpected?: number };
}

/** An absent report (the tool crashed) counts nothing; the step's exit code tells. */
function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return {};
  }
}
