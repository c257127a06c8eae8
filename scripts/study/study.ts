import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { readRuns } from './data.ts';
import { figures } from './figures.ts';
import { coldBase, coldRuns, studyRuns } from './plan.ts';
import { fillBlocks } from './report.ts';
import { doRun, evaluateCold, isKept, makeModel } from './runner.ts';

const usage = `npm run study [-- OPTIONS]: draws docs/study.md's tables and figures from docs/runs.
  --run           first do the runs that are missing (hours on a CPU; goes on where it was stopped)
  --only TEXT     of those, the ones whose id contains TEXT, e.g. main/nsr
  --command FILE  the nsr command to run them with (scripts/nsr.mjs)
  --runs DIR      where finished runs are kept (docs/runs)
  --work DIR      where they work (runs/study)`;

const { values } = parseArgs({
  options: {
    run: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    command: { type: 'string', default: 'scripts/nsr.mjs' },
    runs: { type: 'string', default: 'docs/runs' },
    work: { type: 'string', default: 'runs/study' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (values.run) {
  const options = { kept: values.runs, work: values.work, command: values.command };
  const chosen = studyRuns.filter(({ id }) => id.includes(values.only));
  const missing = chosen.filter((run) => !isKept(values.runs, run));
  const steps = [
    () => missing.length === 0 || makeModel(values.command),
    () => evaluateCold(coldBase.id, coldBase.model, options),
    ...chosen.flatMap((run) => [
      () => {
        if (!missing.includes(run)) return true;
        console.error(`=== ${run.id} (${missing.indexOf(run) + 1} of ${missing.length} missing)`);
        return doRun(run, options);
      },
      () => !coldRuns.includes(run) || evaluateCold(run.id, join(values.work, run.id, 'model'), options),
    ]),
  ];
  const failed = steps.filter((step) => !step()).length;
  if (failed > 0) console.error(`${failed} of them failed`);
}

const runs = readRuns(values.runs, studyRuns);
const kept = studyRuns.filter((run) => isKept(values.runs, run)).length;
console.error(`${kept} of ${studyRuns.length} runs are there`);
const page = 'docs/study.md';
const style = await resolveConfig(page);
writeFileSync(page, await format(fillBlocks(readFileSync(page, 'utf8'), runs), { ...style, filepath: page }));
mkdirSync('docs/study', { recursive: true });
for (const [name, draw] of Object.entries(figures)) writeFileSync(`docs/study/${name}`, draw(runs));
