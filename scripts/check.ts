/** `npm run check`: what can be said in about a minute without a GPU and without a browser. Two steps at a time; the pure unit
 * tests, which take two cores themselves, beside the linter. `npm test` runs everything. */
import { clearReports, vitestStep } from './tests/reports.ts';
import { staticChecks } from './tests/staticChecks.ts';
import { runSteps, summarise } from './tests/steps.ts';

clearReports();
const [lint, ...others] = staticChecks;
const steps = [...(lint ? [lint] : []), vitestStep('pure unit tests', 'pure'), ...others];
process.exit(summarise(await runSteps(steps, 2)));
