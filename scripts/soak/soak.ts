/** `npm run test:soak`: looks again and again at what a run holds on to, in Node and in the page, and judges whether it grows. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureVulkan } from '../machine/ensureVulkan.ts';
import { describeVerdict, judge, warmUpShare, type Quantity } from './judge.ts';
import { meterDawn, soakRun, soakStarts } from './nodeSoak.ts';
import { pageQuantities, type PageSoak } from './pageSoak.ts';

const parts = ['node-run', 'node-starts', 'page-run', 'page-starts'] as const;
type Part = (typeof parts)[number];

const usage = `npm run test:soak [-- OPTIONS]: does what a run and a page hold on to stay the same, however long they work?
  --steps N       steps of the run in Node (5000)
  --page-steps N  steps of the run in the page (1500)
  --starts N      starts and stops, in each (100)
  --only PARTS    some of ${parts.join(',')} (all)
  --out DIR       where the samples are written as JSON (.cache/soak)
  --seed N        of the bootstrap of the intervals (1)
Exit code 1 where something grows or does not come to its end, 2 for a wrong option.`;

const read = () => {
  try {
    return parseArgs({
      options: {
        steps: { type: 'string', default: '5000' },
        'page-steps': { type: 'string', default: '1500' },
        starts: { type: 'string', default: '100' },
        only: { type: 'string', default: parts.join(',') },
        out: { type: 'string', default: '.cache/soak' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
};

function refuse(why: string): never {
  console.error(`test:soak: ${why}\n${usage}`);
  process.exit(2);
}

const values = read();
if (values.help) {
  console.log(usage);
  process.exit(0);
}

function integer(name: 'steps' | 'page-steps' | 'starts' | 'seed', least: number): number {
  const value = Number(values[name]);
  return Number.isSafeInteger(value) && value >= least
    ? value
    : refuse(`--${name} ${values[name]}: an integer of at least ${least}`);
}

// An interval needs eight looks after the warm-up, 50 steps apart.
const [steps, pageSteps] = [integer('steps', 600), integer('page-steps', 600)];
const [starts, seed] = [integer('starts', 12), integer('seed', 0)];
const isPart = (name: string): name is Part => parts.includes(name as Part);
const chosen = values.only
  .split(',')
  .map((name) => (isPart(name) ? name : refuse(`--only ${name}: ${parts.join(', ')}`)));
const lengthOf: Readonly<Record<Part, number>> = {
  'node-run': steps,
  'node-starts': starts,
  'page-run': pageSteps,
  'page-starts': starts,
};

/** Playwright builds on what lies in dist: it is made first. */
let built = false;
function page(part: 'page-run' | 'page-starts', output: string): readonly Quantity[] | null {
  if (!built) node({}, 'node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error');
  built = true;
  const environment = { SOAK_STEPS: String(pageSteps), SOAK_STARTS: String(starts), SOAK_OUTPUT: output };
  const name = part === 'page-run' ? 'run' : 'starts';
  const config = ['--config', 'e2e/long/playwright.config.ts'];
  const worked = node(environment, 'node_modules/@playwright/test/cli.js', 'test', ...config, 'soak', '-g', `${name}$`);
  return worked ? pageQuantities(JSON.parse(readFileSync(join(output, `${part}.json`), 'utf8')) as PageSoak) : null;
}

function node(environment: Readonly<Record<string, string>>, ...args: readonly string[]): boolean {
  const options = { stdio: ['ignore', 2, 2] as ['ignore', number, number], env: { ...process.env, ...environment } };
  return spawnSync(process.execPath, args, options).status === 0;
}

async function look(part: Part): Promise<readonly Quantity[] | null> {
  const say = (line: string): void => console.error(`${part}: ${line}`);
  switch (part) {
    case 'node-run':
      return soakRun(steps, say);
    case 'node-starts':
      return soakStarts(starts, say);
    case 'page-run':
    case 'page-starts':
      return page(part, values.out);
    default:
      return part satisfies never;
  }
}

mkdirSync(values.out, { recursive: true });
Object.assign(process.env, ensureVulkan('lavapipe'));
await meterDawn();
console.log(
  `soak: ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; slopes of Theil and Sen with 95 % intervals after the first ${100 * warmUpShare} %; flat: the interval's upper end, times the length, within the share of the level; grows: beyond it, and the whole interval above what is meant`,
);
let grown = 0;
for (const part of chosen) {
  const since = performance.now();
  const length = lengthOf[part];
  const quantities = await look(part);
  const per = part.endsWith('run') ? 'step' : 'start';
  if (quantities === null) {
    grown += 1;
    console.log(`${part}: did not come to its end`);
    continue;
  }
  if (part.startsWith('node')) writeFileSync(join(values.out, `${part}.json`), JSON.stringify(quantities));
  const verdicts = quantities.map((quantity) => judge(quantity, length, seed));
  grown += verdicts.filter(({ outcome }) => outcome === 'grows').length;
  console.log(`${part}: ${length} ${per}s in ${((performance.now() - since) / 60_000).toFixed(1)} minutes`);
  for (const verdict of verdicts) console.log(`  ${describeVerdict(verdict, per)}`);
}
console.log(grown === 0 ? 'nothing grows' : `${grown} of them grow or did not come to their end`);
// Dawn may hang at a natural exit.
process.exit(grown === 0 ? 0 : 1);
