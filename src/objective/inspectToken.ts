/** What one update does to one token's distribution (docs/algorithms.md): predicted by the gradient, and as it was. */
import { entropyNats, softmax, sum } from '../lib/numeric';
import type { WeightedSequence } from '../records/weighted';

/** `ratio`: what the trainer implements, at rho = 1. `probability`: the paper's, with one more factor pi_y. */
export type GradientForm = 'ratio' | 'probability';

/** Ascent direction of A log pi_y (or A pi_y) in the logits: +A (1 - pi_y) at the chosen token y, -A pi_v at every other; times
 * pi_y in probability form. A row sums to 0. `probabilities`: [V]. */
export function logitPush(
  probabilities: ArrayLike<number>,
  token: number,
  advantage: number,
  form: GradientForm,
): Float64Array {
  const scale = form === 'probability' ? advantage * (probabilities[token] ?? 0) : advantage;
  return Float64Array.from(probabilities, (probability, v) => scale * ((v === token ? 1 : 0) - probability));
}

/** One sample that passes through the position in question. */
export interface Contribution {
  /** The token that the sample chose there. */
  readonly token: number;
  readonly advantage: number;
  /** What the token weighed in the updates of the step, summed over them. */
  readonly weight: number;
  readonly correct: boolean;
}

/** A rollout with what the updates of its step made of it. */
export interface PushedRollout extends Pick<WeightedSequence, 'prompt' | 'completion' | 'advantage' | 'policyWeight'> {
  readonly reward: 0 | 1;
}

type Tokens = Pick<WeightedSequence, 'prompt' | 'completion'>;

/** Rollouts whose prompt and answer up to `position` equal those of `chosen`: all of them push the same row of logits. */
export function contributionsAt(rollouts: readonly PushedRollout[], chosen: Tokens, position: number): Contribution[] {
  const key = contextKey(chosen, position);
  return rollouts.flatMap((rollout) => {
    const token = rollout.completion[position];
    if (token === undefined || contextKey(rollout, position) !== key) return [];
    const advantage = rollout.advantage[position] ?? 0;
    const weight = rollout.policyWeight[position] ?? 0;
    return [{ token, advantage, weight, correct: rollout.reward === 1 }];
  });
}

const contextKey = ({ prompt, completion }: Tokens, position: number) =>
  `${prompt.join()}|${completion.slice(0, position).join()}`;

export interface TokenChange {
  readonly token: number;
  readonly before: number;
  /** As the update left it; null where no update was made. */
  readonly after: number | null;
  /** By the gradient alone, after a step of `stepSize`. */
  readonly predicted: number;
  /** Push on this logit from right and from wrong samples, before the step size. */
  readonly fromCorrect: number;
  readonly fromWrong: number;
}

export interface TokenInspection {
  readonly form: GradientForm;
  /** The likeliest tokens before the update, and every token that a sample chose. */
  readonly tokens: readonly TokenChange[];
  readonly entropyBeforeNats: number;
  readonly entropyAfterNats: number | null;
  readonly entropyPredictedNats: number;
  /** Step that fits the actual change of the logits best (least squares along the push). The optimiser's momentum, its scaling
   * and every other context that shares weights also move this row, so the fit is never exact. Null without an update. */
  readonly fittedStep: number | null;
  /** Cosine between predicted and actual change of the centred logits, -1 to 1; null without an update or a push. */
  readonly agreement: number | null;
}

export interface InspectionRequest {
  /** Logits at the position before the update, [V], not divided by the temperature. */
  readonly before: ArrayLike<number>;
  /** The same after it. */
  readonly after: ArrayLike<number> | null;
  readonly temperature: number;
  readonly contributions: readonly Contribution[];
  readonly form: GradientForm;
  /** Step along the push for the prediction, in logits; the fitted one is used where it is null and an update was made. */
  readonly stepSize: number | null;
  readonly topK: number;
}

/** Step of a prediction where neither a size nor an update is given: that of the worked example. */
const defaultStep = 0.5;

/** Before, after and predicted distribution at one position. Pure. */
export function inspectToken({
  before,
  after,
  temperature,
  contributions,
  form,
  stepSize,
  topK,
}: InspectionRequest): TokenInspection {
  const pi = softmax(before, temperature);
  const fromCorrect = totalPush(
    pi,
    contributions.filter(({ correct }) => correct),
    form,
  );
  const fromWrong = totalPush(
    pi,
    contributions.filter(({ correct }) => !correct),
    form,
  );
  const push = fromCorrect.map((value, v) => value + (fromWrong[v] ?? 0));
  const actual = after === null ? null : centred(Float64Array.from(before, (value, v) => (after[v] ?? 0) - value));
  const fittedStep = actual === null ? null : projection(actual, push);
  const step = stepSize ?? fittedStep ?? defaultStep;
  const predicted = softmax(
    Float64Array.from(before, (value, v) => value + step * (push[v] ?? 0)),
    temperature,
  );
  const afterPi = after === null ? null : softmax(after, temperature);
  const chosen = new Set(contributions.map(({ token }) => token));
  return {
    form,
    tokens: shownTokens(pi, chosen, topK).map((token) => ({
      token,
      before: pi[token] ?? 0,
      after: afterPi?.[token] ?? null,
      predicted: predicted[token] ?? 0,
      fromCorrect: fromCorrect[token] ?? 0,
      fromWrong: fromWrong[token] ?? 0,
    })),
    entropyBeforeNats: entropyNats(pi),
    entropyAfterNats: afterPi === null ? null : entropyNats(afterPi),
    entropyPredictedNats: entropyNats(predicted),
    fittedStep,
    agreement: actual === null ? null : cosine(actual, push),
  };
}

function totalPush(pi: Float64Array, contributions: readonly Contribution[], form: GradientForm): Float64Array {
  const total = new Float64Array(pi.length);
  for (const { token, advantage, weight } of contributions)
    logitPush(pi, token, advantage * weight, form).forEach((value, v) => (total[v] = (total[v] ?? 0) + value));
  return total;
}

function shownTokens(pi: Float64Array, chosen: ReadonlySet<number>, topK: number): number[] {
  const order = Array.from(pi.keys()).sort((a, b) => (pi[b] ?? 0) - (pi[a] ?? 0) || a - b);
  return order.filter((token, rank) => rank < topK || chosen.has(token));
}

/** Softmax does not see a common shift, so changes are compared without it. */
function centred(values: Float64Array): Float64Array {
  const shift = sum(values) / Math.max(1, values.length);
  return values.map((value) => value - shift);
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((total, value, index) => total + value * (b[index] ?? 0), 0);

function projection(actual: Float64Array, push: Float64Array): number | null {
  const squares = dot(push, push);
  return squares === 0 ? null : dot(actual, push) / squares;
}

function cosine(a: Float64Array, b: Float64Array): number | null {
  const norms = Math.sqrt(dot(a, a) * dot(b, b));
  return norms === 0 ? null : dot(a, b) / norms;
}
