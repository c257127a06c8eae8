/**
 * `npm run grade:shelf -- FOLDER [OUT.jsonl]`: the grader on data sets that are not part of the repository. FOLDER holds
 * gsm8k-verdicts, math-verdicts, verify-pairs, math-verify-cases and math-train (.jsonl; what is missing is left out).
 * Prints a table; every disagreement goes to OUT.jsonl, by default in the system's temporary folder, because it quotes
 * texts that must not get into the repository.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastBoxes } from '../../src/verify/boxes';
import { equalTexts, grade, type GradeOptions, type Verdict } from '../../src/verify/grade';

interface Row {
  readonly answer: string;
  readonly response: string;
  readonly expected: boolean;
}

interface Disagreement extends Row {
  readonly set: string;
  readonly row: number;
  readonly verdict: Pick<Verdict, 'correct' | 'reason'> & { readonly extracted: string | null };
}

const math: GradeOptions = { kind: 'math', mode: 'mathematics', unboxed: 'last' };
const gsm8k: GradeOptions = { kind: 'gsm8k', mode: 'mathematics', unboxed: 'last' };

const [folder, out = join(tmpdir(), 'grader-disagreements.jsonl')] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: npm run grade:shelf -- FOLDER [OUT.jsonl]');

function read(name: string): readonly Record<string, string | boolean>[] {
  const file = join(folder ?? '', `${name}.jsonl`);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, string | boolean>);
}

const disagreements: Disagreement[] = [];

/** Grades every row; what differs from `expected` is kept. Prints rates of right verdicts by expectation, and speed. */
function run(set: string, rows: readonly Row[], judge: (row: Row) => Verdict): void {
  if (rows.length === 0) return;
  const right = { true: 0, false: 0 };
  const total = { true: 0, false: 0 };
  // Compiled first, as in a run that grades thousands.
  for (const row of rows.slice(0, 500)) judge(row);
  let slowestMs = 0;
  const start = cpuMs();
  for (const [index, row] of rows.entries()) {
    const before = cpuMs();
    const verdict = judge(row);
    slowestMs = Math.max(slowestMs, cpuMs() - before);
    const side = row.expected ? 'true' : 'false';
    total[side]++;
    if (verdict.correct === row.expected) right[side]++;
    else disagreements.push({ set, row: index + 1, ...row, verdict });
  }
  const seconds = (cpuMs() - start) / 1000;
  console.log(
    `${set.padEnd(34)} equal ${rate(right.true, total.true)}  unequal ${rate(right.false, total.false)}  ` +
      `${Math.round(rows.length / seconds)}/s  slowest ${slowestMs.toFixed(1)} ms`,
  );
}

/** Processor time of this process, ms: what others do on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function rate(right: number, total: number): string {
  const text = total === 0 ? '-' : `${right}/${total} (${((100 * right) / total).toFixed(2)} %)`;
  return text.padEnd(22);
}

function text(value: string | boolean | undefined): string {
  return typeof value === 'string' ? value : '';
}

const verdicts = (name: string) =>
  read(name).map((row) => ({ answer: text(row.answer), response: text(row.response), expected: row.correct === true }));
const pairs = (name: string) =>
  read(name).map((row) => ({ answer: text(row.answer), response: text(row.response), expected: row.equal === true }));
const solutions = read('math-train');

run('gsm8k-verdicts', verdicts('gsm8k-verdicts'), ({ answer, response }) => grade(answer, response, gsm8k));
run('math-verdicts', verdicts('math-verdicts'), ({ answer, response }) => grade(answer, response, math));
run('verify-pairs, in a box', pairs('verify-pairs'), ({ answer, response }) =>
  grade(answer, `\\boxed{${response}}`, math),
);
run('verify-pairs, as they are', pairs('verify-pairs'), ({ answer, response }) => grade(answer, response, math));
run('math-verify-cases', pairs('math-verify-cases'), ({ answer, response }) => grade(answer, response, math));
const column = solutions.map((row) => ({ answer: text(row.answer), response: text(row.solution), expected: true }));
run('math-train against the column', column, ({ answer, response }) => grade(answer, response, math));
const reboxed = column.map(({ response }) => {
  const content = lastBoxes(response)
    .map((box) => box.content)
    .join(' , ');
  return { answer: response, response: `So the answer is $\\boxed{${content}}$.`, expected: true };
});
run('math-train against itself, reboxed', reboxed, ({ answer, response }) => grade(answer, response, math));
const parsed = column.map(({ response }) => {
  const content = lastBoxes(response)
    .map((box) => box.content)
    .join(' , ');
  // Another layout, so that the texts differ and the trees must be equal.
  return { answer: content, response: `${content}\\,.`.replaceAll('\\frac', '\\dfrac '), expected: true };
});
run('math-train against itself, in words', parsed, ({ answer, response }) => {
  return { ...asVerdict(response, equalTexts(answer, response, 'mathematics')) };
});
// Each answer against the next one that is written differently: nearly all are wrong.
const others = column.map(({ answer }, index) => ({
  answer,
  response: `\\boxed{${column[(index + 1) % column.length]?.answer ?? ''}}`,
}));
const agreeing = others.filter(
  ({ answer, response }) => grade(answer, response, math).correct && !response.includes(`{${answer}}`),
);
console.log(`math-train, each against the next: ${agreeing.length} taken as equal that are written differently`);
for (const { answer, response } of agreeing) console.log(`  ${answer} | ${response}`);

function asVerdict(extracted: string, { equal, reason }: ReturnType<typeof equalTexts>): Verdict {
  return { extracted, correct: equal, reason, by: 'whole text' };
}

writeFileSync(out, disagreements.map((row) => `${JSON.stringify(row)}\n`).join(''));
console.log(`${disagreements.length} disagreements in ${out}`);
