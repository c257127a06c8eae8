import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { fillMarked } from './report.ts';
import { readWordProblemRuns, wordProblemTables } from './wordProblemTables.ts';

const usage = `npm run study:word-problems [-- RUN...]: keeps runs of 'nsr train' (folders named NAME-seedS) in docs/runs/word-problems without
what each rollout was, and fills the tables of docs/word-problems.md.`;

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const folder = 'docs/runs/word-problems';
const page = 'docs/word-problems.md';
mkdirSync(folder, { recursive: true });
const kept = (key: string, value: unknown): unknown => {
  if (key === 'rollouts') return undefined;
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
};
for (const run of positionals) {
  const rows = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  writeFileSync(
    join(folder, `${basename(run)}.jsonl`),
    rows.map((row) => `${JSON.stringify(JSON.parse(row), kept)}\n`).join(''),
  );
}
if (existsSync(page)) {
  const runs = readWordProblemRuns(folder);
  const filled = fillMarked(readFileSync(page, 'utf8'), (name) => wordProblemTables[name]?.(runs) ?? null);
  writeFileSync(page, await format(filled, { ...(await resolveConfig(page)), filepath: page }));
}
