/**
 * `npm run grade:verdicts -- FOLDER OUT.jsonl`: our verdicts on the data sets of `grade:shelf`, for the Python port to be held to
 * (NSR_SHELF=OUT.jsonl npx vitest run src/export/python.test.ts -t test_grader). OUT quotes texts that must not get into the repository.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grade, type GradeOptions } from '../../src/verify/grade';

const [folder, out] = process.argv.slice(2);
if (folder === undefined || out === undefined) throw new Error('usage: npm run grade:verdicts -- FOLDER OUT.jsonl');

const sets: readonly (readonly [string, GradeOptions['kind']])[] = [
  ['verify-pairs', 'math'],
  ['math-verify-cases', 'math'],
  ['math-verdicts', 'math'],
  ['gsm8k-verdicts', 'gsm8k'],
  ['math-train', 'math'],
];

const lines = sets.flatMap(([name, kind]) => {
  const file = join(folder, `${name}.jsonl`);
  if (!existsSync(file)) return [];
  const rows = readFileSync(file, 'utf8').trim().split('\n');
  return rows.flatMap((line) => {
    const { answer, response, solution } = JSON.parse(line) as Record<string, string | undefined>;
    if (answer === undefined) return [];
    const text = response ?? solution ?? '';
    const options: GradeOptions = { kind, mode: 'mathematics', unboxed: 'last' };
    return [JSON.stringify({ answer, response: text, ...options, verdict: grade(answer, text, options) })];
  });
});
writeFileSync(out, `${lines.join('\n')}\n`);
console.log(`${lines.length} verdicts in ${out}`);
