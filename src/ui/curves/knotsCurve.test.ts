import { describe, expect, it } from 'vitest';
import type { Knot } from '../../lib/curve';
import { knotsCurve } from './knotsCurve';

const knots: readonly Knot[] = [
  [0, 1, 'linear'],
  [0.5, 2, 'step'],
  [1, 0.5, 'linear'],
];
const frame = { scale: 100, gap: 1, frozenBefore: null };

describe('knots under the hand', () => {
  it('shows knots in steps and evaluates between them', () => {
    const curve = knotsCurve(knots, frame);
    expect(curve.handles.map((handle) => handle.x)).toEqual([0, 50, 100]);
    expect(curve.evaluate(25)).toBeCloseTo(1.5);
    expect(curve.evaluate(75)).toBe(2);
  });
  it('keeps x between the neighbours', () => {
    const curve = knotsCurve(knots, frame).move('knot-1', { x: 400, y: 3 });
    expect(curve.value[1]).toEqual([0.99, 3, 'step']);
  });
  it('adds a knot in order, with the easing of its segment, and removes it again', () => {
    const added = knotsCurve(knots, frame).add({ x: 70, y: 1.23456 });
    expect(added?.id).toBe('knot-2');
    expect(added?.curve.value[2]).toEqual([0.7, 1.235, 'step']);
    expect(added?.curve.remove('knot-2')?.value).toEqual(knots);
  });
  it('leaves the past alone', () => {
    const curve = knotsCurve(knots, { ...frame, frozenBefore: 30 });
    expect(curve.handles.map((handle) => handle.frozen)).toEqual([true, false, false]);
    expect(curve.move('knot-0', { x: 0, y: 9 }).value).toEqual(knots);
    expect(curve.remove('knot-0')).toBeNull();
    expect(curve.add({ x: 10, y: 1 })).toBeNull();
    expect(curve.handles[1]?.xMin).toBe(30);
  });
  it('never removes the last knot', () => {
    expect(knotsCurve([[0, 1, 'linear']], frame).remove('knot-0')).toBeNull();
  });
});
