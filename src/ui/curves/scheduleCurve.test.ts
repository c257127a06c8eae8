import { describe, expect, it } from 'vitest';
import { convertSchedule, scheduleCurve, scheduleValue } from './scheduleCurve';

const before = { totalSteps: 100, frozenBefore: null, accuracy: 0.25 };
const running = { ...before, frozenBefore: 40 };

describe('schedules under the hand', () => {
  it('moves a plain number up and down', () => {
    const curve = scheduleCurve(1, before);
    expect(curve.handles).toMatchObject([{ id: 'value', x: 50, y: 1, movesX: false }]);
    expect(curve.move('value', { x: 3, y: 1.7 }).value).toBe(1.7);
  });
  it('moves both ends of a line', () => {
    const curve = scheduleCurve({ kind: 'linear', from: 0.05, to: 0.2 }, before);
    expect(curve.handles.map(({ x, y }) => [x, y])).toEqual([
      [0, 0.05],
      [100, 0.2],
    ]);
    expect(curve.move('to', { x: 0, y: 0.4 }).value).toEqual({ kind: 'linear', from: 0.05, to: 0.4 });
  });
  it('moves the moment of a jump', () => {
    const curve = scheduleCurve({ kind: 'step', from: 1, to: 0, at: 0.5 }, before);
    expect(curve.move('at', { x: 30, y: 0 }).value).toEqual({ kind: 'step', from: 1, to: 0, at: 0.3 });
  });
  it('turns into knots when a point is added', () => {
    const added = scheduleCurve(1, before).add({ x: 30, y: 2 });
    expect(added?.curve.value).toEqual({
      kind: 'piecewise',
      knots: [
        [0, 1, 'linear'],
        [0.3, 2, 'linear'],
        [1, 1, 'linear'],
      ],
    });
  });
  it('bends a parametric curve from the playhead on during a run, and only when touched', () => {
    const spec = { kind: 'linear', from: 0, to: 1 };
    const curve = scheduleCurve(spec, running);
    expect(curve.value).toBe(spec);
    const moved = curve.move('knot-1', { x: 100, y: 2 });
    expect(moved.value).toEqual({
      kind: 'piecewise',
      knots: [
        [0.4, 0.4, 'linear'],
        [1, 2, 'linear'],
      ],
    });
    expect(moved.evaluate(40)).toBeCloseTo(0.4);
  });
  it('keeps accuracy-driven bounds editable during a run', () => {
    const curve = scheduleCurve({ kind: 'accuracy', min: 0.5, max: 1.5 }, running);
    expect(curve.evaluate(50)).toBeCloseTo(1.25);
    expect(curve.move('max', { x: 0, y: 2 }).value).toEqual({ kind: 'accuracy', min: 0.5, max: 2 });
  });
  it.each(['linear', 'cosine', 'exponential', 'step', 'sigmoid', 'accuracy', 'piecewise'])(
    'converts a constant to %s within the same range',
    (kind) => {
      const converted = convertSchedule(2, kind, before);
      for (const step of [0, 33, 99]) {
        expect(scheduleValue(converted, step, before)).toBeLessThanOrEqual(2);
        expect(scheduleValue(converted, step, before)).toBeGreaterThanOrEqual(1);
      }
      expect(convertSchedule(converted, 'constant', before)).toBeTypeOf('number');
    },
  );
});
