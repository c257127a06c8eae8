/** Exact pass@k of a model over ways of sampling, from one forward pass: the logits stay, the rest is arithmetic. */
import { exactKs, passOfProbability } from '../../lib/exactPass';
import { failure, success, type Result } from '../../lib/result';
import { mean } from '../../lib/stats';
import type { Policy } from '../../model/policy';
import type { CoolingPoint } from '../../records/cooling';
import { effectiveSolutions, rightProbability, sequencesOf } from './answerProbabilities';
import type { ListedProblem } from './rightSequences';
import { sequenceProbability, type SamplingVariant } from './samplingVariants';

/** Logits on the host: 256 MiB. */
const mostLogits = 2 ** 26;

const plain: SamplingVariant = { temperature: 1, topK: 0, topP: 1 };

/** Temperatures 2 to 0.2 in steps of 0.1, eight nuclei, and top-k from 1 (greedy) up. */
export const coolingVariants: readonly SamplingVariant[] = [
  ...Array.from({ length: 19 }, (_, index) => ({ ...plain, temperature: (20 - index) / 10 })),
  ...[0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5].map((topP) => ({ ...plain, topP })),
  ...[8, 6, 5, 4, 3, 2, 1].map((topK) => ({ ...plain, topK })),
];

/** One entry per variant. */
export interface MeasuredCooling {
  /** Means over the problems. */
  readonly points: readonly CoolingPoint[];
  /** p(right) of each problem. */
  readonly right: readonly Float64Array[];
}

/** A reason where the logits would not fit on the host. */
export async function coolingPoints(
  policy: Pick<Policy, 'completionLogits' | 'vocabularySize'>,
  listed: readonly ListedProblem[],
  variants: readonly SamplingVariant[] = coolingVariants,
  ks: readonly number[] = exactKs,
): Promise<Result<MeasuredCooling>> {
  const sequences = sequencesOf(listed);
  const tokens = sequences.reduce((total, { completion }) => total + completion.length, 0);
  if (tokens * policy.vocabularySize > mostLogits)
    return failure(`${tokens} tokens x ${policy.vocabularySize} logits; at most ${mostLogits} numbers are kept`);
  const logits = await policy.completionLogits(sequences);
  const measured = variants.map((variant) => {
    let next = 0;
    const answers = listed.map(({ completions }) =>
      Float64Array.from(completions, (completion) =>
        sequenceProbability(logits[next++] ?? new Float32Array(), completion, variant),
      ),
    );
    const right = Float64Array.from(answers, rightProbability);
    return { point: { ...variant, ...summary(answers, right, ks) }, right };
  });
  return success({ points: measured.map(({ point }) => point), right: measured.map(({ right }) => right) });
}

function summary(answers: readonly Float64Array[], right: Float64Array, ks: readonly number[]) {
  const effective = answers.map(effectiveSolutions).filter((count) => count > 0);
  const brief = (value: number) => Number(value.toPrecision(5));
  return {
    passAtK: ks.map((k) => brief(mean(right.map((p) => passOfProbability(p, k))))),
    effectiveSolutions: brief(mean(effective)),
  };
}
