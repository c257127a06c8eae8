/** What a run came to, in one sentence: Pass@1 and Pass@k against its own start, entropy, and what cooling its base alone would have
 * given. What the problems' noise explains is called that. Pure. */
import { mean } from '../../lib/stats';
import type { EvaluationRow } from '../../records/rows';
import type { Beyond } from '../cooling/beyond';
import type { Run } from '../runs/runs';
import { manyTries } from './chosenK';
import { crossingOf } from './crossing';

export type Direction = 'up' | 'down' | 'noise';

export interface PassChange {
  readonly k: number;
  readonly before: number;
  readonly now: number;
  /** `noise`: the 95 % interval of the difference over the problems (and seeds, from three on) holds 0; null where the problems are not known. */
  readonly direction: Direction | null;
}

export interface Outcome {
  readonly step: number;
  readonly seeds: number;
  readonly one: PassChange;
  /** At the k that stands for many tries; null where only k = 1 was measured. */
  readonly many: PassChange | null;
  /** Of the entropy at the start; null where that was 0. */
  readonly entropyChange: number | null;
  readonly beyond: Beyond | null;
}

const seedMean = (rows: readonly EvaluationRow[], read: (row: EvaluationRow) => number | undefined): number | null => {
  const values = rows.flatMap((row) => read(row) ?? []);
  return values.length === rows.length && values.length > 0 ? mean(values) : null;
};

/** `runs`: seeds of one experiment, as far as a mean is taken over them. `beyond`: them against their base cooled, null where that is not
 * known. Null before anything was trained and evaluated. */
export function outcomeOf(
  runs: readonly Run[],
  beyond: Beyond | null,
  chosenK: readonly number[] = [],
): Outcome | null {
  const starts = runs.flatMap((run) => run.evaluations.find(({ step }) => step === 0) ?? []);
  const lasts = runs.flatMap((run) => run.evaluations.at(-1) ?? []);
  const [last] = lasts;
  if (!last || starts.length < runs.length || lasts.some(({ step }) => step === 0)) return null;
  const crossing = crossingOf(runs);
  const directionAt = (k: number): Direction | null => {
    if (!crossing) return null;
    if (crossing.above.includes(k)) return 'up';
    return crossing.below.includes(k) ? 'down' : 'noise';
  };
  const changeAt = (k: number): PassChange | null => {
    const passOf = (row: EvaluationRow): number | undefined => row.passAtK.find((entry) => entry.k === k)?.mean;
    const [before, now] = [seedMean(starts, passOf), seedMean(lasts, passOf)];
    return before === null || now === null ? null : { k, before, now, direction: directionAt(k) };
  };
  const one = changeAt(1);
  if (!one) return null;
  const manyK = manyTries(
    last.passAtK.map(({ k }) => k),
    chosenK,
  );
  const [entropy0, entropy] = [starts, lasts].map((rows) => seedMean(rows, ({ entropyNats }) => entropyNats) ?? 0);
  return {
    step: last.step,
    seeds: runs.length,
    one,
    many: manyK === null ? null : changeAt(manyK),
    entropyChange: entropy0 ? (entropy ?? 0) / entropy0 - 1 : null,
    beyond,
  };
}

const percent = (share: number): string => (share * 100).toFixed(1);

/** Changes of entropy smaller than this are not called narrower or wider. */
const ENTROPY_CHANGE = 0.05;

const passWords = ({ k, before, now, direction }: PassChange): string =>
  `Pass@${k} ${percent(before)} → ${percent(now)} %${direction === 'noise' ? ', no change beyond noise' : ''}.`;

function entropyWords(change: number): string {
  const size = `Entropy ${change < 0 ? '−' : '+'}${Math.round(Math.abs(change) * 100)} %`;
  if (Math.abs(change) < ENTROPY_CHANGE) return `${size}.`;
  return `${size}: answers ${change < 0 ? 'narrow' : 'widen'}.`;
}

function coolingWords({ k, pass1, cooled, most }: Beyond): string {
  if (cooled) return `Cooling the base alone would give the same pass@1 at pass@${k} ${percent(cooled.passK)} %.`;
  return pass1 > most.pass1
    ? `Cooling the base alone does not give so much: at most pass@1 ${percent(most.pass1)} %.`
    : '';
}

/** The sentence, for people. */
export function outcomeWords({ one, many, entropyChange, beyond }: Outcome): string {
  return [
    passWords(one),
    many ? passWords(many) : '',
    entropyChange === null ? '' : entropyWords(entropyChange),
    beyond ? coolingWords(beyond) : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
