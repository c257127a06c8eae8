/**
 * Measures of a policy on a probe of held-out problems, each with weighted sequences whose loss has minus the measure's gradient:
 * the kernels that train can then differentiate it. Weights: rho = 1 and no clip, so a token adds -policyWeight A to d loss / d logp
 * and -entropyWeight to d loss / dH.
 */
import { passOfProbability, passSlope } from '../../lib/exactPass';
import { sum } from '../../lib/numeric';
import { mean } from '../../lib/stats';
import { exp } from '../../lib/transcendental';
import type { WeightedSequence } from '../../records/weighted';
import { rightProbability } from '../exact/answerProbabilities';
import type { ListedProblem } from '../exact/rightSequences';

/** pass@k, mean over problems. `answers`: probability of every right completion of each problem. */
export const meanPass = (answers: readonly ArrayLike<number>[], k: number): number =>
  mean(answers.map((own) => passOfProbability(rightProbability(own), k)));

/** d pass@k = mean of k (1 - p)^(k - 1) sum over right answers s of pi(s) sum over tokens of d log pi(token). `logp`: per right
 * completion of all problems, one after the other, under the policy that will be differentiated. */
export function passSequences(
  listed: readonly ListedProblem[],
  logp: readonly Float32Array[],
  k: number,
): WeightedSequence[] {
  let next = 0;
  return listed.flatMap(({ prompt, completions }) => {
    const own = logp.slice(next, (next += completions.length));
    const probabilities = own.map((row) => exp(sum(row)));
    const slope = passSlope(rightProbability(probabilities), k) / listed.length;
    return completions.map((completion, index) => {
      const oldLogp = own[index] ?? new Float32Array(completion.length);
      const advantage = slope * (probabilities[index] ?? 0);
      return weighted(prompt, completion, oldLogp, () => advantage);
    });
  });
}

/** One answer of the probe: drawn from the policy at weight 1, or of an enumeration at its probability. */
export interface ProbeSample {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  /** Under the policy that drew it, per token. */
  readonly logp: Float32Array;
  readonly entropy: Float32Array;
  readonly weight: number;
}

export interface SampledMeasures {
  /** E[sum of H over an answer's tokens] / E[its tokens], nats: the mean entropy over sampled tokens. */
  readonly entropyNats: number;
  /** E[tokens of an answer], EOS included. */
  readonly length: number;
}

export function sampledMeasures(samples: readonly Omit<ProbeSample, 'prompt' | 'logp'>[]): SampledMeasures {
  const weights = sum(samples.map(({ weight }) => weight));
  const tokens = sum(samples.map(({ weight, completion }) => weight * completion.length));
  const entropy = sum(samples.map(({ weight, entropy: own }) => weight * sum(own)));
  return { entropyNats: tokens > 0 ? entropy / tokens : 0, length: weights > 0 ? tokens / weights : 0 };
}

/** The same measures under another policy from the same answers, by self-normalised importance weights: what a small update
 * changed, without the noise of new draws. `logp`, `entropy`: per sample under the other policy. */
export function reweightedMeasures(
  samples: readonly ProbeSample[],
  logp: readonly Float32Array[],
  entropy: readonly Float32Array[],
): SampledMeasures {
  return sampledMeasures(
    samples.map((sample, index) => ({
      completion: sample.completion,
      entropy: entropy[index] ?? sample.entropy,
      weight: sample.weight * exp(sum(logp[index] ?? sample.logp) - sum(sample.logp)),
    })),
  );
}

/**
 * Gradient of the mean token entropy S / T (S = E[sum H_t], T = E[tokens]): that of H_t where it stands, and the score
 * function of what an answer's tokens lead to: d(S/T) = (1/T) E[ sum_t dH_t + sum_t d log pi_t (sum over u > t of (H_u - S/T)) ].
 * The mean of that bracket over answers at the same position is taken off, which changes no expectation and lowers the variance.
 */
export function entropySequences(samples: readonly ProbeSample[]): WeightedSequence[] {
  const { entropyNats } = sampledMeasures(samples);
  const tokens = sum(samples.map(({ weight, completion }) => weight * completion.length));
  const ahead = samples.map(({ entropy }) => sumAhead(Array.from(entropy, (value) => value - entropyNats)));
  return scoreFunction(samples, ahead, tokens).map((sequence, index) => ({
    ...sequence,
    entropyWeight: new Float32Array(sequence.completion.length).fill((samples[index]?.weight ?? 0) / tokens),
  }));
}

/** Gradient of the mean length: E[ sum_t d log pi_t (tokens after t) ], less the mean at the same position. */
export function lengthSequences(samples: readonly ProbeSample[]): WeightedSequence[] {
  const ahead = samples.map(({ completion }) => sumAhead(completion.map(() => 1)));
  return scoreFunction(samples, ahead, sum(samples.map(({ weight }) => weight)));
}

/** Per position the sum of all later values. */
function sumAhead(values: readonly number[]): Float64Array {
  const ahead = new Float64Array(values.length);
  for (let t = values.length - 2; t >= 0; t--) ahead[t] = (ahead[t + 1] ?? 0) + (values[t + 1] ?? 0);
  return ahead;
}

function scoreFunction(
  samples: readonly ProbeSample[],
  values: readonly Float64Array[],
  total: number,
): WeightedSequence[] {
  const baseline = meanByPosition(samples, values);
  return samples.map(({ prompt, completion, logp, weight }, index) =>
    weighted(
      prompt,
      completion,
      logp,
      (t) => (values[index]?.[t] ?? 0) - (baseline[t] ?? 0),
      total > 0 ? weight / total : 0,
    ),
  );
}

function meanByPosition(samples: readonly ProbeSample[], values: readonly Float64Array[]): Float64Array {
  const longest = Math.max(0, ...samples.map(({ completion }) => completion.length));
  return Float64Array.from({ length: longest }, (_, t) => {
    const here = samples.map(({ completion, weight }) => (t < completion.length ? weight : 0));
    const total = sum(here);
    return total > 0 ? sum(here.map((weight, index) => weight * (values[index]?.[t] ?? 0))) / total : 0;
  });
}

function weighted(
  prompt: readonly number[],
  completion: readonly number[],
  oldLogp: Float32Array,
  advantageAt: (t: number) => number,
  weight = 1,
): WeightedSequence {
  const zeros = new Float32Array(completion.length);
  return {
    prompt,
    completion,
    oldLogp,
    refLogp: null,
    advantage: Float32Array.from(completion, (_, t) => advantageAt(t)),
    policyWeight: new Float32Array(completion.length).fill(weight),
    entropyWeight: zeros,
    klWeight: zeros,
  };
}
