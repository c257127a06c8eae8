import { describe, expect, it } from 'vitest';
import { arrowShapes, overlaySentences, type Arrow } from './tradeOffOverlay';

const arrow = (label: string, dx: number, dy: number): Arrow => ({ label, dx, dy, color: '', dash: '' });
const square = { perX: 100, perY: 100 };

describe('arrows of the trade-off chart', () => {
  it('keep direction and relative length, however small the steps are', () => {
    const [right, up] = arrowShapes([arrow('a', 2e-4, 0), arrow('b', 0, 1e-4)], square);
    expect(right?.tip.x).toBeCloseTo(2 * -(up?.tip.y ?? 0), 9);
    expect(right?.tip.y).toBeCloseTo(0, 9);
    const larger = arrowShapes([arrow('a', 0.2, 0), arrow('b', 0, 0.1)], square);
    expect(larger[0]?.tip.x).toBeCloseTo(right?.tip.x ?? 0, 9);
  });
  it('follow the scales of the axes', () => {
    const [steep] = arrowShapes([arrow('a', 1, 1)], { perX: 10, perY: 100 });
    expect((steep?.tip.y ?? 0) / (steep?.tip.x ?? 1)).toBeCloseTo(-10, 9);
  });
  it('are not drawn where nothing would change', () => {
    expect(arrowShapes([arrow('a', 0, 0)], square)).toEqual([]);
  });
});

describe('overlays in words', () => {
  it('say the ticks of a line, all marks, and the changes of arrows in points', () => {
    const point = (label: string, tick?: string) => ({ x: 0.2, y: 0.9, label, ...(tick ? { tick } : {}) });
    const base = { kind: 'reference', id: 'r', color: '', dash: '' } as const;
    expect(
      overlaySentences([
        { ...base, label: 'cooling alone', shape: 'line', points: [point('T = 1', '1'), point('T = 0.9')] },
        { ...base, label: 'nuclei', shape: 'rings', points: [point('top-p 0.9')] },
        { kind: 'arrows', id: 'f', label: 'next step', from: { x: 0, y: 0 }, arrows: [arrow('NSR', 0.001, -0.02)] },
      ]),
    ).toEqual([
      'cooling alone: T = 1 20 %, 90 %',
      'nuclei: top-p 0.9 20 %, 90 %',
      'next step: NSR +0.10 to the right, −2.00 up, in points',
    ]);
  });
});
