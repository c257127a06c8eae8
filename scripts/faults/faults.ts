/** `npm run test:faults`: crashes, kills, reloads, quotas and broken storage at random moments, in Node and in the page. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureVulkan } from '../machine/ensureVulkan.ts';
import { leftOut, openNodeFaults } from './nodeFaults.ts';
import { playRounds, type FaultPart } from './round.ts';

const usage = `npm run test:faults [-- OPTIONS]: is nothing lost, whatever happens and whenever?
  --minutes N     of faults, half of them in Node and half in the page (10)
  --seed N        everything is drawn from it (the clock's, printed)
  --part PART     node or page only, for all the minutes
  --round N       with --part: that round alone, as it was drawn
Exit code 1 where something was lost or went wrong, 2 for a wrong option.`;

function refuse(why: string): never {
  console.error(`test:faults: ${why}\n${usage}`);
  process.exit(2);
}

const read = () => {
  try {
    return parseArgs({
      options: {
        minutes: { type: 'string', default: '10' },
        seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
        part: { type: 'string' },
        round: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
};

const values = read();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 24 * 60)) refuse(`--minutes ${values.minutes}: a number of minutes up to a day`);
const seed = Number(values.seed);
if (!Number.isSafeInteger(seed) || seed < 0) refuse(`--seed ${values.seed}: an integer of at least 0`);
if (values.part !== undefined && values.part !== 'node' && values.part !== 'page')
  refuse(`--part ${values.part}: node or page`);
if (values.round !== undefined && (values.part === undefined || !/^\d+$/.test(values.round)))
  refuse('--round: the number of a round, with --part');
const only = values.round === undefined ? null : Number(values.round);
const parts: readonly FaultPart[] = values.part === undefined ? ['node', 'page'] : [values.part];
const each = minutes / parts.length;

async function inNode(): Promise<boolean> {
  Object.assign(process.env, ensureVulkan('lavapipe'));
  const faults = await openNodeFaults();
  try {
    if (leftOut !== null) console.log(`left out: ${leftOut}`);
    const { rounds, failed } = await playRounds('node', seed, only, each, (rng) => faults.round(rng));
    console.log(`node: ${rounds} rounds, ${failed} failed`);
    return failed === 0;
  } finally {
    faults.close();
  }
}

/** The rounds of e2e/long/faults.spec.ts, which prints its own lines. */
function inPage(): boolean {
  const run = (environment: Readonly<Record<string, string>>, ...args: readonly string[]): boolean =>
    spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...environment } }).status === 0;
  const environment = {
    FAULT_SEED: String(seed),
    FAULT_MINUTES: String(each),
    ...(only === null ? {} : { FAULT_ROUND: String(only) }),
  };
  const config = ['--config', 'e2e/long/playwright.config.ts'];
  return (
    run({}, 'node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error') &&
    run(environment, 'node_modules/@playwright/test/cli.js', 'test', ...config, 'faults')
  );
}

console.log(`faults: seed ${seed}, ${minutes} minutes, ${new Date().toISOString().slice(0, 10)}`);
const results: boolean[] = [];
for (const part of parts) results.push(part === 'node' ? await inNode() : inPage());
process.exit(results.every(Boolean) ? 0 : 1);
