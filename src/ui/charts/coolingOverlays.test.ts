import { expect, it } from 'vitest';
import type { CoolingPoint } from '../../records/cooling';
import { baseLook, coolingOverlays } from './coolingOverlays';

const point = (temperature: number, change: Partial<CoolingPoint> = {}): CoolingPoint => ({
  temperature,
  topK: 0,
  topP: 1,
  passAtK: [temperature / 10, 1 - temperature / 100],
  effectiveSolutions: 1,
  ...change,
});
const curve = { ks: [1, 64], points: [point(1), point(0.9), point(1, { topP: 0.9 }), point(1, { topK: 2 })] };

it('a curve is a path over temperature with ticks, and marks for nuclei and top-k without the plain model', () => {
  const overlays = coolingOverlays(curve, 64, baseLook);
  expect(
    overlays.map(({ label, shape, points }) => [label, shape, points.map((own) => [own.label, own.tick])]),
  ).toEqual([
    [
      'base cooled',
      'line',
      [
        ['T = 1', 'T 1'],
        ['T = 0.9', undefined],
      ],
    ],
    ['base top-p', 'rings', [['top-p 0.9', undefined]]],
    ['base top-k', 'squares', [['top-k 2', undefined]]],
  ]);
  expect(overlays[0]?.points[0]).toMatchObject({ x: 0.1, y: 0.99 });
});

it('a k that was not measured has no overlay', () => {
  expect(coolingOverlays(curve, 8, baseLook)).toEqual([]);
});
