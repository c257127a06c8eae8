import { describe, expect, it } from 'vitest';
import { createChartTurns } from './chartTurns';

function stage() {
  let next: ((time: number) => void) | null = null;
  const turns = createChartTurns((callback) => {
    next = callback;
    return 0;
  });
  return {
    turns,
    frame: (time: number): boolean => {
      const callback = next;
      next = null;
      callback?.(time);
      return callback !== null;
    },
  };
}

describe('turns of the charts', () => {
  it('draws one chart per frame', () => {
    const { turns, frame } = stage();
    const drawn: string[] = [];
    for (const name of ['a', 'b', 'c']) turns.join(() => drawn.push(name)).markDirty();
    frame(0);
    expect(drawn).toEqual(['a']);
    frame(16);
    frame(32);
    expect(drawn).toEqual(['a', 'b', 'c']);
    expect(frame(48)).toBe(false);
  });
  it('draws a chart at most four times a second', () => {
    const { turns, frame } = stage();
    let drawn = 0;
    const chart = turns.join(() => void drawn++);
    for (let time = 0; time < 1000; time += 16) {
      chart.markDirty();
      frame(time);
    }
    expect(drawn).toBeLessThanOrEqual(4);
    expect(drawn).toBeGreaterThanOrEqual(3);
  });
  it('lets a chart that is off the screen catch up once', () => {
    const { turns, frame } = stage();
    let drawn = 0;
    const chart = turns.join(() => void drawn++);
    chart.setVisible(false);
    chart.markDirty();
    chart.catchUp();
    frame(0);
    expect(drawn).toBe(1);
    chart.markDirty();
    frame(1000);
    expect(drawn).toBe(1);
  });
  it('waits until a chart is on the screen', () => {
    const { turns, frame } = stage();
    let drawn = 0;
    const chart = turns.join(() => void drawn++);
    chart.setVisible(false);
    chart.markDirty();
    frame(0);
    expect(drawn).toBe(0);
    chart.setVisible(true);
    frame(16);
    expect(drawn).toBe(1);
  });
});
