import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { forceTables, readForceRuns } from './forceTables.ts';
import { fillMarked } from './report.ts';

it('docs/forces.md has the tables that the kept measurements give', async () => {
  const page = readFileSync('docs/forces.md', 'utf8');
  const runs = readForceRuns('docs/runs/forces');
  expect(runs.length).toBeGreaterThan(0);
  const named: string[] = [];
  const filled = fillMarked(page, (name) => {
    named.push(name);
    return forceTables[name]?.(runs) ?? null;
  });
  expect(named.sort()).toEqual(Object.keys(forceTables).sort());
  const style = await resolveConfig('docs/forces.md');
  expect(await format(filled, { ...style, filepath: 'docs/forces.md' })).toBe(page);
});
