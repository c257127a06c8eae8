/** The classes of a rollout batch as vectors, and their products: with each other (norms, signal) and with a measure's gradient. */
import type { Policy } from '../../model/policy';
import type { LossOptions, WeightedSequence } from '../../records/weighted';
import type { MixForm, NormForm } from '../../records/forces';
import { clipFactor, type Mix } from '../../records/forceForecast';
import { sampleStd } from '../../lib/stats';
import type { BatchParts } from './batchParts';
import type { ReplayedUpdate } from './optimizerReplay';
import { combination, dot, dotIn, negated, type Metric, type ParameterVector } from './vectors';

const nothing: ParameterVector = new Map();

/** Ascent direction of what the sequences' loss lowers: minus its gradient, without a clip. Null where it is not finite. */
export async function directionOf(
  policy: Policy,
  sequences: readonly WeightedSequence[],
  loss: LossOptions,
): Promise<ParameterVector | null> {
  const live = sequences.filter(pulls);
  // The engine runs nothing for no weight, and would give the gradient that it computed last.
  if (live.length === 0) return nothing;
  const { gradients, skipped } = await policy.gradients(live, loss);
  return skipped ? null : negated(gradients);
}

/** Whether any token of the sequence has a gradient. */
const pulls = ({ advantage, policyWeight, entropyWeight, klWeight }: WeightedSequence): boolean =>
  policyWeight.some((weight, t) => weight !== 0 && advantage[t] !== 0) ||
  [entropyWeight, klWeight].some((weights) => weights.some((weight) => weight !== 0));

export interface MiniBatchDirections {
  readonly positive: ParameterVector;
  readonly negative: ParameterVector;
  readonly rest: ParameterVector;
  readonly updates: boolean;
}

export interface BatchDirections {
  readonly parts: readonly { readonly positive: ParameterVector; readonly negative: ParameterVector }[];
  readonly miniBatches: readonly MiniBatchDirections[];
  readonly bins: readonly ParameterVector[];
}

/** One pass over the batch for the parts and one over its wrong answers for the bins, without those of the fullest bin where they
 * follow from the rest. Null where a gradient is not finite. */
export async function batchDirections(
  policy: Policy,
  batch: BatchParts,
  loss: LossOptions,
): Promise<BatchDirections | null> {
  const of = (sequences: readonly WeightedSequence[]) => directionOf(policy, sequences, loss);
  const parts = [];
  for (const { miniBatch, positive, negative } of batch.parts) {
    const own = { miniBatch, positive: await of(positive), negative: await of(negative) };
    if (own.positive === null || own.negative === null) return null;
    parts.push({ miniBatch, positive: own.positive, negative: own.negative });
  }
  const miniBatches = [];
  for (const [index, { rest, updates }] of batch.miniBatches.entries()) {
    const others = await of(rest);
    if (others === null) return null;
    const own = parts.filter(({ miniBatch }) => miniBatch === index);
    const ones = own.map(() => 1);
    miniBatches.push({
      positive: combination(
        own.map(({ positive }) => positive),
        ones,
      ),
      negative: combination(
        own.map(({ negative }) => negative),
        ones,
      ),
      rest: others,
      updates,
    });
  }
  const fullest = batch.binsAddUp ? fullestBin(batch.bins) : -1;
  const bins = [];
  for (const [index, { sequences }] of batch.bins.entries()) {
    const direction = index === fullest ? nothing : await of(sequences);
    if (direction === null) return null;
    bins.push(direction);
  }
  const others = bins.filter((_, index) => index !== fullest);
  const negatives = parts.map(({ negative }) => negative);
  const rest = () => combination([...negatives, ...others], [...negatives.map(() => 1), ...others.map(() => -1)]);
  return { parts, miniBatches, bins: bins.map((bin, index) => (index === fullest ? rest() : bin)) };
}

function fullestBin(bins: BatchParts['bins']): number {
  const sizes = bins.map(({ sequences }) => sequences.length);
  const most = Math.max(...sizes);
  return most > 0 ? sizes.indexOf(most) : -1;
}

export function normForm({ positive, negative, rest }: MiniBatchDirections): NormForm {
  return {
    pp: dot(positive, positive),
    pn: dot(positive, negative),
    nn: dot(negative, negative),
    pr: dot(positive, rest),
    nr: dot(negative, rest),
    rr: dot(rest, rest),
  };
}

/** The updates of the step at a mix, as the optimiser will be given them. */
export function updatesAt(
  miniBatches: readonly MiniBatchDirections[],
  mix: Mix,
  maxGradNorm: number,
): ReplayedUpdate[] {
  return miniBatches
    .filter(({ updates }) => updates)
    .map(({ positive, negative, rest }) => {
      const direction = combination([positive, negative, rest], [mix.positiveWeight, mix.negativeWeight, 1]);
      return { direction, clip: clipFactor(Math.sqrt(dot(direction, direction)), maxGradNorm) };
    });
}

/**
 * Squared length in the metric of the whole batch's direction D = sum over its J parts, and of the part of it that is no accident.
 * Parts are independent draws, so products of different parts have the product of their expectations:
 * E|D|^2 - noise = J^2 E[X_i' P X_j] estimated by J / (J - 1) (|D|^2 - sum_j |X_j|^2). Null with fewer than two parts.
 */
export function noiseForms(
  parts: BatchDirections['parts'],
  metric: Metric,
): { readonly parts: number; readonly total: MixForm; readonly signal: MixForm } | null {
  const count = parts.length;
  if (count < 2) return null;
  const ones = parts.map(() => 1);
  const whole = {
    positive: combination(
      parts.map(({ positive }) => positive),
      ones,
    ),
    negative: combination(
      parts.map(({ negative }) => negative),
      ones,
    ),
  };
  const form = ({ positive, negative }: BatchDirections['parts'][number]): MixForm => ({
    pp: dotIn(metric, positive, positive),
    pn: dotIn(metric, positive, negative),
    nn: dotIn(metric, negative, negative),
  });
  const total = form(whole);
  const own = parts.map(form);
  const signal = (key: keyof MixForm) =>
    (count / (count - 1)) * (total[key] - own.reduce((sum, value) => sum + value[key], 0));
  return { parts: count, total, signal: { pp: signal('pp'), pn: signal('pn'), nn: signal('nn') } };
}

/** Products of a measure's gradient with the batch's directions in the metric, times the learning rate. */
export function productsWith(
  gradient: ParameterVector,
  { parts, miniBatches, bins }: BatchDirections,
  metric: Metric,
  learningRate: number,
) {
  // P gradient once, then plain products.
  const force = new Map(
    Array.from(gradient, ([name, values]) => {
      const weights = metric.get(name);
      return [name, values.map((value, i) => learningRate * value * (weights?.[i] ?? 0))] as const;
    }),
  );
  const withForce = (vectors: readonly ParameterVector[]) => vectors.map((vector) => dot(force, vector));
  // Of a sum of independent parts: the square root of their number times the deviation of one.
  const errorOf = (values: readonly number[]) =>
    values.length < 2 ? null : Math.sqrt(values.length) * sampleStd(values);
  return {
    positive: withForce(miniBatches.map(({ positive }) => positive)),
    negative: withForce(miniBatches.map(({ negative }) => negative)),
    rest: withForce(miniBatches.map(({ rest }) => rest)),
    positiveError: errorOf(withForce(parts.map(({ positive }) => positive))),
    negativeError: errorOf(withForce(parts.map(({ negative }) => negative))),
    bins: withForce(bins),
  };
}
