import type { EvaluationResult } from '../trainer/evaluate';

type Shown = Pick<EvaluationResult, 'passAtK' | 'greedyAccuracy' | 'entropyNats' | 'distinctCorrect'>;

/** Evaluations side by side as a table for people: a column per k, then greedy accuracy, entropy and distinct answers. */
export function passTable(rows: readonly { readonly label: string; readonly evaluation: Shown }[]): string {
  const first = rows[0];
  if (first === undefined) return '';
  const width = Math.max(...rows.map(({ label }) => label.length));
  const header = [...first.evaluation.passAtK.map(({ k }) => `@${k}`), 'greedy', 'entropy', 'distinct'];
  const cells = rows.map(({ label, evaluation }) => [
    label,
    ...evaluation.passAtK.map(({ mean }) => mean.toFixed(3)),
    evaluation.greedyAccuracy.toFixed(3),
    evaluation.entropyNats.toFixed(3),
    evaluation.distinctCorrect.toFixed(2),
  ]);
  return [['', ...header], ...cells]
    .map(([label = '', ...values]) => label.padEnd(width) + values.map((value) => value.padStart(9)).join(''))
    .join('\n');
}
