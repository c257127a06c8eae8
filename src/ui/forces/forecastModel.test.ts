import { describe, expect, it } from 'vitest';
import { forceMeasure, forceRow } from '../../records/forces.fixture';
import { forecastModel } from './forecastModel';

/** What comes is half of what was predicted. */
const rowAt = (step: number) =>
  forceRow({
    step,
    measures: [1, 64].map((k) => forceMeasure({ k, forecast: 0.001 * (step + 1), realised: 0.0005 * (step + 1) })),
  });

describe('forecast against realised', () => {
  it('draws two lines per k where rollouts ended, and says how they agree', () => {
    const model = forecastModel(
      Array.from({ length: 12 }, (_, step) => rowAt(step)),
      50,
    );
    expect(model.series.map(({ label }) => label)).toEqual([
      'pass@1 predicted',
      'pass@1 came',
      'pass@64 predicted',
      'pass@64 came',
    ]);
    expect(model.rows[0]).toMatchObject({ x: 1, 'pass@1 forecast': 0.001, 'pass@1 realised': 0.0005 });
    expect(model.footnote).toBe(
      'pass@1: slope 0.50, correlation 1.00, n 12; pass@64: slope 0.50, correlation 1.00, n 12.',
    );
  });

  it('says that few rollouts tell nothing, and leaves out what has not come', () => {
    const model = forecastModel([rowAt(0), rowAt(1), forceRow({ step: 2 })], 50);
    expect(model.rows).toHaveLength(2);
    expect(model.footnote).toBe('pass@1: n 2; pass@64: n 2. Too few rollouts to tell how far to trust them.');
    expect(forecastModel([forceRow()], 50)).toMatchObject({ rows: [], footnote: null });
  });
});
