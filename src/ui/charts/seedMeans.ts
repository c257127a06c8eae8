/** Several seeds as one curve: their mean at each step and, from three seeds on, a 95 % Student interval over them. Pure. */
import { overSeeds } from '../../store/results/summary';
import type { SeedPoint, SeriesPoint } from './chartData';

/** Steps that every seed has, each at its mean x (tokens and seconds differ between seeds). One seed keeps its own band; a step at which any
 * seed was not finite is a gap. */
export function meanOverSeeds(seeds: readonly (readonly SeedPoint[])[]): SeriesPoint[] {
  const [first = [], ...others] = seeds;
  if (others.length === 0) return first.map(({ step: _step, ...point }) => ({ ...point, raw: point.y }));
  const rest = others.map((points) => new Map(points.map((point) => [point.step, point])));
  return first.flatMap((point): SeriesPoint[] => {
    const same = [point, ...rest.flatMap((points) => points.get(point.step) ?? [])];
    if (same.length < seeds.length) return [];
    const x = same.reduce((sum, { x: own }) => sum + own, 0) / same.length;
    const values = same.flatMap(({ y }) => y ?? []);
    if (values.length < seeds.length) return [{ x, y: null, raw: null }];
    const { mean, low, high } = overSeeds(values);
    return [{ x, y: mean, raw: mean, ...(low !== null && high !== null ? { low, high } : {}) }];
  });
}
