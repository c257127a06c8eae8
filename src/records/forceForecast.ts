/** Forces at any lambda and beta from the few numbers of a `ForceRow`: cheap enough for every move of a handle. */
import type { ForceMeasure, ForceRow, MixForm, NormForm } from './forces';

/** Ratio of reward and penalty. */
export interface Mix {
  readonly positiveWeight: number;
  readonly negativeWeight: number;
}

export const mixValue = ({ pp, pn, nn }: MixForm, { positiveWeight: l, negativeWeight: b }: Mix): number =>
  pp * l * l + 2 * pn * l * b + nn * b * b;

function squaredNorm(form: NormForm, mix: Mix): number {
  const { positiveWeight: l, negativeWeight: b } = mix;
  return mixValue(form, mix) + 2 * form.pr * l + 2 * form.nr * b + form.rr;
}

/** What AdamW's clip leaves of a gradient of that norm (PyTorch's arithmetic). */
export const clipFactor = (norm: number, maxGradNorm: number): number => Math.min(1, maxGradNorm / (norm + 1e-6));

/** What the clip leaves of each mini-batch's update at this mix. */
export function clipFactors(row: Pick<ForceRow, 'miniBatches' | 'maxGradNorm'>, mix: Mix): number[] {
  return row.miniBatches.map(({ norm }) => clipFactor(Math.sqrt(Math.max(0, squaredNorm(norm, mix))), row.maxGradNorm));
}

export interface Force {
  /** Change of the measure over one rollout step at this mix, without momentum. */
  readonly change: number;
  /** Change of that per unit of lambda and of beta, the clip as it is. */
  readonly perPositive: number;
  readonly perNegative: number;
}

/** Force on a measure of `row` at a mix. */
export function forceAt(row: ForceRow, measure: ForceMeasure, mix: Mix): Force {
  const factors = clipFactors(row, mix);
  const total = (values: readonly number[]) =>
    row.innerEpochs * values.reduce((sum, value, index) => sum + value * (factors[index] ?? 0), 0);
  const perPositive = total(measure.positive);
  const perNegative = total(measure.negative);
  const change = mix.positiveWeight * perPositive + mix.negativeWeight * perNegative + total(measure.rest);
  return { change, perPositive, perNegative };
}

/** Force on a measure of one more unit of penalty in each bin of confidence, at the clip of this mix. */
export function binForces(row: ForceRow, measure: ForceMeasure, mix: Mix): number[] {
  const scale = row.innerEpochs * meanClip(row, mix);
  return measure.bins.map((value) => scale * value);
}

/** Standard error of the change that one more unit of lambda and of beta makes, at the mean clip of this mix; null where unknown. */
export function unitErrors(
  row: ForceRow,
  { positiveError, negativeError }: ForceMeasure,
  mix: Mix,
): { readonly positive: number | null; readonly negative: number | null } {
  const scale = row.innerEpochs * meanClip(row, mix);
  const scaled = (error: number | null) => (error === null ? null : scale * error);
  return { positive: scaled(positiveError), negative: scaled(negativeError) };
}

function meanClip(row: ForceRow, mix: Mix): number {
  const factors = clipFactors(row, mix);
  return factors.reduce((sum, factor) => sum + factor, 0) / Math.max(1, factors.length);
}

/** Change of a measure over one rollout step with other penalty weights by confidence, each bin's by `weights`, at the clip of the
 * mix as it is. For methods that read lambda and beta. */
export function changeWithPenalties(
  row: ForceRow,
  measure: ForceMeasure,
  mix: Mix,
  weights: readonly number[],
): number {
  const penalty = binForces(row, measure, mix).reduce((sum, force, bin) => sum + force * (weights[bin] ?? 0), 0);
  const others = forceAt(row, { ...measure, negative: measure.negative.map(() => 0) }, mix).change;
  return others + mix.negativeWeight * penalty;
}

/** Share of the update's squared length, in the optimiser's metric, that another batch would have too; null where unknown. Noise
 * can make it fall below 0. */
export function signalShare(row: ForceRow, mix: Mix): number | null {
  if (row.noise === null) return null;
  const total = mixValue(row.noise.total, mix);
  return total > 0 ? mixValue(row.noise.signal, mix) / total : null;
}

/** The lambda : beta, adding up to 1, with least noise at the same expected step, when both classes push alike in expectation
 * (on-policy they do: E[grad log pi] = 0, for penalties of weight 1). Least l' N l over l_1 + l_2 = 1, l >= 0, with N the noise
 * form. Null where the noise is unknown or no form at all (a class is missing, or too few parts). */
export function leastNoiseMix({ noise }: ForceRow): Mix | null {
  if (noise === null) return null;
  const part = (key: keyof MixForm) => noise.total[key] - noise.signal[key];
  const [pp, pn, nn] = [part('pp'), part('pn'), part('nn')];
  const curvature = pp - 2 * pn + nn;
  if (!(pp > 0 && nn > 0 && curvature > 0)) return null;
  const positiveWeight = Math.min(1, Math.max(0, (nn - pn) / curvature));
  return { positiveWeight, negativeWeight: 1 - positiveWeight };
}

/** That ratio as weights with the sum of these; null as above, for methods without weights, and where the sum is 0. */
export function leastNoiseAt(row: ForceRow, { positiveWeight, negativeWeight }: Mix): Mix | null {
  const ratio = row.signed ? leastNoiseMix(row) : null;
  const total = positiveWeight + negativeWeight;
  if (ratio === null || total <= 0) return null;
  return { positiveWeight: ratio.positiveWeight * total, negativeWeight: ratio.negativeWeight * total };
}

/** The same by theory: 1 - p : p, since the class of fewer answers carries the signal. */
export const balancedMix = (accuracy: number): Mix => ({ positiveWeight: 1 - accuracy, negativeWeight: accuracy });

/**
 * Penalty weights by confidence that the data ask for: steepest ascent of a measure at a given sum of squared weights over the wrong
 * tokens, so in proportion to a bin's force per token weight; none below 0, and 1 on average over the wrong tokens. A bin without
 * answers is null. Null altogether where no bin would raise the measure.
 */
export function suggestedPenalty(bins: ForceRow['bins'], forces: readonly number[]): readonly (number | null)[] | null {
  const wanted = bins.map(({ tokenWeight }, index) =>
    tokenWeight > 0 ? Math.max(0, (forces[index] ?? 0) / tokenWeight) : null,
  );
  const tokens = bins.reduce((total, { tokenWeight }) => total + tokenWeight, 0);
  const spent = bins.reduce((total, { tokenWeight }, index) => total + tokenWeight * (wanted[index] ?? 0), 0);
  return spent > 0 ? wanted.map((weight) => (weight === null ? null : (weight * tokens) / spent)) : null;
}
