import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GradeOptions, Verdict } from '../verify/grade';
import { gradeRows, type GradeWorker } from '../trainer/gradeRows';
import { nsr, resultOf, temporaryFolder } from './nsr.fixture';
import { startGradeWorker } from './threads';

const folder = temporaryFolder();

function rowsFile(name: string, rows: readonly object[]): string {
  const file = join(folder, name);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return file;
}

function verdictsOf(file: string): readonly Verdict[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Verdict);
}

describe('nsr grade --task math', () => {
  const file = rowsFile('math.jsonl', [
    { answer: '\\frac{1}{2}', response: 'so it is $\\boxed{0.5}$.' },
    { answer: 'The sum is $\\boxed{7}$.', response: '\\boxed{8}' },
    { answer: 12, completion: 'The answer is 12.' },
  ]);

  it('writes what was extracted, the verdict and its reason', () => {
    const out = join(folder, 'math.verdicts.jsonl');
    expect(resultOf(nsr('grade', '--task', 'math', '--file', file, '--out', out))).toEqual({
      out,
      rows: 3,
      correct: 2,
    });
    expect(verdictsOf(out)).toMatchObject([
      { extracted: '0.5', correct: true, reason: 'identical', by: 'box' },
      { extracted: '8', correct: false, reason: 'different value', by: 'box' },
      { extracted: '12', correct: true, reason: 'same text', by: 'phrase' },
    ]);
  });

  it('refuses a text without a box where it is told to', () => {
    const out = join(folder, 'strict.verdicts.jsonl');
    const args = ['grade', '--task', 'math', '--file', file, '--out', out, '--unboxed', 'refuse'];
    expect(resultOf(nsr(...args))).toMatchObject({ correct: 1 });
    expect(verdictsOf(out)[2]).toMatchObject({ extracted: null, correct: false, reason: 'no answer' });
  });

  it('has the papers grader by name', () => {
    const out = join(folder, 'papers.verdicts.jsonl');
    const rows = rowsFile('papers.jsonl', [{ answer: '0.5', response: '\\boxed{50}' }]);
    const args = ['grade', '--task', 'math', '--file', rows, '--out', out, '--grader', 'papers'];
    expect(resultOf(nsr(...args))).toMatchObject({ correct: 1 });
    expect(nsr(...args, '--force', '--grader', 'lenient').stderr).toContain('allowed: mathematics, papers, text');
  });

  it.each([
    ['no answer', { response: '5' }, ':1: answer'],
    ['no response', { answer: '5' }, 'answer and response (or completion)'],
  ])('names file and line of a row with %s', (_, row, message) => {
    const rows = rowsFile('bad.jsonl', [row]);
    const { status, stderr } = nsr('grade', '--task', 'math', '--file', rows, '--out', join(folder, 'none'));
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

describe('nsr grade --task gsm8k', () => {
  it('reads the number behind ####, else the last one', () => {
    const out = join(folder, 'gsm8k.verdicts.jsonl');
    const file = rowsFile('gsm8k.jsonl', [
      { answer: '3 + 4 = <<3+4=7>>7\n#### 1,007', response: 'So 1000 + 7.\n#### 1007' },
      { answer: '36', response: 'He has 3 bags of 12 apples, that is 36 apples' },
      { answer: '36', response: '#### 63' },
    ]);
    expect(resultOf(nsr('grade', '--task', 'gsm8k', '--file', file, '--out', out))).toMatchObject({ correct: 2 });
    expect(verdictsOf(out).map(({ by }) => by)).toEqual(['hashes', 'last number', 'hashes']);
  });
});

describe('a thread that hangs', () => {
  const options: GradeOptions = { kind: 'math', mode: 'mathematics', unboxed: 'refuse' };
  const verdict: Verdict = { extracted: '1', correct: true, reason: 'same text', by: 'box' };
  let worker: GradeWorker;

  beforeAll(() => {
    const script = join(folder, 'hangs.mjs');
    writeFileSync(
      script,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ rows }) => {
         for (const { response } of rows) { while (response === 'hang'); if (response === 'die') process.exit(1); }
         parentPort.postMessage(rows.map(() => (${JSON.stringify(verdict)})));
       });`,
    );
    worker = startGradeWorker(script);
  });
  afterAll(() => worker.dispose());

  it.each(['hang', 'die'])('at one row (%s) costs that row only', async (trouble) => {
    // Started, so that the time for that is not waited for.
    await worker.ask({ rows: [], rule: options }, 20_000);
    const rows = ['a', 'b', trouble, 'c'].map((response) => ({ answer: '1', response }));
    const verdicts = await gradeRows(rows, options, worker, { requestMs: 300, rowMs: 300 });
    expect(verdicts.map(({ reason }) => reason)).toEqual(['same text', 'same text', 'deadline', 'same text']);
    expect(verdicts[2]).toEqual({ extracted: null, correct: false, reason: 'deadline', by: 'none' });
  });
});
