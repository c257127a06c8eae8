import { describe, expect, it } from 'vitest';
import { downsample, mergeSeries, smooth } from './chartData';

describe('chart data', () => {
  it('smooths without pulling the start to zero and keeps gaps', () => {
    expect(smooth([2, 2, null, 2], 0.9)).toEqual([2, 2, null, 2]);
    expect(smooth([1, 3], 0)).toEqual([1, 3]);
  });
  it('leaves at most the asked number of points, the last x among them', () => {
    const points = Array.from({ length: 1000 }, (_, x) => ({ x, y: x, raw: x }));
    const fewer = downsample(points, 256);
    expect(fewer).toHaveLength(256);
    expect(fewer.at(-1)?.x).toBe(999);
  });
  it('shows a bin of non-finite values as a gap', () => {
    const points = Array.from({ length: 8 }, (_, x) => ({ x, y: x < 4 ? null : 1, raw: null }));
    expect(downsample(points, 2).map((point) => point.y)).toEqual([null, 1]);
  });
  it('merges runs by x', () => {
    const rows = mergeSeries([
      { key: 'a', points: [{ x: 1, y: 2, raw: 2 }] },
      {
        key: 'b',
        points: [
          { x: 1, y: 3, raw: 3, low: 2, high: 4 },
          { x: 0, y: 1, raw: 1 },
        ],
      },
    ]);
    expect(rows.map((row) => row.x)).toEqual([0, 1]);
    expect(rows[1]).toMatchObject({ a: 2, b: 3, 'b:band': [2, 4] });
  });
});
