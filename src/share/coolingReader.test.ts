import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseCoolingCurve, parseCoolingProblems } from './coolingReader';

const textOf = (id: string, file: string): string => readFileSync(`public/models/${id}/${file}`, 'utf8');

/** Which models must have one: scripts/build/shippedCooling.test.ts. */
const cooled = readdirSync('public/models').filter((id) => existsSync(`public/models/${id}/cooling.json`));

it.each(cooled)('the cooling files of %s are read as they lie there', (id) => {
  const text = textOf(id, 'cooling.json');
  expect(parseCoolingCurve(text)).toEqual(JSON.parse(text));
  const problems = parseCoolingProblems(textOf(id, 'cooling.problems.json'));
  expect(problems?.problemIds).toHaveLength(parseCoolingCurve(text)?.problems ?? NaN);
  for (const row of problems?.probability ?? []) for (const p of Array.from(row)) expect(p >= 0 && p <= 1).toBe(true);
});

it.each([
  ['no JSON', '{'],
  ['another version', '{"version":2}'],
  ['a page of the host', '<!doctype html>'],
])('%s is none', (_, text) => {
  expect([parseCoolingCurve(text), parseCoolingProblems(text)]).toEqual([null, null]);
});

it('probabilities that are cut off are none', () => {
  const file = JSON.parse(textOf('countdown3', 'cooling.problems.json')) as { negativeLog: string };
  const cut = { ...file, negativeLog: file.negativeLog.slice(0, -8) };
  expect(parseCoolingProblems(JSON.stringify(cut))).toBeNull();
});
