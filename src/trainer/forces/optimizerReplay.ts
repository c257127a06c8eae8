/** AdamW on the host with gradients that stay as they are at the start of the step: where the updates of one rollout batch would
 * lead if nothing curved. The arithmetic is that of shaders/adamw.wgsl in float64. */
import type { OptimizerOptions, PolicyCheckpoint } from '../../model/policy';
import { vectorOf, type Metric, type ParameterVector } from './vectors';

/** Ascent direction of one update, before its norm is clipped, and what the clip leaves of it. */
export interface ReplayedUpdate {
  readonly direction: ParameterVector;
  readonly clip: number;
}

/** Change of the parameters after `updates`, momentum, second moments and decay included. */
export function replay(
  checkpoint: PolicyCheckpoint,
  updates: readonly ReplayedUpdate[],
  options: OptimizerOptions,
): ParameterVector {
  const first = vectorOf(checkpoint.firstMoments);
  const second = vectorOf(checkpoint.secondMoments);
  const weights = vectorOf(checkpoint.parameters);
  const moved = new Map<string, Float32Array>();
  const names = new Set([weights, first, ...updates.map(({ direction }) => direction)].flatMap((v) => [...v.keys()]));
  for (const name of names) {
    const directions = updates.map(({ direction }) => direction.get(name) ?? null);
    const size = weights.get(name)?.length ?? directions.find((values) => values !== null)?.length ?? 0;
    const [m0, v0, theta] = [first.get(name), second.get(name), weights.get(name)];
    moved.set(
      name,
      Float32Array.from({ length: size }, (_, i) => {
        const gradients = updates.map(({ clip }, u) => -clip * (directions[u]?.[i] ?? 0));
        return replayOne(theta?.[i] ?? 0, m0?.[i] ?? 0, v0?.[i] ?? 0, gradients, checkpoint.optimizerStep, options);
      }),
    );
  }
  return moved;
}

function replayOne(
  weight: number,
  firstMoment: number,
  secondMoment: number,
  gradients: readonly number[],
  stepsBefore: number,
  { learningRate, beta1, beta2, eps, weightDecay }: OptimizerOptions,
): number {
  let [m, v, moved] = [firstMoment, secondMoment, 0];
  gradients.forEach((gradient, u) => {
    const step = stepsBefore + u + 1;
    m = beta1 * m + (1 - beta1) * gradient;
    v = beta2 * v + (1 - beta2) * gradient * gradient;
    const update = m / (1 - beta1 ** step) / (Math.sqrt(v / (1 - beta2 ** step)) + eps);
    moved -= learningRate * (weightDecay * (weight + moved) + update);
  });
  return moved;
}

/** Where the metric's second moments are from: the optimiser, or, before its first update, this batch. */
export type MetricSource = 'optimizer' | 'batch';

/**
 * AdamW's preconditioner P = 1 / (sqrt(v) + eps) with bias-corrected second moments v: the metric in which its steps are
 * gradient steps. Where the optimiser has none yet (before its first update; a parameter that nothing touched so far), v is
 * the mean square of this batch's clipped mini-batch gradients, as Adam's own first steps would have it; where those are 0
 * too, that of the two classes at weight 1.
 */
export function preconditioner(
  checkpoint: PolicyCheckpoint,
  updates: readonly ReplayedUpdate[],
  classes: readonly ParameterVector[],
  { beta2, eps }: OptimizerOptions,
): { readonly metric: Metric; readonly source: MetricSource } {
  const { optimizerStep } = checkpoint;
  const second = vectorOf(checkpoint.secondMoments);
  const correction = 1 - beta2 ** optimizerStep;
  const directions = updates.map(({ direction }) => direction);
  const names = new Set([second, ...directions, ...classes].flatMap((vector) => [...vector.keys()]));
  const metric = new Map<string, Float64Array>();
  for (const name of names) {
    const moments = second.get(name);
    const own = updates.map(({ direction, clip }) => ({ values: direction.get(name), clip }));
    const units = classes.map((vector) => vector.get(name));
    const size = moments?.length ?? [...own.map(({ values }) => values), ...units].find(Boolean)?.length ?? 0;
    metric.set(
      name,
      Float64Array.from({ length: size }, (_, i) => {
        let v = optimizerStep > 0 ? (moments?.[i] ?? 0) / correction : 0;
        if (v === 0) v = meanSquare(own.map(({ values, clip }) => clip * (values?.[i] ?? 0)));
        if (v === 0) v = meanSquare(units.map((values) => values?.[i] ?? 0));
        return v === 0 ? 0 : 1 / (Math.sqrt(v) + eps);
      }),
    );
  }
  return { metric, source: optimizerStep > 0 ? 'optimizer' : 'batch' };
}

const meanSquare = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((total, value) => total + value * value, 0) / values.length;
