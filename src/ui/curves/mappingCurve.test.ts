import { describe, expect, it } from 'vitest';
import { convertMapping, mappingCurve, mappingWeight } from './mappingCurve';

const published = { kind: 'power', gamma: 1, min: 0.05, max: 1 };

describe('mappings under the hand', () => {
  it('is flat at 1 without a mapping, and bends when a knot is added', () => {
    const curve = mappingCurve(null);
    expect(curve.handles).toHaveLength(0);
    expect(curve.evaluate(0.3)).toBe(1);
    expect(curve.add({ x: 0.5, y: 2 })?.curve.value).toEqual({
      kind: 'curve',
      knots: [
        [0, 1, 'linear'],
        [0.5, 2, 'linear'],
        [1, 1, 'linear'],
      ],
    });
  });
  it('moves floor, ceiling and exponent of the published mapping', () => {
    const curve = mappingCurve(published);
    expect(curve.handles.map((handle) => handle.id).sort()).toEqual(['gamma', 'max', 'min']);
    expect(curve.move('gamma', { x: 0, y: 0.25 }).value).toMatchObject({ gamma: 2 });
    expect(curve.move('min', { x: 0, y: 0.3 }).value).toMatchObject({ min: 0.3 });
  });
  it('keeps scope and equal budget when the kind changes', () => {
    const spec = { ...published, normalize: true, scope: 'token' as const };
    expect(convertMapping(spec, 'threshold')).toMatchObject({
      kind: 'threshold',
      normalize: true,
      scope: 'token',
      at: 0.5,
    });
    expect(convertMapping(spec, 'none')).toBeNull();
  });
  it('stays near the original when it turns into knots', () => {
    const knots = convertMapping(published, 'curve');
    for (const x of [0, 0.1, 0.4, 1])
      expect(Math.abs(mappingWeight(knots, x) - mappingWeight(published, x))).toBeLessThan(0.02);
  });
});
