/** How high a curve's plot reaches: a round number with room above the highest point, so that a handle can always be dragged up. */

const steps = [1, 1.5, 2, 3, 5, 7.5, 10] as const;

export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = steps.find((step) => step * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(3));
}

/** `least`: the plot is never lower than this; `hardMax`: values end here. */
export function plotTop(values: readonly number[], least: number, hardMax: number): number {
  const highest = Math.max(least, ...values.map((value) => value * 1.2));
  return Math.min(hardMax, roundUp(highest));
}

/** A decade below the smallest positive value, at most four decades under the top. */
export function logFloor(values: readonly number[], top: number): number {
  const positive = values.filter((value) => value > 0);
  const smallest = positive.length ? Math.min(...positive) : top / 10;
  return Math.max(top / 1e4, 10 ** (Math.floor(Math.log10(smallest) + 1e-9) - 1));
}
