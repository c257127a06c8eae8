/** Probability of each right answer, and what follows from it; no sampling. */
import { sum } from '../../lib/numeric';
import { exp, log } from '../../lib/transcendental';
import { mean } from '../../lib/stats';
import { passOfProbability } from '../../lib/exactPass';
import type { Policy } from '../../model/policy';
import type { Breakpoint } from '../breakpoint';
import type { ListedProblem } from './rightSequences';

/** Sequences scored at once, so that progress shows and a stop is heard. */
const sequencesPerChunk = 4096;

export interface EvaluationWatch {
  /** Problems done, of all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Heard between chunks of problems. */
  readonly signal?: AbortSignal | undefined;
  /** Asked between submits. */
  readonly breakpoint?: Breakpoint;
}

/** Per problem the probability of each right completion at `temperature`, in the listed order. Null when `signal` aborts it. */
export async function answerProbabilities(
  policy: Pick<Policy, 'score'>,
  listed: readonly ListedProblem[],
  temperature: number,
  { onProgress, signal, breakpoint }: EvaluationWatch = {},
): Promise<Float64Array[] | null> {
  const probabilities: Float64Array[] = [];
  for (const chunk of chunks(listed)) {
    if (signal?.aborted === true) return null;
    const { logp } = await policy.score(sequencesOf(chunk), temperature, false, breakpoint);
    probabilities.push(...probabilitiesOf(chunk, logp));
    onProgress?.(probabilities.length, listed.length);
  }
  return probabilities;
}

/** Per problem the probability of each right completion. `logp`: per token, in the order of `sequencesOf`. */
export function probabilitiesOf(listed: readonly ListedProblem[], logp: readonly Float32Array[]): Float64Array[] {
  let next = 0;
  return listed.map(({ completions }) => {
    const own = logp.slice(next, (next += completions.length));
    return Float64Array.from(own, (row) => exp(sum(row)));
  });
}

/** The right sequences of all problems, one after the other; neighbours share their prompt. */
export function sequencesOf(listed: readonly ListedProblem[]) {
  return listed.flatMap(({ prompt, completions }) => completions.map((completion) => ({ prompt, completion })));
}

function chunks(listed: readonly ListedProblem[]): ListedProblem[][] {
  const parts: ListedProblem[][] = [];
  let size = Infinity;
  for (const problem of listed) {
    if (size + problem.completions.length > sequencesPerChunk) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(problem);
    size += problem.completions.length;
  }
  return parts;
}

/** p(right) of a problem; at most 1, which float32 log-probabilities may pass by a hair. */
export const rightProbability = (answers: ArrayLike<number>): number => Math.min(1, sum(answers));

/** exp of the entropy of the right answers among themselves: 1 where one answer has it all, their number where all are as
 * likely. 0 where no answer has any probability. */
export function effectiveSolutions(answers: Float64Array): number {
  const total = sum(answers);
  if (total <= 0) return 0;
  const shares = answers.map((probability) => probability / total);
  return exp(-sum(shares.map((share) => (share > 0 ? share * log(share) : 0))));
}

/** Expected number of different right answers among `draws` samples of one problem. */
export function expectedDistinct(answers: Float64Array, draws: number): number {
  return sum(answers.map((probability) => passOfProbability(Math.min(1, probability), draws)));
}

/** What exact evaluation says of a set of problems. */
export interface ExactSummary {
  /** p(right) per problem, to six digits: what float32 scores are good for. */
  readonly rightProbability: readonly number[];
  /** Mean over problems that have any right probability. */
  readonly effectiveSolutions: number;
  /** Expected different right answers among `draws` samples, mean over problems. */
  readonly distinctCorrect: number;
}

export function summarize(answers: readonly Float64Array[], draws: number): ExactSummary {
  const effective = answers.map(effectiveSolutions).filter((count) => count > 0);
  return {
    rightProbability: answers.map((own) => Number(rightProbability(own).toPrecision(6))),
    effectiveSolutions: mean(effective),
    distinctCorrect: mean(answers.map((own) => expectedDistinct(own, draws))),
  };
}
