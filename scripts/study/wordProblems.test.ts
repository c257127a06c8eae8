import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { fillMarked } from './report.ts';
import { readWordProblemRuns, wordProblemTables } from './wordProblemTables.ts';

it('docs/word-problems.md has the tables that the kept runs give', async () => {
  const page = readFileSync('docs/word-problems.md', 'utf8');
  const runs = readWordProblemRuns('docs/runs/word-problems');
  expect(runs.length).toBeGreaterThan(0);
  const named: string[] = [];
  const filled = fillMarked(page, (name) => {
    named.push(name);
    return wordProblemTables[name]?.(runs) ?? null;
  });
  expect(named.sort()).toEqual(Object.keys(wordProblemTables).sort());
  const style = await resolveConfig('docs/word-problems.md');
  expect(await format(filled, { ...style, filepath: 'docs/word-problems.md' })).toBe(page);
});
