/** Vectors over all parameters of a model, as the engine reads them back: float32 by tensor name, products in float64. */
import type { ParameterTensor } from '../../model/policy';

/** A tensor that is not there is zero. */
export type ParameterVector = ReadonlyMap<string, Float32Array>;

/** Diagonal of a metric; a tensor that is not there weighs nothing. */
export type Metric = ReadonlyMap<string, Float64Array>;

export const vectorOf = (tensors: readonly ParameterTensor[]): ParameterVector =>
  new Map(tensors.map(({ name, data }) => [name, data]));

/** The same with the other sign: an ascent direction from a gradient of the loss. Works in place, since nobody else holds it. */
export function negated(tensors: readonly ParameterTensor[]): ParameterVector {
  for (const { data } of tensors) for (let i = 0; i < data.length; i++) data[i] = -(data[i] ?? 0);
  return vectorOf(tensors);
}

/** Euclidean product. */
export function dot(a: ParameterVector, b: ParameterVector): number {
  let total = 0;
  for (const [name, left] of a) {
    const right = b.get(name);
    if (right === undefined) continue;
    for (let i = 0; i < left.length; i++) total += (left[i] ?? 0) * (right[i] ?? 0);
  }
  return total;
}

/** Product a' P b under a diagonal metric P. */
export function dotIn(metric: Metric, a: ParameterVector, b: ParameterVector): number {
  let total = 0;
  for (const [name, left] of a) {
    const right = b.get(name);
    const weights = metric.get(name);
    if (right === undefined || weights === undefined) continue;
    for (let i = 0; i < left.length; i++) total += (weights[i] ?? 0) * (left[i] ?? 0) * (right[i] ?? 0);
  }
  return total;
}

/** Sum of `scales[i] vectors[i]`, rounded to float32 once. */
export function combination(vectors: readonly ParameterVector[], scales: readonly number[]): ParameterVector {
  const sums = new Map<string, Float64Array>();
  vectors.forEach((vector, index) => {
    const scale = scales[index] ?? 0;
    if (scale === 0) return;
    for (const [name, values] of vector) {
      const own = sums.get(name) ?? new Float64Array(values.length);
      sums.set(name, own);
      for (let i = 0; i < values.length; i++) own[i] = (own[i] ?? 0) + scale * (values[i] ?? 0);
    }
  });
  return new Map(Array.from(sums, ([name, values]) => [name, Float32Array.from(values)]));
}

/** `after - before`; a tensor that only `after` has counts as moved from `whereMissing`'s values. */
export function displacement(before: readonly ParameterTensor[], after: readonly ParameterTensor[]): ParameterVector {
  const old = vectorOf(before);
  return new Map(
    after.flatMap(({ name, data }) => {
      const from = old.get(name);
      return from === undefined ? [] : [[name, data.map((value, i) => value - (from[i] ?? 0))] as const];
    }),
  );
}
