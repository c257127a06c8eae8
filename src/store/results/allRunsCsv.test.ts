import { describe, expect, it } from 'vitest';
import { allRunsCsv } from './allRunsCsv';
import { evaluatedRun, problems } from './evaluated.fixture';

const run = evaluatedRun(
  problems(4, () => 4),
  problems(4, () => 8),
  'r, "1"',
  [0.5, NaN],
);
const table = (text: string): Record<string, string>[] => {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const cells = (line: string): string[] =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
      .slice(0, head.split(',').length)
      .map((match) => match[1] ?? '');
  return lines.map((line) =>
    Object.fromEntries(head.split(',').map((name, index) => [name, cells(line)[index] ?? ''])),
  );
};

describe('all runs as a table', () => {
  it('has a line per run and step with evaluations beside it', () => {
    const rows = table(
      allRunsCsv([
        { ...run, rows: [{ step: 10, tokens: 80, seconds: 2, correctRatio: 0.25 }] },
        { ...run, name: 'other' },
      ]),
    );
    expect(rows.map(({ experiment, step }) => [experiment, step])).toEqual([
      ['"r, ""1"""', '0'],
      ['"r, ""1"""', '10'],
      ['other', '0'],
      ['other', '10'],
    ]);
    expect(rows[1]).toMatchObject({ correctRatio: '0.25', tokens: '80', 'pass@1': '0.5', seconds: '2' });
  });

  it('leaves empty what was not measured', () => {
    const [first, last] = table(allRunsCsv([run]));
    expect(first).toMatchObject({ correctRatio: '', 'heldOut.entropyNats': '0.5' });
    expect(last?.['heldOut.entropyNats']).toBe('');
  });
});
