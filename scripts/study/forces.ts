import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { forceTables, readForceRuns } from './forceTables.ts';
import { fillMarked } from './report.ts';

const usage = `npm run study:forces [-- FILE...]: keeps what 'nsr forces --out FILE' wrote (named by its preset, e.g. nsr.jsonl) in
docs/runs/forces with five digits a number, and fills the tables of docs/forces.md.`;

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const folder = 'docs/runs/forces';
const page = 'docs/forces.md';
mkdirSync(folder, { recursive: true });
const five = (_: string, value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);
for (const file of positionals) {
  const rows = readFileSync(file, 'utf8').trim().split('\n');
  const kept = rows.map((row) => `${JSON.stringify(JSON.parse(row), five)}\n`);
  writeFileSync(join(folder, basename(file)), kept.join(''));
}
if (existsSync(page)) {
  const runs = readForceRuns(folder);
  const filled = fillMarked(readFileSync(page, 'utf8'), (name) => forceTables[name]?.(runs) ?? null);
  writeFileSync(page, await format(filled, { ...(await resolveConfig(page)), filepath: page }));
}
