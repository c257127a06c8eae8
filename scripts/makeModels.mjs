// `npm run models [-- NAME ...]`: makes the base models of public/models again, each by the command in its card.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const folder = 'public/models';
const named = process.argv.slice(2);

for (const name of named.length > 0 ? named : readdirSync(folder)) {
  const card = readFileSync(`${folder}/${name}/README.md`, 'utf8');
  const line = /^npm run -s nsr -- (sft .*)$/m.exec(card)?.[1];
  if (line === undefined) throw new Error(`${folder}/${name}/README.md names no command`);
  const words = [...line.matchAll(/"(?:[^"\\]|\\.)*"|\S+/g)].map(([word]) =>
    word.startsWith('"') ? JSON.parse(word) : word,
  );
  console.error(`\n=== ${name}`);
  const { status } = spawnSync(process.execPath, ['scripts/nsr.mjs', ...words, '--force'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}
