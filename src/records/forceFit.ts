/** Forecasts held against what came of them, over many steps: how far to trust them. */
import type { ForceMeasure, ForceRow } from './forces';

export interface ForecastFit {
  /** `pass@64`, `entropy`, `length`. */
  readonly measure: string;
  readonly steps: number;
  /** Least squares through the origin of what came on what was predicted: 1 = right on average. Null where nothing was predicted. */
  readonly slope: number | null;
  /** Pearson's correlation over steps; null where one side never changes. */
  readonly correlation: number | null;
  /** Root mean square of what was predicted and of what came. */
  readonly predicted: number;
  readonly came: number;
}

/** By the linear forecast through the optimiser (`forecast`), or by the gradient along the way that was gone (`along`). */
export type Predictor = 'forecast' | 'along';

export const measureName = ({ kind, k }: Pick<ForceMeasure, 'kind' | 'k'>): string =>
  kind === 'pass' ? `pass@${k}` : kind;

/** One fit per measure of the first row; rows without a realised change are left out. */
export function fitForecasts(rows: readonly Pick<ForceRow, 'measures'>[], predictor: Predictor): ForecastFit[] {
  return (rows[0]?.measures ?? []).map((_, index) => {
    const points = rows.flatMap(({ measures }) => {
      const measure = measures[index];
      const [x, y] = [measure?.[predictor] ?? null, measure?.realised ?? null];
      return x === null || y === null ? [] : [{ x, y }];
    });
    const meanOf = (value: (point: { x: number; y: number }) => number) =>
      points.reduce((total, point) => total + value(point), 0) / Math.max(1, points.length);
    const [mx, my] = [meanOf(({ x }) => x), meanOf(({ y }) => y)];
    const [xx, xy, yy] = [meanOf(({ x }) => x * x), meanOf(({ x, y }) => x * y), meanOf(({ y }) => y * y)];
    const spread = Math.sqrt((xx - mx * mx) * (yy - my * my));
    return {
      measure: measureName(rows[0]?.measures[index] ?? { kind: 'length', k: null }),
      steps: points.length,
      slope: xx > 0 ? xy / xx : null,
      correlation: spread > 0 ? (xy - mx * my) / spread : null,
      predicted: Math.sqrt(xx),
      came: Math.sqrt(yy),
    };
  });
}
