/** Several seeds as one curve: their mean at each step and, from three seeds on, a 95 % interval. Pure. */
import { overSeeds, type Centre } from '../../store/results/passColumns';
import type { SeedPoint, SeriesPoint } from './chartData';

/** Steps that every seed has, each at its mean x (tokens and seconds differ between seeds). One seed keeps its own band; a step at which any
 * seed was not finite is a gap. `centreOf`: mean and interval of the seeds' values at a step; left out: Student's over the seeds. */
export function meanOverSeeds(
  seeds: readonly (readonly SeedPoint[])[],
  centreOf: (values: readonly number[], step: number) => Centre = overSeeds,
): SeriesPoint[] {
  const [first = [], ...others] = seeds;
  if (others.length === 0) return first.map(({ step: _step, ...point }) => ({ ...point, raw: point.y }));
  const rest = others.map((points) => new Map(points.map((point) => [point.step, point])));
  return first.flatMap((point): SeriesPoint[] => {
    const same = [point, ...rest.flatMap((points) => points.get(point.step) ?? [])];
    if (same.length < seeds.length) return [];
    const x = same.reduce((sum, { x: own }) => sum + own, 0) / same.length;
    const values = same.flatMap(({ y }) => y ?? []);
    if (values.length < seeds.length) return [{ x, y: null, raw: null }];
    const { mean, low, high } = centreOf(values, point.step);
    return [{ x, y: mean, raw: mean, ...(low !== null && high !== null ? { low, high } : {}) }];
  });
}
