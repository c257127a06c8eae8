import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from './steps.ts';

const folder = '.cache/reports';

/** What an earlier run reported must not be read as ours. */
export function clearReports(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** Vitest over a project of vitest.config.ts, or with `!` in front over all the others; its report counted. */
export function vitestStep(name: string, project: string): Step {
  const report = join(folder, `vitest-${project.replace('!', 'not-')}.json`);
  return {
    name,
    command: [
      'node_modules/vitest/vitest.mjs',
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    count: () => {
      const { numPassedTests = 0, numFailedTests = 0 } = readReport(report);
      return { passed: numPassedTests, failed: numFailedTests };
    },
  };
}

/** Playwright, its report counted; a test that passed only when it was tried again counts as failed. */
export function playwrightStep(name: string): Step {
  const report = join(folder, 'playwright.json');
  return {
    name,
    command: ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'],
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    count: () => {
      const { stats: { expected = 0, flaky = 0, unexpected = 0 } = {} } = readReport(report);
      return { passed: expected, failed: unexpected + flaky };
    },
  };
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
