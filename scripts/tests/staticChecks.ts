import type { Step } from './steps.ts';

/** Checks that run nothing. Types and format remember what they have seen; the linter does not: its rules read the types of
 * other files, which its cache would not notice. The longest come first, so that two at a time end together. */
export const staticChecks: readonly Step[] = [
  { name: 'lint', command: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'] },
  {
    name: 'types',
    command: ['node_modules/typescript/bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', '.cache/tsc.json'],
  },
  {
    name: 'format',
    command: [
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-strategy=content',
      '--cache-location=.cache/prettier.json',
      '.',
    ],
  },
  { name: 'import rule', command: ['scripts/run.mjs', 'scripts/checks/checkImports.ts'] },
  { name: 'unused code', command: ['node_modules/knip/bin/knip.js', '--no-config-hints'] },
];
