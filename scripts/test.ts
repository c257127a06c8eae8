/** `npm test`: every check there is, each even when an earlier one failed. Ends with `N passed, N failed` over all unit and
 * browser tests; a check that is no test counts only when it fails. */
import { ensureTorch } from './machine/ensureTorch.ts';
import { clearReports, playwrightStep, vitestStep } from './tests/reports.ts';
import { staticChecks } from './tests/staticChecks.ts';
import { runSteps, summarise } from './tests/steps.ts';

clearReports();
// The tests of the exported Python package fail, each with the reason, where there is none.
ensureTorch();
// One core each: two at a time.
const checks = await runSteps(
  [
    ...staticChecks,
    vitestStep('pure unit tests', 'pure'),
    { name: 'build page', command: ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'] },
    { name: 'build command', command: ['node_modules/vite/bin/vite.js', 'build', '--ssr', '--logLevel', 'warn'] },
  ],
  2,
);
// What computes on an adapter takes all cores: one after the other.
const tests = await runSteps(
  [
    { name: 'bundle size', command: ['node_modules/size-limit/bin.js'] },
    vitestStep('unit tests with an adapter', '!pure'),
    playwrightStep('browser tests'),
  ],
  1,
);
process.exit(summarise([...checks, ...tests]));
