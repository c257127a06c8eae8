/** The tables of docs/word-problems.md from the runs in docs/runs/word-problems. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mean, pairedDifference } from '../../src/lib/stats.ts';
import type { EvaluationRow } from '../../src/records/metrics.ts';
import { problemPass } from '../../src/records/problemPass.ts';
import type { StepRow } from './data.ts';
import { difference, nameOf, percent, table, three, withInterval } from './format.ts';

export interface WordProblemRun {
  /** Its method's name in `format.ts`. */
  readonly name: string;
  readonly seed: number;
  readonly steps: readonly StepRow[];
  readonly evaluations: readonly EvaluationRow[];
}

/** `NAME-seedS.jsonl` or, of several learning rates, `NAME-rateR-seedS.jsonl`: a run's metrics without what each rollout was. In the
 * order of their names. */
export function readWordProblemRuns(folder: string): WordProblemRun[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const [, name, seed] = /^(.+?)(?:-rate[\d.e-]+)?-seed(\d+)\.jsonl$/.exec(file) ?? [];
      if (name === undefined) return [];
      const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n');
      const rows = lines.map((line) => JSON.parse(line) as Line);
      const steps = rows.flatMap((row) => (row.type === 'step' ? [row] : []));
      const evaluations = rows.flatMap((row) => (row.type === 'evaluation' ? [row] : []));
      return [{ name, seed: Number(seed), steps, evaluations }];
    });
}

type Line = ({ readonly type: 'step' } & StepRow) | ({ readonly type: 'evaluation' } & EvaluationRow);

const label = ({ name, seed, steps }: WordProblemRun): string =>
  `${nameOf(name)}, rate ${steps[0]?.learningRate ?? '–'}, seed ${seed}`;

/** What an evaluation says at k, with its interval. */
const passOf = ({ passAtK }: EvaluationRow, k: number): string => {
  const point = passAtK.find((one) => one.k === k);
  return point === undefined ? '–' : withInterval(point);
};

/** Pass@k of the last evaluation minus that of the first, over the same problems. */
function gained(first: EvaluationRow, last: EvaluationRow, k: number): string {
  const [before, after] = [problemPass(first, k), problemPass(last, k)];
  return before === null || after === null ? '–' : difference(pairedDifference(after, before, 0));
}

const ks = [1, 8];

function levels(runs: readonly WordProblemRun[]): string {
  const base = runs[0]?.evaluations[0];
  if (base === undefined) return table([], []);
  const row = (name: string, evaluation: EvaluationRow, gains: readonly string[]) => [
    name,
    ...ks.flatMap((k, index) => [passOf(evaluation, k), gains[index] ?? '']),
    three(evaluation.greedyAccuracy),
    three(evaluation.entropyNats),
    evaluation.distinctCorrect.toFixed(2),
    percent(evaluation.truncatedShare),
  ];
  return table(
    ['', ...ks.flatMap((k) => [`pass@${k}`, 'minus base, paired']), 'greedy', 'entropy', 'distinct', 'truncated'],
    [
      row('base', base, []),
      ...runs.flatMap((run) => {
        const [first, last] = [run.evaluations[0], run.evaluations.at(-1)];
        if (first === undefined || last === undefined) return [];
        return [
          row(
            `${label(run)}, step ${run.steps.length}`,
            last,
            ks.map((k) => gained(first, last, k)),
          ),
        ];
      }),
    ],
  );
}

/** Steps averaged at either end of a run. */
const ends = 5;

function rollouts(runs: readonly WordProblemRun[]): string {
  const over = (steps: readonly StepRow[], of: (row: StepRow) => number) => mean(steps.map(of));
  return table(
    ['', 'right', 'length, tokens', 'truncated', 'entropy'],
    runs.flatMap((run) =>
      [
        { when: `first ${ends} steps`, steps: run.steps.slice(0, ends) },
        { when: `last ${ends} steps`, steps: run.steps.slice(-ends) },
      ].map(({ when, steps }) => [
        `${label(run)}, ${when}`,
        three(over(steps, ({ correctRatio }) => correctRatio)),
        over(steps, ({ responseLength }) => responseLength).toFixed(1),
        percent(over(steps, ({ truncatedShare }) => truncatedShare)),
        three(over(steps, ({ entropyNats }) => entropyNats)),
      ]),
    ),
  );
}

/** Every block of docs/word-problems.md, by the name in its marker. */
export const wordProblemTables: Readonly<Record<string, (runs: readonly WordProblemRun[]) => string>> = {
  levels,
  rollouts,
};
